"""`python -m curate`, which looks for no module in the working folder: a data set may hold a numpy.py."""

import sys

if not sys.flags.safe_path:
    sys.path.pop(0)

from curate.cli.app import main

main()

"""Shared fixtures: a bare environment, hypothesis without deadlines (kernels compile late), real text.

The environment is made bare before anything is imported: Typer, for one, reads it then.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

THEIRS = ("GIT_", "GITHUB_", "CLICOLOR", "PIP_REQUIRE")  # a hook of git's names its repository, a runner of jobs itself
for name in list(os.environ):
    if name.startswith(THEIRS) or name in {
        *("COLUMNS", "LINES", "TERMINAL_WIDTH", "NO_COLOR", "FORCE_COLOR", "PY_COLORS", "TTY_COMPATIBLE"),
        *("PYTHONUNBUFFERED", "PYTHONIOENCODING", "PYTHONWARNINGS", "PYTHONSAFEPATH"),
    }:
        del os.environ[name]
os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
os.umask(0o022)

settings.register_profile(
    "curate", deadline=None, max_examples=int(os.environ.get("CURATE_EXAMPLES", "60")),
    # A busy machine is no fault of the code; every test of commands has a working folder that it empties itself.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
settings.load_profile("curate")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real text; a test that asks for it is skipped where it is absent."""
    folder = Path(os.environ.get("CURATE_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"real text is not at {folder}; set CURATE_DATA to run this")
    return folder

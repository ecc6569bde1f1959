"""What every test shares: hypothesis without deadlines (kernels compile on first use), and where real text lies."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("curate", deadline=None, max_examples=int(os.environ.get("CURATE_EXAMPLES", "60")))
settings.load_profile("curate")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real text; a test that asks for it is skipped where it is absent."""
    folder = Path(os.environ.get("CURATE_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"real text is not at {folder}; set CURATE_DATA to run this")
    return folder

"""Small streets that tests walk on."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def data_dir() -> Path:
    """Real data: ``TWIN_DATA``, else next to the checkout; the test is skipped without it."""
    root = Path(__file__).resolve().parents[2]
    place = Path(os.environ.get("TWIN_DATA", root.parent / "shared" / "data"))
    if not place.is_dir():
        pytest.skip(f"no real data at {place}; set TWIN_DATA to its folder")
    return place

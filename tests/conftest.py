"""What all tests share: the folder of real data, and a line that says what its absence cost."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "fixed",
    derandomize="TWIN_EXPLORE" not in os.environ,  # the same examples every time, no flakes
    deadline=None,  # a busy machine is no bug
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("fixed")

NO_DATA = "no real data"


@pytest.fixture
def data_dir() -> Path:
    """Return the folder of real data; without it the test is skipped, or fails if none may be."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("TWIN_DATA") or beside)
    if not folder.is_dir():
        if os.environ.get("TWIN_NO_SKIPS") == "1":
            pytest.fail(f"{NO_DATA} at {folder}, and TWIN_NO_SKIPS=1 lets no test be skipped")
        pytest.skip(f"{NO_DATA} at {folder}; set TWIN_DATA to its folder")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests did not run because real data is missing."""
    skipped = terminalreporter.stats.get("skipped", [])
    missing = sum(NO_DATA in str(report.longrepr) for report in skipped)
    terminalreporter.write_line(f"{missing} tests skipped for missing data")

"""A small town and a small day in it, and the command line called from here."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.day import Cell

SMALL = """\
name: small
network: {city: {km2: 2, seed: 1}}
orders: 12
fleet: {van: 2}
policies: [nearest]
"""


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep compiled networks of tests apart from the user's."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of a day of 12 orders and 2 vans in 2 km2, in the current folder."""
    monkeypatch.chdir(tmp_path)
    path = Path("small.yaml")
    path.write_text(SMALL)
    return path


@pytest.fixture
def cell(tmp_path: Path) -> Callable[..., Cell]:
    """Return the small day under a policy, in words of the runner."""

    def made(policy: str = "nearest", **more: object) -> Cell:
        return Cell(SMALL, "small.yaml", str(tmp_path), policy, **more)  # type: ignore[arg-type] # passed on

    return made


@pytest.fixture
def policy_file(tmp_path: Path) -> Callable[[str], str]:
    """Return the name of a policy whose `decide` has the given body."""

    def made(body: str, head: str = "") -> str:
        path = tmp_path / "mine.py"
        path.write_text(
            f"import os, signal, sys, time\nfrom twin import Plan\n{head}\n"
            "class Mine:\n"
            '    """A policy of somebody."""\n'
            "    def __init__(self, briefing, reach_s: float = 900.0, tries: int = 3):\n"
            "        self.asked = 0\n"
            "    def decide(self, view):\n"
            "        self.asked += 1\n"
            f"        {body}\n"
        )
        return f"{path}:Mine"

    return made


@dataclass(frozen=True)
class Said:
    """What a command printed and how it exited."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        """Its output, read as JSON."""
        read: dict[str, object] = json.loads(self.out)
        return read


@pytest.fixture
def twin() -> Callable[..., Said]:
    """Call the command line in this process."""

    def called(*arguments: object) -> Said:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    return called

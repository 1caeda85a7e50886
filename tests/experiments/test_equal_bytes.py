"""Equal asked, equal bytes: whatever the folder, the hash seed, the locale or the time zone."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

SCENARIO = """\
name: small
network: {city: {km2: 2, seed: 1}}
orders: {count: 20, arrivals: {known: 60 %, by_hour: {9: 1, 10: 1}}, windows: {share: 50 %}}
fleet: {van: 2, cargo_bike: 1}
presence: 70 %
policies: [insertion]
"""
START = [sys.executable, "-c", "from experiments.cli import main; main()"]


def run_in(folder: Path, out: str, **settings: str) -> str:
    """Run the scenario in a folder of its own and return what is printed."""
    folder.mkdir()
    (folder / "small.yaml").write_text(SCENARIO)
    done = subprocess.run(  # noqa: S603
        [*START, "run", "small.yaml", "--json", "-o", out],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def files_of(folder: Path) -> dict[str, bytes]:
    """Return all files of a run but the one that may differ; the database by its rows."""
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("timing.json", "results.sqlite")
    }
    database = sqlite3.connect(folder / "results.sqlite")
    rows = [
        database.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()  # noqa: S608
        for table in ("days", "figures")
    ]
    database.close()
    return {**found, "results.sqlite": repr(rows).encode()}


@pytest.mark.slow
def test_two_runs_make_equal_bytes(tmp_path: Path) -> None:
    """Another PYTHONHASHSEED, folder, run folder, locale, machine time zone, and `python -O`."""
    one = run_in(tmp_path / "one", "run", PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    other = run_in(
        tmp_path / "another place",
        "deep/er",
        PYTHONHASHSEED="271828",
        TZ="Pacific/Auckland",
        LC_ALL="C.UTF-8",
        PYTHONOPTIMIZE="1",
    )

    first = files_of(tmp_path / "one" / "run")
    second = files_of(tmp_path / "another place" / "deep" / "er")
    assert one == other
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert {"manifest.json", "results.csv", "routes.png", "resolved.yaml"} < set(first)


@pytest.mark.slow
def test_a_run_done_again_in_its_folder_changes_nothing(tmp_path: Path) -> None:
    """The same manifest is redone to the same bytes."""
    run_in(tmp_path / "one", str(tmp_path / "run"))
    before = files_of(tmp_path / "run")

    run_in(tmp_path / "two", str(tmp_path / "run"))

    assert files_of(tmp_path / "run") == before


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_is_kept_of_the_output_is_the_same_in_every_locale(encoding: str) -> None:
    """A credit has a sign that ASCII does not know."""
    said = [
        subprocess.run(  # noqa: S603
            [*START, "network", "info", "helsinki-centre"],
            env={**os.environ, "PYTHONIOENCODING": name, "PYTHONUTF8": "0"},
            capture_output=True,
            check=True,
        ).stdout
        for name in (encoding, "utf-8")
    ]

    assert said[0] == said[1]
    assert "©".encode() in said[0]

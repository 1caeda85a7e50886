"""Finished days that are lived again, and journals that were damaged since."""

import json
from pathlib import Path

import pytest

from experiments import manifest
from experiments.day import run_day
from experiments.kept_journals import journal_problem
from twin.journal import Journal


@pytest.fixture(autouse=True)
def _code_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a folder is made from be the same while somebody edits the code."""
    monkeypatch.setattr(manifest, "code_sha256", lambda: "0" * 64)


def test_a_day_that_comes_out_otherwise_does_not_replace_the_kept_one(
    twin, small, policy_file
) -> None:
    """A policy by the clock of the wall; its journal, figures and JSON stay those kept."""
    mine = policy_file("return Plan(why=str(time.time_ns()))")
    command = ("run", small, "--policy", mine, "-o", "out", "--json")
    first = twin(*command)
    assert first.code == 0, first.err
    [journal] = Path("out").glob("journals/*/*.gz")
    [picture] = Path("out").glob("routes*.png")
    kept = journal.read_bytes(), picture.stat().st_mtime_ns

    again = twin(*command)

    assert again.code == 3
    assert again.json["journal_sha256"] == first.json["journal_sha256"]
    assert (journal.read_bytes(), picture.stat().st_mtime_ns) == kept
    words = " ".join(again.err.split())
    assert "day 1 of mine.py:Mine came out otherwise than before: its journal is " in words
    assert f"{first.json['journal_sha256'][:12]}... is kept and stays" in words
    assert f"twin policies check {mine}" in words
    assert f"twin verify {small} --policies {mine} --seed 1" in words

    journal.unlink()
    assert twin(*command).code == 3
    assert not journal.exists()


def test_a_day_that_comes_out_alike_is_lived_again_without_a_word(twin, small) -> None:
    """Its journal is there again, and the exit code is that of a day done."""
    command = ("run", small, "-o", "out", "--json")
    first = twin(*command)
    [journal] = Path("out").glob("journals/*/*.gz")
    kept = journal.read_bytes()
    journal.unlink()

    again = twin(*command)

    assert (again.code, again.out) == (0, first.out)
    assert "otherwise" not in again.err
    assert journal.read_bytes() == kept


def test_a_damaged_journal_is_lived_again_and_that_is_said(twin, small) -> None:
    """Cut short, or of another day; no day but that one is lived."""
    command = ("run", small, "--days", "2", "-o", "out")
    assert twin(*command, "--quiet").code == 0
    [journal] = Path("out").glob("journals/*/*.gz")
    whole = journal.read_bytes()
    for damaged, words in ((whole[:-9], "is cut short or damaged"), (b"x", "is cut short")):
        journal.write_bytes(damaged)

        said = twin(*command)

        assert said.code == 0
        assert words in said.err
        assert "day 1 of nearest is lived again for it" in said.err
        assert journal.read_bytes() == whole
        timing = json.loads(Path("out/timing.json").read_text())
        assert list(timing["wall_s"]) == ["nearest, day 1"]


def test_a_journal_is_known_by_the_fingerprint_of_its_day(cell, tmp_path) -> None:
    """As it was written, with one line less, and with its end cut off."""
    path = tmp_path / "day.jsonl.gz"
    record = run_day(cell(journal_path=str(path)))

    assert journal_problem(path, record.journal_sha256) == ""

    whole = path.read_bytes()
    Journal(Journal.read(path).events[:-1]).write(path)
    assert f"{record.journal_sha256[:12]}... kept" in journal_problem(path, record.journal_sha256)
    path.write_bytes(whole[:-1])
    assert "is cut short or damaged" in journal_problem(path, record.journal_sha256)

"""``twin compare`` and ``twin run --days`` as their users meet them; the folders they leave."""

import csv
import json
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments import manifest
from experiments.day import run_day
from experiments.record import Ended
from experiments.store import read_records

CODE = "0" * 64
START = [
    sys.executable,
    "-c",
    f"""from experiments import cli, manifest
manifest.code_sha256 = lambda: {CODE!r}
cli.main()""",
]
COMPARE = ("compare", "small.yaml", "--policies", "nearest,insertion")


@pytest.fixture(autouse=True)
def _code_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a folder is made from be the same while somebody edits the code."""
    monkeypatch.setattr(manifest, "code_sha256", lambda: CODE)


def names_of(folder: Path) -> tuple[bytes, bytes]:
    """Return the two files that must not depend on how a folder was made."""
    return (folder / "manifest.json").read_bytes(), (folder / "results.csv").read_bytes()


def cells(folder: Path) -> list[tuple[str, int]]:
    return [(policy, day) for policy, day, *_ in read_records(folder)]


def lived_last(folder: Path) -> list[str]:
    """Return which days the last command lived."""
    return list(json.loads((folder / "timing.json").read_text())["wall_s"])


@pytest.mark.usefixtures("small")
def test_a_folder_that_grew_is_one_that_was_made_in_one_go(twin) -> None:
    """Two days on one job, then a third, then on two jobs with the policies named the other way."""
    first = twin(*COMPARE, "--days", "2", "--jobs", "1", "-o", "grown", "--json")
    assert first.code == 0, first.err
    assert len(lived_last(Path("grown"))) == 4
    grown = twin(*COMPARE, "--days", "3", "--jobs", "1", "-o", "grown", "--json")
    assert lived_last(Path("grown")) == ["nearest, day 3", "insertion, day 3"]

    other_way = ("compare", "small.yaml", "--policies", "insertion,nearest", "--base", "nearest")
    at_once = twin(*other_way, "--days", "3", "--jobs", "2", "-o", "whole", "--json")
    again = twin(*other_way, "--days", "3", "-o", "whole", "--json", "--quiet")

    assert names_of(Path("grown")) == names_of(Path("whole"))
    assert lived_last(Path("whole")) == []
    assert again.out == at_once.out
    assert grown.json["differences"] == at_once.json["differences"]
    assert grown.json["policies"] == at_once.json["policies"]
    assert list(grown.json["policies"]) == ["nearest", "insertion"]
    for trace in (str(Path.cwd()), "grown", "whole", "seconds", "jobs"):
        assert trace not in grown.out + at_once.out


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_a_policy_more_lives_its_own_days_only(twin) -> None:
    """What `twin run` has kept is not lived again either; the manifest says who has which days."""
    folder = Path("out")
    assert twin("run", "small.yaml", "--days", "2", "-o", folder, "--quiet").code == 0
    assert twin(*COMPARE, "--days", "1", "-o", folder, "--quiet").code == 0
    assert lived_last(folder) == ["insertion"]
    made = json.loads((folder / "manifest.json").read_text())
    assert made["days"] == [1, 2]
    assert [policy.get("days") for policy in made["policies"]] == [[1], None]

    assert twin(*COMPARE, "--days", "2", "-o", folder, "--quiet").code == 0

    assert lived_last(folder) == ["insertion, day 2"]
    assert twin(*COMPARE, "--days", "2", "-o", "whole", "--quiet").code == 0
    assert names_of(folder) == names_of(Path("whole"))


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_what_ctrl_c_stopped_goes_on_with_the_command_it_prints(twin) -> None:
    """The first day is kept, the rest is lived by that command; the folder is as any other."""
    command = [*START, *COMPARE, "--days", "3", "--jobs", "1", "-o", "cut"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as driver:  # noqa: S603
        ends_at_s = time.monotonic() + 60
        while time.monotonic() < ends_at_s and not kept(Path("cut")):
            time.sleep(0.02)
        driver.send_signal(signal.SIGINT)
        _, said = driver.communicate(timeout=30)

    assert driver.returncode == 6
    assert "Traceback" not in said
    found = re.search(r"interrupted; (\d) of 6 days are kept; go on with:\n  twin (.*)\n", said)
    assert found is not None, said
    before = cells(Path("cut"))
    assert len(before) == int(found[1])
    assert 1 <= len(before) < 6
    assert twin(*shlex.split(found[2]), "--quiet").code == 0
    assert len(lived_last(Path("cut"))) == 6 - len(before)
    assert twin(*COMPARE, "--days", "3", "-o", "whole", "--quiet").code == 0
    assert names_of(Path("cut")) == names_of(Path("whole"))


def kept(folder: Path) -> int:
    """Return how many days a folder holds while somebody else writes to it."""
    if not (folder / "results.sqlite").exists():
        return 0
    try:
        return len(read_records(folder))
    except sqlite3.OperationalError:  # the tables are being made
        return 0


def test_a_failing_policy_leaves_the_days_of_the_others_untouched(
    twin, small, cell, policy_file
) -> None:
    """It is counted, named, kept with its reason, and nothing is concluded; the exit code is 4."""
    mine = policy_file("raise KeyError('o7')")
    names = f"nearest,{mine},insertion"

    said = twin("compare", small, "--policies", names, "--days", "1", "-o", "out")

    assert said.code == 4
    assert "Traceback" not in said.err
    words = " ".join(said.out.split())
    assert "mine.py:Mine failed on 1 of 1 days (day 1): mine.py:Mine failed at 06:00" in words
    assert "100.0% of the days of mine.py:Mine failed, more than 1%: nothing is concluded" in words
    assert "No day came to its end under mine.py:Mine: no figures." in words
    assert "no conclusion" in said.out
    records = read_records(Path("out"))
    assert [row[2] for row in records if row[0] == "mine.py:Mine"] == [Ended.POLICY]
    with Path("out/results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    alone = run_day(cell("insertion")).figures
    assert {
        row["kpi"]: row["value"]
        for row in rows
        if (row["policy"], row["day"]) == ("insertion", "1")
    } == {name: "" if one.value is None else repr(one.value) for name, one in alone.items()}
    stopped = [row for row in rows if row["policy"] == "mine.py:Mine"]
    assert [(row["day"], row["kpi"]) for row in stopped] == [
        ("1", "day_failed"),
    ]


@pytest.mark.slow
def test_a_policy_that_was_mended_is_lived_again_and_nobody_else(twin, small, policy_file) -> None:
    """Another file of the same name, none of whose days came to its end, takes its place."""
    mine = policy_file("raise KeyError('o7')")
    command = ("compare", small, "--policies", f"nearest,{mine}", "--days", "1", "-o", "out")
    assert twin(*command, "--quiet").code == 4

    policy_file("return Plan()")
    said = twin(*command, "--quiet")

    assert said.code == 0, said.err
    assert lived_last(Path("out")) == ["mine.py:Mine"]
    policy_file("self.asked += 1; return Plan()")
    changed = twin(*command)
    assert changed.code == 2
    assert "policies.mine.py:Mine.sha256" in changed.err


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_the_first_day_keeps_its_journal_and_the_others_on_demand(twin) -> None:
    """A day whose journal is wanted later is lived again, to the same figures."""
    folder = Path("out")
    assert twin(*COMPARE, "--days", "2", "-o", folder, "--quiet").code == 0
    journals = sorted(path.relative_to(folder / "journals") for path in folder.rglob("*.gz"))
    assert [str(path) for path in journals] == [
        "insertion/day-0001.jsonl.gz", "nearest/day-0001.jsonl.gz",
    ]  # fmt: skip
    assert (folder / "routes-nearest.png").is_file()
    before = names_of(folder)

    assert twin(*COMPARE, "--days", "2", "-o", folder, "--quiet", "--journals").code == 0

    assert lived_last(folder) == ["nearest, day 2", "insertion, day 2"]
    assert len(list(folder.rglob("*.gz"))) == 4
    assert names_of(folder) == before


@pytest.mark.usefixtures("small")
def test_a_comparison_is_printed_as_it_reads(twin) -> None:
    """A hundred columns, served beside costs, what its intervals are, and how many are judged."""
    said = twin(*COMPARE, "--days", "2", "--set", "presence=60 %", "--base", "insertion")

    assert said.code == 0, said.err
    assert max(map(len, said.out.splitlines())) <= 100
    assert said.out.startswith("small on ")
    assert "nearest against insertion, the base, on days 1 to 2" in said.out
    words = " ".join(said.out.split())
    assert "95 % t-intervals over the differences of the same day" in words
    assert "Only 2 days: too few to trust an interval" in words
    assert "no correction for several comparisons" in words
    assert "regret" not in words
    assert "runs/small/results.csv" in said.err


def test_what_check_notes_of_the_scenario_stands_under_the_table(twin, small) -> None:
    """Parcels that no van holds: no policy is to blame for them."""
    small.write_text(small.read_text().replace("orders: 12", "orders: {count: 3, weight: 5000 kg}"))

    checked = twin("check", small, "--quiet")
    said = twin("compare", small, "--policies", "nearest,insertion", "--days", "1", "-o", "out")
    read = twin(
        "compare", small, "--policies", "nearest,insertion", "--days", "1", "-o", "out", "--json"
    ).json

    note = "3 orders (o0001, o0002, o0003) larger or heavier than every vehicle that can reach it"
    assert f"note: {note}" in " ".join(checked.out.split())
    words = " ".join(said.out.split())
    assert f"note, on day 1: {note} Shares and figures" in words
    assert words.index("note, on day 1") < words.index("against nearest, the base")
    assert read["notes"] == [note]


@pytest.mark.usefixtures("small")
def test_days_of_one_policy_are_printed_and_any_one_is_lived_alone(twin) -> None:
    """`--days` with intervals; `--day` is that day to the byte; explain names the command."""
    several = twin("run", "small.yaml", "--days", "3", "--jobs", "2", "-o", "out", "--json")
    shown = twin("run", "small.yaml", "--days", "3", "-o", "out", "--quiet")
    asked = twin("explain", "out", "--order", "x", "--day", "3")

    assert several.code == 0, several.err
    found = several.json["kpis"]["cost_per_delivery"]
    assert found["what"] == "ratio of sums"
    assert found["low"] < found["value"] < found["high"]
    assert "small, nearest, seed 1, days 1 to 3" in shown.out
    command = asked.err.partition("again with: twin ")[2].partition(", and explain")[0]
    alone = twin(*shlex.split(command), "--json", "--quiet")
    assert alone.code == 0, alone.err
    assert alone.json["day"] == 3
    assert alone.json["journal_sha256"] == several.json["by_day"][2]["journal_sha256"]


@pytest.mark.usefixtures("small")
def test_help_of_compare_has_an_example(twin) -> None:
    said = twin("compare", "--help")

    assert (
        "\n  twin compare my-city.yaml --policies nearest,static,insertion --days 20\n" in said.out
    )

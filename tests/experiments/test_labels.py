"""One policy with several settings: what a scenario calls each, and that it changes no day."""

import gzip
import json
from pathlib import Path

import pytest

from experiments.chosen import Chosen, choose
from scenarios.load import load_text
from scenarios.resolve import resolve, to_yaml
from twin.errors import InputError

DAY = "name: small\nnetwork: {city: {km2: 2, seed: 1}}\norders: 6\nfleet: {van: 1}\n"
TWO = DAY + "policies: [{name: insertion, as: late, retry_after: 3 h}, {name: insertion, as: b}]\n"
BY_CHANCE = """\
from twin import Plan


class Dice:
    def __init__(self, briefing, faces: int = 6):
        self.random, self.faces = briefing.random, faces

    def decide(self, view):
        return Plan(why=str(self.random.integers(1, self.faces + 1, 9)))
"""


def journal(folder: str, label: str) -> bytes:
    return gzip.decompress(Path(folder, "journals", label, "day-0001.jsonl.gz").read_bytes())


@pytest.mark.usefixtures("small")
def test_what_a_policy_is_called_changes_no_day(twin) -> None:
    """Chance is drawn by the policy's name: equal settings are equal bytes, other settings not."""
    Path("dice.py").write_text(BY_CHANCE)
    name = "dice.py:Dice"
    listed = (
        f"policies: [{name}, {{name: '{name}', as: one}}, {{name: '{name}', as: two}}, "
        f"{{name: '{name}', as: twenty, faces: 20}}]\n"
    )
    Path("dice.yaml").write_text(DAY + listed)

    said = twin("compare", "dice.yaml", "--days", "1", "-o", "out", "--json")

    assert said.code == 0, said.err
    assert list(said.json["policies"]) == [name, "one", "two", "twenty"]
    plain = next(Path("out/journals").glob("dice.py_Dice-*")).name
    assert journal("out", "one") == journal("out", "two") == journal("out", plain)
    assert journal("out", "twenty") != journal("out", "one")
    assert [policy["name"] for policy in json.loads(Path("out/manifest.json").read_text())[
        "policies"]] == [name, "one", "twenty", "two"]  # fmt: skip


@pytest.mark.usefixtures("small")
def test_two_settings_of_a_policy_are_compared_and_told_by_what_they_are_called(twin) -> None:
    """In the table, as the base, in what is explained, and run alone by that word."""
    Path("two.yaml").write_text(TWO)

    checked = twin("check", "two.yaml", "--quiet")
    said = twin("compare", "two.yaml", "--policies", "late,b", "--base", "b", "--days", "1")
    alone = twin("run", "two.yaml", "--policy", "late", "-o", "alone", "--quiet")

    assert (checked.code, said.code, alone.code) == (0, 0, 0), said.err
    assert "late against b, the base" in said.out
    assert journal("runs/small", "late") == journal("alone", "late")
    assert Path("runs/small/routes-late.png").is_file()
    order_id = json.loads(journal("alone", "late").splitlines()[1])["order"]["id"]
    told = twin("explain", "runs/small", "--policy", "b", "--order", order_id)
    assert told.out.startswith("Under b, day 1 of seed 1 (kept too: --policy late):\n")
    first = twin("explain", "runs/small", "--order", order_id)
    assert first.out.startswith("Under late, day 1")


@pytest.mark.parametrize(
    ("policies", "words"),
    [
        (
            "[nearest, {name: insertion, retry_after: 3 h}, insertion]",
            (
                "insertion: named 2 times, expected each once; leave one out, or call them "
                "differently: `{name: insertion, as: insertion-2, ...}`"
            ),
        ),
        (
            "[{name: insertion, as: x}, {name: nearest, as: x}]",
            "x: named 2 times, expected each once",
        ),
        (
            "[insertion, {name: insertion, as: nearest}]",
            (
                "as: nearest is the name of another policy, expected one that is free, such as "
                "insertion-2"
            ),
        ),
    ],
)
@pytest.mark.usefixtures("small")
def test_policies_that_are_called_alike_are_refused_before_anything_is_lived(
    twin, policies, words
) -> None:
    """By `check` as by `compare`, with what to write."""
    Path("alike.yaml").write_text(f"{DAY}policies: {policies}\n")

    for verb in ("check", "compare"):
        said = twin(verb, "alike.yaml")
        assert said.code == 2
        assert words in " ".join(said.err.split())


@pytest.mark.usefixtures("small")
def test_policies_that_are_called_alike_are_told_beside_other_problems(twin) -> None:
    """All at once, also where the scenario itself cannot be read whole."""
    text = DAY.replace("orders: 6", "orders: -6") + "policies: [nearest, nearest]\n"
    Path("alike.yaml").write_text(text)

    said = twin("check", "alike.yaml")

    assert said.code == 2
    assert "alike.yaml:3: orders" in said.err
    assert "nearest: named 2 times, expected each once" in " ".join(said.err.split())


def test_a_name_that_several_have_is_refused_with_what_they_are_called(twin, small) -> None:
    """In the scenario's list, and as a base; a word that is one of theirs is taken."""
    small.write_text(TWO)
    spec = load_text(TWO, "two.yaml", Path()).spec

    assert choose(spec) == Chosen("insertion", {"retry_after": "3 h"}, "late")
    assert choose(spec, "b") == Chosen("insertion", {}, "b")
    with pytest.raises(InputError, match=r"'insertion' stands for several .* one of late, b"):
        choose(spec, "insertion")
    base = twin("compare", small, "--policies", "late,b", "--base", "insertion")
    assert base.code == 2
    assert "expected one of late, b" in base.err


def test_a_policy_of_one_other_setting_is_still_found_by_its_name() -> None:
    """What stands under the name itself comes first."""
    listed = (
        "[{name: insertion, as: b}, {name: insertion, retry_after: 3 h}, {name: nearest, as: n}]"
    )
    spec = load_text(f"{DAY}policies: {listed}\n", "x.yaml", Path()).spec

    assert choose(spec, "insertion") == Chosen("insertion", {"retry_after": "3 h"})
    assert choose(spec, "nearest") == Chosen("nearest", {}, "n")


def test_what_policies_are_called_is_part_of_what_a_scenario_resolves_to() -> None:
    """And is read again as the same; where nothing is said, nothing is written."""
    resolved = resolve(load_text(TWO, "two.yaml", Path()).spec)
    again = load_text(to_yaml(resolved), "again.yaml", Path()).spec

    assert [policy.get("as") for policy in resolved["policies"]] == ["late", "b"]
    assert [policy.label for policy in again.policies] == ["late", "b"]
    plain = resolve(load_text(DAY + "policies: [nearest]\n", "x.yaml", Path()).spec)
    assert "as" not in plain["policies"][0]


@pytest.mark.parametrize("label", ["a b", "../up", ".hidden", "x.", "''", "7", "a" * 61])
def test_what_no_file_can_be_called_is_refused(label: str) -> None:
    """With an example."""
    text = f"{DAY}policies: [{{name: insertion, as: {label}}}]\n"

    with pytest.raises(InputError, match=r"x\.yaml:5: policies\.0\.as: not what a policy can be"):
        load_text(text, "x.yaml", Path())

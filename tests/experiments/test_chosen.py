"""A policy as it was chosen: its parameters, its label and its code."""

import re
from pathlib import Path

import pytest

from experiments.chosen import Chosen, choose
from scenarios.load import load_text
from twin.errors import InputError, PolicyNotFound

SIX = "name: downtown\nnetwork: demo-city\norders: 6\nfleet: {van: 1}\n"


def test_a_quantity_arrives_in_the_unit_of_the_keyword(policy_file) -> None:
    """15 min are 900 s for `reach_s`."""
    chosen = Chosen(policy_file("return Plan()"), {"reach": "15 min", "tries": 4})

    assert chosen.settings() == {"reach_s": 900.0, "tries": 4}


EVERY_UNIT = """
from twin import Plan
class Mine:
    def __init__(self, briefing, *, {keyword}=0.0):
        pass
    def decide(self, view):
        return Plan()
"""


@pytest.mark.parametrize(
    ("keyword", "typed", "arrives"),
    [
        ("reach_s", "15 min", 900.0),
        ("reach_s", "1 h 30 min", 5400.0),
        ("reach_min", "90 s", 1.5),
        ("reach_h", "90 min", 1.5),
        ("reach_m", "1.5 km", 1500.0),
        ("reach_km", "500 m", 0.5),
        ("reach_mps", "36 km/h", 10.0),
        ("reach_kmh", "10 m/s", 36.0),
        ("reach_kmh", "50 km/h", 50.0),
        ("reach_g", "1.5 kg", 1500.0),
        ("reach_kg", "2 t", 2000.0),
        ("reach_ml", "2 l", 2000.0),
        ("reach_l", "1 m3", 1000.0),
        ("reach_share", "12 %", 0.12),
        ("reach_at_s", "08:30", 30_600.0),
    ],
)
def test_each_unit_of_a_keyword_is_what_arrives(
    tmp_path: Path, keyword: str, typed: str, arrives: float
) -> None:
    """By the keyword's end, whether it is typed with it or without; another kind is refused."""
    file = tmp_path / "mine.py"
    file.write_text(EVERY_UNIT.format(keyword=keyword))

    for name in ("reach", keyword):
        assert Chosen(f"{file}:Mine", {name: typed}).settings() == {keyword: arrives}
    with pytest.raises(InputError, match="reach: "):
        Chosen(f"{file}:Mine", {"reach": "3 apples"}).settings()


@pytest.mark.parametrize(
    "end", ["s", "min", "h", "m", "km", "mps", "kmh", "g", "kg", "ml", "l", "share", "at_s"]
)
def test_a_parameter_without_default_is_asked_for_with_a_value_that_can_be_typed(
    tmp_path: Path, end: str
) -> None:
    """In a scenario and in the command that checks a policy."""
    file = tmp_path / "mine.py"
    file.write_text(EVERY_UNIT.format(keyword=f"reach_{end}").replace("=0.0", ""))

    with pytest.raises(InputError) as refused:
        Chosen(f"{file}:Mine").settings()

    [problem] = refused.value.problems
    given = re.fullmatch(
        r"reach: has no default, expected a value for it: `reach: (.+)` in a scenario, "
        r"`--with reach='(.+)'` in `twin policies check`",
        problem,
    )
    assert given
    assert given[1] == given[2]
    assert Chosen(f"{file}:Mine", {"reach": given[1]}).settings()[f"reach_{end}"] > 0
    with pytest.raises(InputError) as wrong:
        Chosen(f"{file}:Mine", {"reach": "3 apples"}).settings()
    assert len(wrong.value.problems) == 1


def test_a_keyword_with_its_unit_takes_a_plain_number(policy_file) -> None:
    """`reach_s: 600` says its unit in its name."""
    assert Chosen(policy_file("return Plan()"), {"reach_s": 600}).settings() == {"reach_s": 600}


def test_all_problems_of_parameters_are_told_at_once(policy_file) -> None:
    """A typo, a missing unit and a wrong kind: three lines."""
    typed = {"reech": "15 min", "reach": 15, "tries": "many"}

    with pytest.raises(InputError) as refused:
        Chosen(policy_file("return Plan()"), typed).settings()

    typo, unit, kind = refused.value.problems
    assert "reech: no such parameter; did you mean 'reach'?" in typo
    assert "reach: no unit (15)" in unit
    assert "tries: not a whole number ('many')" in kind


def test_a_file_is_called_by_its_name_without_its_folder(policy_file) -> None:
    """Journals and results do not depend on where somebody keeps his files."""
    assert Chosen(policy_file("return Plan()")).label == "mine.py:Mine"


def test_changed_code_changes_the_hash(policy_file) -> None:
    """A result names the code that made it."""
    before = Chosen(policy_file("return Plan()")).code()
    after = Chosen(policy_file("return Plan(why='because')")).code()

    assert before["target"] == after["target"] == "mine.py:Mine"
    assert before["sha256"] != after["sha256"]


def test_a_name_that_is_not_installed_is_told_with_those_that_are() -> None:
    """With the nearest."""
    with pytest.raises(PolicyNotFound, match="did you mean 'nearest'"):
        Chosen("nearst").code()


@pytest.mark.parametrize("name", ["nowhere.py:Mine", "no_such_module:Mine"])
def test_a_file_or_module_that_is_not_there_is_refused(name: str) -> None:
    """Before anything is simulated."""
    with pytest.raises(InputError, match="no such file or module"):
        Chosen(name).code()


def test_without_a_name_the_first_of_the_scenario_runs() -> None:
    """With the parameters it has there; a name of the list takes its own."""
    text = SIX + "policies: [nearest, {name: insertion, reach: 15 min}]\n"
    spec = load_text(text, "six.yaml", Path()).spec

    assert choose(spec) == Chosen("nearest")
    assert choose(spec, "insertion") == Chosen("insertion", {"reach": "15 min"})
    assert choose(spec, "replay") == Chosen("replay")


def test_a_scenario_without_policies_needs_a_name() -> None:
    """The message names the option and what is installed."""
    spec = load_text(SIX, "six.yaml", Path()).spec

    with pytest.raises(InputError, match=r"--policy.*nearest"):
        choose(spec)

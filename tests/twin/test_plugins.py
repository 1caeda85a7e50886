"""From a name to a policy: installed, in a module, or in a file."""

import importlib
from functools import partial

import pytest

from policies.nearest import Nearest
from policies.replay import Replay
from twin import run
from twin.errors import InputError, PolicyNotFound
from twin.plugins import (
    SOLVERS,
    installed,
    load,
    make_policy,
    needed_by,
    parameters,
    uncallable,
)
from twin.tiny import tiny_worlds

GREEDY = """
from twin import Plan

class Greedy:
    def __init__(self, briefing, reach_s: float = 900.0, *, patience: int = 3):
        self.reach_s = reach_s

    def decide(self, view):
        return Plan(why=f"within {self.reach_s:g} s")

class Anything:
    def __init__(self, briefing, **settings):
        self.settings = settings

limit = 7
"""


@pytest.fixture
def greedy(tmp_path):
    """Return the file of a policy that is not packaged yet."""
    path = tmp_path / "greedy.py"
    path.write_text(GREEDY, encoding="utf-8")
    return path


def test_our_own_policies_come_through_the_same_door():
    """By the names in the distribution."""
    assert {"nearest", "insertion", "replay"} <= set(installed())
    assert list(installed()) == sorted(installed())
    assert load("nearest") is Nearest
    assert load("policies.nearest:Nearest") is Nearest


def test_an_unknown_name_is_told_with_the_nearest_one():
    """And with all that there are."""
    with pytest.raises(PolicyNotFound) as missing:
        load("neerest")

    names = ", ".join(installed())
    assert str(missing.value) == (
        f"no policy is called 'neerest'; did you mean 'nearest'? Installed: {names}."
    )
    with pytest.raises(PolicyNotFound, match="no solver is called 'zzz'"):
        load("zzz", SOLVERS)


def claim(folder, distribution: str, value: str):
    """Install a distribution that claims a name, as far as its metadata goes."""
    info = folder / f"{distribution}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(f"[twin.policies]\nswift = {value}\n", encoding="utf-8")


def test_two_distributions_that_claim_one_name_are_both_named(tmp_path, monkeypatch):
    """Which one would be used is not left to chance."""
    claim(tmp_path, "acme", "acme_dispatch:Swift")
    claim(tmp_path, "zenith", "zenith:Swift")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()

    with pytest.raises(InputError) as clash:
        installed()

    (problem,) = clash.value.problems
    assert problem == (
        "policy 'swift' is claimed by acme (acme_dispatch:Swift) and zenith (zenith:Swift); "
        "uninstall one of them"
    )


def test_an_installed_policy_is_loaded_only_when_it_is_named(tmp_path, monkeypatch):
    """Its module may even be missing until then."""
    claim(tmp_path, "acme", "acme_dispatch_that_is_missing:Swift")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()

    assert "swift" in installed()
    with pytest.raises(ModuleNotFoundError):
        load("swift")


def test_a_policy_can_be_named_by_its_file(greedy):
    """The file and the name in it; run once however often it is asked for."""
    make = load(f"{greedy}:Greedy")

    assert load(f"{greedy}:Greedy") is make
    journal = run(tiny_worlds()["an ordinary morning"], make)
    assert "within 900 s" in {getattr(event, "why", "") for event in journal}


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("{}:Greedi", "has no policy 'Greedi'; did you mean 'Greedy'?"),
        ("{}:limit", "limit is int, expected a class or function of a briefing"),
        ("none.py:Greedy", "cannot be imported: no file none.py"),
        ("no_such_module:Greedy", "cannot be imported: No module named 'no_such_module'"),
    ],
)
def test_a_target_that_is_not_there_says_why(greedy, target, words):
    """A wrong name in a right file, a wrong file, a wrong module."""
    with pytest.raises(InputError) as refused:
        load(target.format(greedy))

    assert words in str(refused.value)


def test_a_file_that_is_no_python_says_so(tmp_path):
    """And is not remembered: mended, it can be loaded."""
    path = tmp_path / "broken.py"
    path.write_text("def decide(:\n", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be imported"):
        load(f"{path}:Greedy")

    path.write_text(GREEDY, encoding="utf-8")
    assert callable(load(f"{path}:Greedy"))


def test_the_parameters_of_a_policy_are_its_keywords(greedy):
    """All but the briefing, with their defaults."""
    known = parameters(load(f"{greedy}:Greedy"))

    assert {name: one.default for name, one in known.items()} == {"reach_s": 900.0, "patience": 3}
    assert list(parameters(Replay)) == ["journal", "plans"]


def test_a_policy_is_made_with_its_parameters(greedy):
    """As they are given; without any it is the policy itself."""
    made = make_policy(f"{greedy}:Greedy", {"reach_s": 60.0})

    assert isinstance(made, partial)
    assert made(None).reach_s == 60.0
    assert make_policy("nearest") is Nearest
    assert make_policy(f"{greedy}:Anything", {"what": 1})(None).settings == {"what": 1}


def test_unknown_parameters_are_refused_all_at_once(greedy):
    """With those that it has, and the nearest."""
    with pytest.raises(InputError) as refused:
        make_policy(f"{greedy}:Greedy", {"reach": 60.0, "mood": "good"})

    assert refused.value.problems == (
        "reach: no such parameter (it has: reach_s, patience); did you mean 'reach_s'?",
        "mood: no such parameter (it has: reach_s, patience)",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GREEDY, "is a file, expected a name in it: {path}:Greedy"),
        ("def decide(:\n", "{path}:Name; but it cannot be read as Python"),
        ("limit = 7\n", "{path}:Name; but no class in it has a `decide` of its own"),
        (GREEDY.replace("class Any", "class Also(Greedy):\n    pass\nclass Any"), "{path}:Greedy"),
        (GREEDY + GREEDY.replace("Greedy", "Lazy"), "{path}:Greedy or {path}:Lazy"),
    ],
)
def test_a_file_without_a_name_is_told_with_the_names_in_it(tmp_path, text, words):
    """By the classes that decide; nothing of it is run."""
    path = tmp_path / "greedy.py"
    path.write_text(f"{text}\nraise SystemExit\n", encoding="utf-8")

    with pytest.raises(InputError) as refused:
        load(str(path))

    assert words.format(path=path) in refused.value.problems[0]


def test_a_file_that_is_not_there_needs_no_name():
    """It is told first."""
    with pytest.raises(InputError, match=r"none.py:Name; but there is no such file"):
        load("none.py")


def test_a_maker_is_called_with_one_briefing_and_all_it_needs(tmp_path):
    """What it lacks is told before it is called."""
    path = tmp_path / "needy.py"
    path.write_text(
        "class Needy:\n    def __init__(self, briefing, every_s, *, most, least=1, **more):\n"
        "        self.most = most\nclass Deaf:\n    pass\n",
        encoding="utf-8",
    )
    needy = load(f"{path}:Needy")

    assert needed_by(needy) == ["every_s", "most"]
    assert uncallable(partial(needy, most=3)) == [
        "every_s: has no default, expected a value for it"
    ]
    assert uncallable(partial(needy, most=3, every_s=1.0)) == []
    assert make_policy(f"{path}:Needy", {"every_s": 1.0, "most": 3})(None).most == 3
    with pytest.raises(InputError, match="most: has no default"):
        make_policy(f"{path}:Needy", {"every_s": 1.0})
    with pytest.raises(InputError, match="takes no Briefing"):
        make_policy(f"{path}:Deaf")

"""An error is told with the last place in the policy's own file that it came through."""

import json
from functools import partial

import pytest

from twin import run
from twin.errors import PolicyFault
from twin.plugins import load
from twin.tiny import tiny_worlds
from twin.traced import own_line, with_line

MINE = """import json
from helper import fails

class Mine:
    def __init__(self, briefing, fault="reads"):
        self.fault = getattr(self, fault)
        if fault == "made":
            self.fault(None)

    def decide(self, view):
        return self.fault(view)

    def reads(self, view):
        return json.loads("{")

    def helped(self, view):
        return fails()

    def made(self, view):
        raise KeyError("o7")

    def leaves(self, view):
        raise SystemExit(3)
"""


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        ("reads", "mine.py, line 14, in reads"),  # not a line of json
        ("helped", "mine.py, line 17, in helped"),  # nor of a module beside it
        ("made", "mine.py, line 20, in made"),
    ],
)
def test_a_fault_names_the_last_line_of_the_policys_own_file(tmp_path, monkeypatch, fault, place):
    """Whatever it was in the middle of."""
    (tmp_path / "helper.py").write_text("def fails():\n    return 1 / 0\n", encoding="utf-8")
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    make = load(f"{tmp_path / 'mine.py'}:Mine")

    with pytest.raises(PolicyFault) as stopped:
        run(tiny_worlds()["an ordinary morning"], partial(make, fault=fault))

    assert str(stopped.value).endswith(f"({place})")


def test_an_error_that_was_made_of_another_leads_to_that_one():
    """What we say in other words arose in the policy all the same."""

    def policy():
        return json.loads("{")

    try:
        policy()
    except ValueError as cause:
        error = RuntimeError("in other words")
        error.__cause__ = cause

    assert own_line(error).startswith("test_traced.py, line ")
    assert own_line(error).endswith(", in policy")


def test_an_error_that_came_through_no_policy_names_no_line():
    """Nothing is put beside it."""
    assert own_line(KeyError("o7")) == ""
    assert with_line("KeyError: 'o7'", KeyError("o7")) == "KeyError: 'o7'"

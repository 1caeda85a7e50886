"""Errors are rebuilt from their arguments by SimPy and across processes, and read as sentences."""

import pickle  # noqa: TID251 # what process pools do to an exception

import pytest

from twin import errors
from twin.errors import (
    Impossible,
    InputError,
    JournalError,
    Livelock,
    NetworkError,
    PlanError,
    PolicyFault,
    PolicyNotFound,
    ScenarioError,
    TwinError,
    UnknownNode,
    Unreachable,
)

SAID = {
    InputError("a.yaml", ["line 3: no van", "line 4: no depot"]): (
        "a.yaml: 2 problems\n  line 3: no van\n  line 4: no depot"
    ),
    ScenarioError("a.yaml", ["line 3: no van"]): "a.yaml: 1 problem\n  line 3: no van",
    NetworkError("town", ["edge 3: -1 m"]): "town: 1 problem\n  edge 3: -1 m",
    UnknownNode(9, "town", 4): "node 9 is not in town, whose nodes are 0 to 3",
    Unreachable(0, 3, "bike"): "no road leads from node 0 to node 3 for mode 'bike'",
    PlanError("greedy", 34867.0, 3, ["van v3: too much", "order o1: unknown"]): (
        "greedy returned an illegal plan at 09:41:07, question 3:\n  - van v3: too much\n"
        "  - order o1: unknown"
    ),
    PolicyFault("greedy", 34867.0, 12, "KeyError: 'o1'"): (
        "greedy failed at 09:41:07, question 12: KeyError: 'o1'"
    ),
    PolicyNotFound("policy", "neerest", ["insertion", "nearest"], "nearest"): (
        "no policy is called 'neerest'; did you mean 'nearest'? Installed: insertion, nearest."
    ),
    PolicyNotFound("solver", "x", []): "no solver is called 'x'. Installed: none.",
    JournalError("day.jsonl", 7, "no JSON"): "day.jsonl:7: no JSON",
    Impossible("v1 is nowhere", ["Departed"]): (
        "a fault of the twin, please report it: v1 is nowhere\n    Departed"
    ),
    Livelock("greedy", 60.0, 99, ["Departed", "Arrived"]): (
        "99 events at 00:01:00 under greedy and no time passes; the policy probably gives work "
        "that takes no time again and again. The last ones:\n    Departed\n    Arrived"
    ),
}


@pytest.mark.parametrize("error", SAID, ids=lambda error: type(error).__name__)
def test_an_error_survives_being_rebuilt_from_its_arguments(error):
    """By its class, by another process, and with its words."""
    again = type(error)(*error.args)
    sent = pickle.loads(pickle.dumps(error))  # noqa: S301 # our own bytes

    assert str(again) == str(sent) == str(error) == SAID[error]
    assert type(sent) is type(error)
    assert isinstance(error, TwinError)


def test_every_error_is_in_the_table():
    """A new one has to be rebuilt, too."""
    branches = {
        thing
        for thing in vars(errors).values()
        if isinstance(thing, type) and issubclass(thing, TwinError)
    }
    assert branches - {TwinError} == {type(error) for error in SAID}


def test_who_does_not_know_us_catches_the_builtins():
    """Bad values are ValueErrors, what is not there a LookupError."""
    assert issubclass(InputError, ValueError)
    assert issubclass(PlanError, ValueError)
    assert issubclass(UnknownNode, LookupError)
    assert issubclass(PolicyNotFound, LookupError)
    assert issubclass(PolicyFault, RuntimeError)

"""What to do about a fault of a policy, where its kind says more than the promise it broke."""

from dataclasses import FrozenInstanceError
from typing import Final

from twin.errors import TwinError

READ_ONLY: Final = (
    "a View and a Briefing are read-only, with all that they show: change a copy, such as "
    "`list(view.orders)` or `dict(view.by_order)`"
)
NO_DECIDE: Final = "give the policy a method `decide(self, view)` that returns a `Plan`"

_CHANGE: Final = frozenset(
    {"append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "sort", "update"}
)
"""Methods of lists and tables, which what is shown does not have."""
_NO_ITEMS: Final = (
    "object does not support item assignment",
    "object doesn't support item deletion",
    "object does not support item deletion",
)


def remedy(error: TwinError) -> str:
    """Return what to do about a fault, empty where nothing of its own is to be said."""
    cause = error.__cause__
    if isinstance(cause, FrozenInstanceError):
        return READ_ONLY
    if isinstance(cause, AttributeError):
        if cause.name == "decide":
            return NO_DECIDE
        if cause.name in _CHANGE and not isinstance(cause.obj, list | dict | set):
            return READ_ONLY
    if isinstance(cause, TypeError) and any(words in str(cause) for words in _NO_ITEMS):
        return READ_ONLY
    return ""

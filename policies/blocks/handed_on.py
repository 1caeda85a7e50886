"""Settings that one policy hands on to another: seen as its own, with the other's defaults."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from twin.plugins import parameters

Init = TypeVar("Init", bound=Callable[..., None])


def hands_on_to(other: Callable[..., Any]) -> Callable[[Init], Init]:
    """Let the open keywords of a constructor be read as those of another maker of a policy.

    Whoever asks for its signature, as lists of policies and checks of settings do, finds every
    keyword of the other that the constructor does not name itself, with the other's default, and
    no open end: a name that neither has is refused.

    Parameters
    ----------
    other
        A maker that takes a briefing and keywords, and is given them on.
    """

    def seen(init: Init) -> Init:
        mine = inspect.signature(init)
        own = [one for one in mine.parameters.values() if one.kind is not one.VAR_KEYWORD]
        others = [one for name, one in parameters(other).items() if name not in mine.parameters]
        init.__dict__["__signature__"] = mine.replace(parameters=[*own, *others])
        return init

    return seen

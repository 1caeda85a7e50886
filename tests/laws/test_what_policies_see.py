"""A view is a snapshot and holds nothing of the future, however deep one looks."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
from dispatchers import AllAboard, Fifo
from hypothesis import given
from physics import lived
from small_days import policies, small_days, tried

from twin import Presence, View, Visit, World, run
from twin.model import Order

_ATOMS = (str, bytes, int, float, bool, type(None), np.ndarray, type, ModuleType, np.generic,
          BuiltinFunctionType)  # fmt: skip


def inside(root: object) -> Iterable[object]:
    """Yield everything that can be reached from an object, believed travel included.

    Public and private attributes, slots, containers, closures, defaults, partials and the objects
    that methods are bound to; what only a debugger can reach (frames, the garbage collector) not.
    """
    seen: dict[int, object] = {}
    waiting = deque([root])
    while waiting:
        thing = waiting.popleft()
        if id(thing) in seen or isinstance(thing, _ATOMS):
            continue
        seen[id(thing)] = thing
        yield thing
        waiting.extend(_parts(thing))


def _parts(thing: Any) -> list[object]:
    parts: list[object] = []
    if isinstance(thing, Mapping):
        parts += [*thing.keys(), *thing.values()]
    elif isinstance(thing, list | tuple | set | frozenset | deque):
        parts += list(thing)
    if isinstance(thing, partial):
        parts += [thing.func, *thing.args, *thing.keywords.values()]
    if isinstance(thing, MethodType):
        parts += [thing.__self__, thing.__func__]
    if isinstance(thing, FunctionType):
        parts += [cell.cell_contents for cell in thing.__closure__ or ()]
        parts += [*(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values()]
    for kind in type(thing).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        names = (slots,) if isinstance(slots, str) else slots
        parts += [getattr(thing, name) for name in names if hasattr(thing, name)]
    parts += list(getattr(thing, "__dict__", {}).values())
    return parts


class Curious(AllAboard):
    """Looks into everything that it is given."""

    def __init__(self, briefing):
        super().__init__(briefing)
        self.looks_into(briefing, -1e9)

    def decide(self, view: View):
        """Look, then decide."""
        self.looks_into(view, view.now_s)
        return super().decide(view)

    def looks_into(self, thing: object, now_s: float) -> None:
        """Check that nothing in it is of the future."""
        for part in inside(thing):
            assert not isinstance(part, World | Visit | Presence), f"{type(part)} can be reached"
            assert type(part).__module__.split(".")[0] != "simpy", f"{part} can be reached"
            if isinstance(part, Order):
                assert part.placed_at_s <= now_s, f"order {part.id} can be reached at {now_s}"


@tried(60)
@given(day=small_days())
def test_nothing_of_the_future_can_be_reached_from_a_view_or_a_briefing(day):
    """No order before it is placed, no World, nothing that says who is in and what doors take."""
    run(day, Curious)


def test_the_search_would_find_what_is_hidden():
    """In a slot, a closure, a default, a bound method or a partial."""
    secret = Visit()

    class Slotted:
        __slots__ = ("_kept",)

        def __init__(self, kept):
            self._kept = kept

        def method(self):
            return self._kept

    def closed():
        return secret

    def defaulted(kept=secret):
        return kept

    for hiding in ([secret], {"a": (secret,)}, Slotted(secret), Slotted(secret).method, closed,
                   defaulted, partial(print, secret), {secret: 1}):  # fmt: skip
        assert any(part is secret for part in inside(hiding)), hiding
    assert not any(isinstance(part, Visit) for part in inside([Slotted(3), len, World]))


class Keeps(Fifo):
    """Keeps every view, and what it looked like."""

    kept: list[tuple[View, str]]

    def __init__(self, briefing):
        super().__init__(briefing)
        self.kept = []

    def decide(self, view: View):
        """Keep it."""
        self.kept.append((view, repr(replace(view, travel=None))))
        return super().decide(view)


@tried(60)
@given(day=small_days())
def test_a_view_that_is_kept_never_changes(day):
    """At the end of the day each is as it was when it was shown."""
    made = []

    def make(briefing):
        made.append(Keeps(briefing))
        return made[-1]

    run(day, make)

    for view, looked in made[0].kept:
        assert repr(replace(view, travel=None)) == looked


@tried(60)
@given(day=small_days(), make=policies)
def test_views_say_what_the_state_says(day, make):
    """Open orders and those unplanned, each once and as they are known; vehicles by their id."""

    def watching(briefing):
        policy = make(briefing)
        decide = policy.decide

        def look(view: View):
            assert [row.id for row in view.orders] == list(view.by_order)
            assert {row.id for row in view.unplanned} <= set(view.by_order)
            assert list(view.by_vehicle) == [vehicle.id for vehicle in view.vehicles]
            for row in view.unplanned:
                assert row.can_be_planned
                assert row.planned_on is None
                assert view.by_order[row.id] == row
            for vehicle in view.vehicles:
                assert vehicle.load.fits_in(vehicle.capacity)
                assert not vehicle.broken_down
            return decide(view)

        policy.decide = look
        return policy

    lived(day, watching)

"""What keeps an answer of a policy from being a plan at all."""

from collections.abc import Mapping
from math import isfinite
from numbers import Real
from typing import Any

from twin.plan import Action, Plan, Stop, orders_of


def malformed(plan: Any) -> list[str]:  # noqa: ANN401 # anything can come from a stranger
    """Return what keeps an answer from being a plan at all."""
    if not isinstance(plan, Plan):
        return [f"answered with {type(plan).__name__}, expected a Plan"]
    if not isinstance(plan.routes, Mapping):
        return [f"routes is {type(plan.routes).__name__}, expected a mapping of vehicle to stops"]
    found: list[str] = []
    for vehicle_id, route in plan.routes.items():
        if not isinstance(route, tuple):
            found.append(f"vehicle {vehicle_id}: route is {type(route).__name__}, expected a tuple")
            continue
        for stop in route:
            found.extend(f"vehicle {vehicle_id}: {problem}" for problem in _malformed_stop(stop))
    if not _are_ids(plan.declined):
        found.append(f"declined is {plan.declined!r:.80}, expected a tuple of order ids")
    if not isinstance(plan.messages, tuple):
        found.append(f"messages is {type(plan.messages).__name__}, expected a tuple")
    return found + _malformed_rest(plan)


def _malformed_rest(plan: Any) -> list[str]:  # noqa: ANN401 # anything can come from a stranger
    """Return what is no text, time or mapping besides the routes."""
    found: list[str] = []
    if not isinstance(plan.tendered, Mapping) or not all(
        _are_ids(orders) for orders in plan.tendered.values()
    ):
        found.append(f"tendered is {plan.tendered!r:.80}, expected order ids by carrier")
    if not isinstance(plan.why, str):
        found.append(f"why is {type(plan.why).__name__}, expected a text")
    again_at_s: object = plan.ask_again_at_s
    if again_at_s is not None and not (isinstance(again_at_s, Real) and isfinite(again_at_s)):
        found.append(f"ask_again_at_s is {again_at_s!r:.80}, expected seconds since midnight")
    return found


def _are_ids(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(one, str) for one in value)


def _malformed_stop(stop: Any) -> list[str]:  # noqa: ANN401 # anything can come from a stranger
    if not isinstance(stop, Stop):
        return [f"{stop!r:.80} is no Stop"]
    if not isinstance(stop.actions, tuple):
        return [f"the actions at {stop.place} are no tuple"]
    if not isinstance(stop.place, str):
        return [f"{stop.place!r:.80} is no place id"]
    actions: tuple[Any, ...] = stop.actions
    return [
        f"{action!r:.80} at {stop.place} is no action"
        for action in actions
        if not isinstance(action, Action) or not _are_ids(orders_of(action))
    ]

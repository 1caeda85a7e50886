"""What keeps an answer of a policy from being a plan at all."""

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

from twin.messages import Notify, OfferLocker, OfferWindow
from twin.model import ALWAYS, TimeWindow
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
    else:
        found.extend(
            _malformed_message(message) for message in plan.messages if not _is_well(message)
        )
    return found + _malformed_rest(plan) + _malformed_record(plan)


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
    if again_at_s is not None and not _is_time(again_at_s):
        found.append(f"ask_again_at_s is {again_at_s!r:.80}, expected seconds since midnight")
    return found


def _malformed_record(plan: Any) -> list[str]:  # noqa: ANN401 # anything can come from a stranger
    """Return what is wrong with what a plan tells for the record."""
    found: list[str] = []
    if not isinstance(plan.arrivals, Mapping) or not all(
        isinstance(order, str) and _is_time(at_s) for order, at_s in plan.arrivals.items()
    ):
        found.append(f"arrivals is {plan.arrivals!r:.80}, expected seconds since midnight by order")
    if not _are_ids(plan.warned):
        found.append(f"warned is {plan.warned!r:.80}, expected a tuple of order ids")
    effort: object = plan.effort
    if not isinstance(effort, Integral) or int(effort) < 0:
        found.append(f"effort is {effort!r:.80}, expected a number of steps, at least 0")
    worked_s: Any = plan.worked_s
    if not _is_time(worked_s) or worked_s < 0:
        found.append(f"worked_s is {worked_s!r:.80}, expected seconds, at least 0")
    return found


def _is_time(value: Any) -> bool:  # noqa: ANN401 # anything can come from a stranger
    """Whether it is a number of seconds within the span of `twin.model.ALWAYS`."""
    return isinstance(value, Real) and ALWAYS.opens_at_s <= value <= ALWAYS.closes_at_s  # type: ignore[operator] # Real has no order for mypy


def _is_well(message: Any) -> bool:  # noqa: ANN401 # anything can come from a stranger
    """Whether a message is one, with an order, and a window or a locker of the right kind."""
    what: dict[type, tuple[str, type]] = {
        Notify: ("expected", TimeWindow),
        OfferWindow: ("window", TimeWindow),
        OfferLocker: ("locker", str),
    }
    if type(message) not in what:
        return False
    name, kind = what[type(message)]
    said = getattr(message, name)
    if not isinstance(message.order, str) or not isinstance(said, kind):
        return False
    if not isinstance(said, TimeWindow):
        return True
    return _is_time(said.opens_at_s) and _is_time(said.closes_at_s)


def _malformed_message(message: object) -> str:
    return f"{message!r:.80} is no message: expected Notify, OfferWindow or OfferLocker"


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

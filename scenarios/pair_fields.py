"""Field types of what binds orders to vehicles: pins, forbidden pairs, given routes."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from scenarios.fields import MAX_NAME
from scenarios.problems import Refused, shown

_IDS = {"type": "array", "items": {"type": "string"}}


def _id(given: object, what: str, of: str = "") -> str:
    """Return an id; ``of`` is what it is said of, since messages point at the whole mapping."""
    begins = f"{shown(of, quote=False)}: " if of else ""
    if isinstance(given, bool) or not isinstance(given, str):
        quotes = f"; put it in quotes: '{given}'" if isinstance(given, int | float) else ""
        raise Refused(f"{begins}not the id of {what} ({shown(given)}), expected text{quotes}")
    if not given.strip() or len(given) > MAX_NAME:
        raise Refused(
            f"{begins}not the id of {what} ({shown(given)}), expected 1 to {MAX_NAME} letters"
        )
    return given


def _pins(given: object) -> Mapping[str, str]:
    if not isinstance(given, dict):
        raise Refused(f"not pins ({shown(given)}), expected {{order: vehicle}}: {{o0012: van-003}}")
    return {
        (one := _id(order, "an order")): _id(van, "a vehicle", one) for order, van in given.items()
    }


def _forbidden(given: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(given, dict):
        raise Refused(
            f"not forbidden pairs ({shown(given)}), expected {{order: vehicles}}: "
            "{o0015: [van-001, van-002]}"
        )
    found = {}
    for order, vans in given.items():
        listed = vans if isinstance(vans, list | tuple) else [vans]
        one = _id(order, "an order")
        found[one] = tuple(_id(van, "a vehicle", one) for van in listed)
    return found


def _routes(given: object) -> str | Mapping[str, tuple[str, ...]]:
    expected = (
        "expected {vehicle: [orders in turn]}: {van-001: [o0003, o0007]}, or {csv: routes.csv}"
    )
    if not isinstance(given, dict):
        raise Refused(f"not routes ({shown(given)}), {expected}")
    if set(given) == {"csv"} and isinstance(given["csv"], str):
        return _id(given["csv"], "a file")
    found = {}
    for van, orders in given.items():
        if not isinstance(orders, list | tuple):
            raise Refused(f"{shown(van, quote=False)}: no list ({shown(orders)}), {expected}")
        one = _id(van, "a vehicle")
        found[one] = tuple(_id(order, "an order", one) for order in orders)
    return found


Pins: TypeAlias = Annotated[
    Mapping[str, str],
    BeforeValidator(_pins),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
"""The vehicle of each pinned order."""

Forbidden: TypeAlias = Annotated[
    Mapping[str, tuple[str, ...]],
    BeforeValidator(_forbidden),
    WithJsonSchema(
        {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, _IDS]}}
    ),
]
"""The vehicles that each of these orders must not go on."""

GivenRoutes: TypeAlias = Annotated[
    str | Mapping[str, tuple[str, ...]],
    BeforeValidator(_routes),
    PlainSerializer(lambda routes: {"csv": routes} if isinstance(routes, str) else dict(routes)),
    WithJsonSchema(
        {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, _IDS]}}
    ),
]
"""The name of a table of routes, or the orders of each vehicle in turn."""

"""Field types that only orders have: counts, shares of parcels and widths, profiles by hour."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from scenarios.defaults import default
from scenarios.problems import Refused, did_you_mean, shown
from scenarios.quantities import LENGTH, TIME, read_share, write_share
from scenarios.spreads import Law, Spread, read_spread, write_spread

MAX_ORDERS: Final = 1_000_000
"""Orders of one day; ten times the largest depots there are."""


MAX_PRIORITY: Final = 1000
"""The most urgent there is."""


def _whole(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int) or given < 0:
        raise Refused(f"not a count ({shown(given)}), expected a whole number, 0 or more")
    if given > MAX_ORDERS:
        raise Refused(f"too many ({given:,}), expected at most {MAX_ORDERS:,} orders a day")
    return float(given)


def _order_count(given: object) -> Spread:
    # A day's number of orders is a gamma factor on its mean: across days the variance of meal
    # orders is 1.6 to 4.4 times that of Poisson (18,706 orders, Helsinki 2020).
    if isinstance(given, dict) and set(given) == {"mean", "cv"}:
        given = {**given, "law": Law.GAMMA.value}
    return read_spread(given, _whole)


OrderCount: TypeAlias = Annotated[
    Spread,
    BeforeValidator(_order_count),
    PlainSerializer(lambda spread: write_spread(spread, int)),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MAX_ORDERS},
                {
                    "type": "object",
                    "properties": {
                        "mean": {"type": "integer", "minimum": 1},
                        "cv": {"type": ["string", "number"]},
                        "law": {"enum": ["gamma", "lognormal"]},
                    },
                    "required": ["mean", "cv"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


def _parcel_shares(given: object) -> Mapping[int, float]:
    if given == "typical":
        given = default("orders.parcels: typical")
    if isinstance(given, int) and not isinstance(given, bool):
        given = {str(given): "100 %"}
    expected = "expected a count such as 1, the word typical, or {1: 70 %, 2: 30 %}"
    if not isinstance(given, dict) or not given:
        raise Refused(f"not parcels per order ({shown(given)}), {expected}")
    shares = {}
    for key, value in given.items():
        if not str(key).isdecimal() or not 1 <= int(key) <= 1000:  # noqa: PLR2004
            raise Refused(f"not a number of parcels ({shown(key)}), {expected}")
        shares[int(key)] = read_share(value)
    return _adding_up(dict(sorted(shares.items())))


def _adding_up(shares: dict[Any, float]) -> dict[Any, float]:
    total = sum(shares.values())
    if abs(total - 1) > 1e-9:  # noqa: PLR2004
        raise Refused(f"shares add up to {total * 100:.6g} %, expected 100 %; mend one of them")
    return shares


ParcelShares: TypeAlias = Annotated[
    Mapping[int, float],
    BeforeValidator(_parcel_shares),
    PlainSerializer(lambda shares: {str(n): write_share(share) for n, share in shares.items()}),
    WithJsonSchema({"type": ["object", "integer", "string"], "description": "Parcels an order."}),
]
"""Share of orders by their number of parcels, in rising order."""


def _priority_shares(given: object) -> Mapping[int, float]:
    expected = "expected shares by priority such as {1: 10 %}, higher is more urgent"
    if not isinstance(given, dict):
        raise Refused(f"not priorities ({shown(given)}), {expected}")
    shares = {}
    for key, value in given.items():
        if not str(key).isdecimal() or not 1 <= int(key) <= MAX_PRIORITY:
            raise Refused(f"not a priority ({shown(key)}), {expected}, 1 to {MAX_PRIORITY}")
        shares[int(key)] = read_share(value)
    total = sum(shares.values())
    if total > 1 + 1e-9:
        raise Refused(f"shares add up to {total * 100:.6g} %, expected at most 100 %")
    return dict(sorted(shares.items()))


PriorityShares: TypeAlias = Annotated[
    Mapping[int, float],
    BeforeValidator(_priority_shares),
    PlainSerializer(lambda shares: {str(n): write_share(share) for n, share in shares.items()}),
    WithJsonSchema({"type": "object", "description": "Shares by priority, at most 100 %."}),
]
"""Share of orders of each priority above 0, in rising order; the others are ordinary."""


def _widths(given: object) -> Mapping[float, float]:
    if not isinstance(given, dict):
        given = {given: 1.0}
    shares = {}
    for key, value in given.items():
        width_s = TIME.read(key)
        if not width_s > 0:
            raise Refused(f"a width of zero ({shown(key)}), expected more")
        shares[width_s] = read_share(value)
    return _adding_up(dict(sorted(shares.items())))


WidthShares: TypeAlias = Annotated[
    Mapping[float, float],
    BeforeValidator(_widths),
    PlainSerializer(lambda shares: {TIME.write(w): write_share(s) for w, s in shares.items()}),
    WithJsonSchema(
        {"type": ["string", "object"], "description": "A width, or shares by width: {2 h: 100 %}."}
    ),
]
"""Share of windows by their width in seconds."""


def _by_hour(given: object) -> Mapping[int, float]:
    named = ("e-commerce", "food")
    expected = "expected weights by hour such as {9: 5, 10: 8}, or one of " + ", ".join(named)
    if isinstance(given, str):
        if given not in named:
            raise Refused(
                f"no such profile ({shown(given)}){did_you_mean(given, named)}, {expected}"
            )
        given = default(f"orders.arrivals.by_hour: {given}")
    if not isinstance(given, dict) or not given:
        raise Refused(f"not a profile ({shown(given)}), {expected}")
    weights = {}
    for key, value in given.items():
        if not str(key).isdecimal() or not int(key) <= 47:  # noqa: PLR2004
            raise Refused(f"not an hour ({shown(key)}), {expected}")
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise Refused(f"hour {key}: not a weight ({shown(value)}), expected 0 or more")
        weights[int(key)] = float(value)
    if not sum(weights.values()) > 0:
        raise Refused("all weights are zero, expected at least one above zero")
    return dict(sorted(weights.items()))


HourWeights: TypeAlias = Annotated[
    Mapping[int, float],
    BeforeValidator(_by_hour),
    PlainSerializer(lambda weights: {str(hour): weight for hour, weight in weights.items()}),
    WithJsonSchema({"type": ["object", "string"], "description": "Weights by hour of the day."}),
]
"""Weight of each hour's arrivals, in rising order of hours."""


def _merging(given: object) -> str | float:
    if given in ("same address", "off"):
        return str(given)
    try:
        radius_m = LENGTH.read(given)
    except ValueError:
        raise Refused(
            f"not a way to merge ({shown(given)}), expected same address, off, or a radius such "
            "as 30 m"
        ) from None
    return radius_m


Merging: TypeAlias = Annotated[
    str | float,
    BeforeValidator(_merging),
    PlainSerializer(lambda merging: merging if isinstance(merging, str) else LENGTH.write(merging)),
    WithJsonSchema({"type": "string", "examples": ["same address", "off", "30 m"]}),
]
"""``same address``, ``off``, or a radius in metres (semantics S2)."""

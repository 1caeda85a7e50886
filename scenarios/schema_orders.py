"""What the scenario says of orders: how many, where, when, how large; or which file has them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
    model_validator,
)

from scenarios.defaults import default
from scenarios.fields import (
    Count,
    Latitude,
    Longitude,
    PositiveCount,
    PositiveDurationS,
    PositiveLengthM,
    PositiveNumber,
    Section,
    Share,
    Shares,
    Text,
    Window,
)
from scenarios.problems import Refused, did_you_mean, shown
from scenarios.quantities import LENGTH, TIME, read_share, write_share
from scenarios.spreads import (
    Law,
    Spread,
    TimeSpread,
    VolumeSpread,
    WeightSpread,
    read_spread,
    write_spread,
)

MAX_ORDERS = 1_000_000
"""Orders of one day; ten times the largest depots there are."""


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


class HotspotSpec(Section):
    """A place orders gather around: uniform over a disc."""

    lat: Latitude = Field(description="Middle, degrees.")
    lon: Longitude = Field(description="Middle, degrees.")
    radius_m: PositiveLengthM = Field(alias="radius", description="Of the disc.")
    share: Share = Field(description="Share of all orders.")


class PopulationSpec(Section):
    """A table of areas and how much demand each has."""

    csv: Text = Field(description="Columns id, lat, lon and the weight.")
    weight: Text = Field(default="population", description="The column that weighs an area.")
    radius_m: PositiveLengthM = Field(
        default="180 m",
        alias="radius",
        validate_default=True,
        description="Radius of an area; 180 m is a hexagon of H3 resolution 9 (0.105 km2).",
    )


class WhereSpec(Section):
    """Where synthetic orders are."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"enum": ["addresses", "junctions", "any"]},
    )

    places: Literal["any", "addresses", "junctions"] = Field(
        default="any", description="Of the network; any: its addresses if it has some."
    )
    businesses: Share | None = Field(
        default=None, description="Share of orders at addresses that are businesses."
    )
    hotspots: tuple[HotspotSpec, ...] = ()
    population: PopulationSpec | None = None

    @model_validator(mode="after")
    def _shares_fit(self) -> "WhereSpec":
        total = sum(spot.share for spot in self.hotspots)
        if total > 1 + 1e-9:
            raise Refused(f"hotspots share {total * 100:.6g} %, expected at most 100 %")
        return self


class ArrivalsSpec(Section):
    """When orders become known and ready."""

    known: Share = Field(
        default="100 %", validate_default=True, description="Share known before the first shift."
    )
    by_hour: HourWeights | None = Field(default=None, description="When the others are placed.")
    ready_after: TimeSpread = Field(
        default="0 s", validate_default=True, description="From placed to ready for loading."
    )

    @model_validator(mode="after")
    def _has_profile(self) -> "ArrivalsSpec":
        if self.known < 1 and self.by_hour is None:
            raise Refused(
                "some orders arrive in the day, expected by_hour to say when; write "
                "`by_hour: e-commerce` or weights by hour"
            )
        return self


class WindowsSpec(Section):
    """Which orders have a window, and which window."""

    share: Share = Field(
        default="0 %", validate_default=True, description="Share of orders with a window."
    )
    width_s: WidthShares = Field(
        default=default("orders.windows.width"),
        alias="width",
        validate_default=True,
        description="One width, or shares by width: {2 h: 60 %, 4 h: 40 %}.",
    )
    between: Window = Field(
        default=default("orders.windows.between"),
        validate_default=True,
        description="Windows open and close inside it.",
    )
    every_s: PositiveDurationS = Field(
        default=default("orders.windows.every"),
        alias="every",
        validate_default=True,
        description="Windows open at these steps from the beginning of `between`.",
    )

    @model_validator(mode="after")
    def _fit(self) -> "WindowsSpec":
        room_s = self.between.closes_at_s - self.between.opens_at_s
        widest_s = max(self.width_s)
        if self.share > 0 and widest_s > room_s:
            raise Refused(
                f"a width of {TIME.write(widest_s)} does not fit in between {self.between}; "
                "widen `between` or narrow `width`"
            )
        return self


class OrderSource(Section):
    """What every source of orders can say."""

    merge: Merging = Field(
        default="same address", validate_default=True, description="What counts as one door."
    )
    max_snap_m: PositiveLengthM = Field(
        default=default("orders.max_snap"),
        alias="max_snap",
        validate_default=True,
        description="How far from the nearest street an order may be.",
    )
    unreachable: Literal["refuse", "nearest"] = Field(
        default="refuse",
        description="An order farther from every street than max_snap: refused with the list, or "
        "served from the nearest junction all the same.",
    )


class SyntheticOrders(OrderSource):
    """Orders that are drawn."""

    short_forms: ClassVar[tuple[dict[str, Any], ...]] = (
        {"type": "integer", "minimum": 0},
        {
            "type": "object",
            "properties": {"mean": {"type": "integer"}, "cv": {"type": ["string", "number"]}},
            "required": ["mean", "cv"],
            "additionalProperties": False,
        },
    )

    count: OrderCount = Field(description="A number, or {mean: , cv: } drawn anew each day.")
    scale: PositiveNumber = Field(
        default=1,
        validate_default=True,
        description="Multiplies the count; order k of the 1x day is that of the 2x.",
    )
    where: WhereSpec = WhereSpec()
    arrivals: ArrivalsSpec = ArrivalsSpec()
    windows: WindowsSpec = WindowsSpec()
    parcels: ParcelShares = Field(
        default=default("orders.parcels"),
        validate_default=True,
        description="Parcels of an order: a number, typical, or shares by number.",
    )
    weight_g: WeightSpread = Field(
        default=default("orders.weight"),
        alias="weight",
        validate_default=True,
        description="Of each parcel.",
    )
    volume_ml: VolumeSpread = Field(
        default=default("orders.volume"),
        alias="volume",
        validate_default=True,
        description="Of each parcel.",
    )
    classes: Shares = Field(
        default={"standard": "100 %"},
        validate_default=True,
        description="Share of orders of each service class.",
    )


class CsvOrders(OrderSource):
    """Orders of a table: a historical day."""

    csv: Text = Field(description="A file in the scenario's folder.")
    mapping: Mapping[str, Text] = Field(
        default={}, description="Our column name: the name in the file."
    )


class LoggibudOrders(OrderSource):
    """A LoggiBUD instance: hub, vehicle capacity and deliveries."""

    loggibud: Text = Field(description="A .json file in the scenario's folder.")


class VrplibOrders(OrderSource):
    """A VRPLIB or Solomon instance; it brings its own network, and its fleet if none is given."""

    vrplib: Text = Field(description="A .vrp or Solomon .txt file in the scenario's folder.")
    unit_s: PositiveDurationS = Field(
        default="60 s", alias="unit", validate_default=True, description="What one unit of it is."
    )
    rounding: Literal["tenths", "none"] = Field(
        default="tenths", description="tenths: floor(10 d) / 10, the rule of the DIMACS challenge."
    )


class DpdpOrders(OrderSource):
    """A dynamic pick-up and delivery instance; it brings its own network and fleet."""

    dpdp: Text = Field(description="The folder of the csv files, in the scenario's folder.")
    instance: PositiveCount = Field(default=1, description="The number in the file names.")
    starts: tuple[Count, ...] = Field(
        description="For each vehicle the row of factory_info, from 0, where it begins."
    )


ORDER_MODELS: Final[Mapping[str, type[OrderSource]]] = MappingProxyType(
    {
        "<drawn>": SyntheticOrders,
        "<csv>": CsvOrders,
        "<loggibud>": LoggibudOrders,
        "<vrplib>": VrplibOrders,
        "<dpdp>": DpdpOrders,
    }
)
"""Sources of orders by the mark that errors carry."""


def _source_of(given: object) -> str:
    for mark, model in ORDER_MODELS.items():
        if isinstance(given, model) or (isinstance(given, dict) and mark[1:-1] in given):
            return mark
    return "<drawn>"


OrdersSpec: TypeAlias = Annotated[
    Annotated[SyntheticOrders, Tag("<drawn>")]
    | Annotated[CsvOrders, Tag("<csv>")]
    | Annotated[LoggibudOrders, Tag("<loggibud>")]
    | Annotated[VrplibOrders, Tag("<vrplib>")]
    | Annotated[DpdpOrders, Tag("<dpdp>")],
    Discriminator(_source_of),
]
"""Which of them is meant follows from the key that names the source."""

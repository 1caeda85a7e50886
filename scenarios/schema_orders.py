"""What the scenario says of orders: how many, where, when, how large; or which file has them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator

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
from scenarios.order_fields import (
    HourWeights,
    Merging,
    OrderCount,
    ParcelShares,
    PriorityShares,
    WidthShares,
)
from scenarios.problems import Refused
from scenarios.quantities import TIME
from scenarios.schema_changes import BurstSpec, ChangesSpec
from scenarios.spreads import TimeSpread, VolumeSpread, WeightSpread


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
        default="0 s",
        validate_default=True,
        description="From placed to ready for loading; a collection is ready when placed.",
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

    agreed: Share = Field(
        default=default("orders.windows.agreed"),
        validate_default=True,
        description="Share of windows that the customer chose, see `presence.agreed`.",
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
    served_by: Literal["given", "nearest"] = Field(
        default="given",
        description="given: the depot of its row, else by the depots' shares, else the nearest; "
        "nearest: the nearest depot, whatever its row says.",
    )
    changes: ChangesSpec = ChangesSpec()


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
    collections: Share = Field(
        default="0 %",
        validate_default=True,
        description="Share of orders whose goods go from the customer to the depot.",
    )
    returns: Share = Field(
        default=default("orders.returns"),
        validate_default=True,
        description="Share of deliveries to a door where a parcel is collected in return.",
    )
    bursts: tuple[BurstSpec, ...] = Field(
        default=(), description="Flash sales: [{at: 12:00, lasts: 1 h, factor: 2}]."
    )
    out_of_home: Share = Field(
        default=default("orders.out_of_home"),
        validate_default=True,
        description="Share of deliveries to the locker that is nearest to the customer.",
    )
    notified: Share = Field(
        default=default("orders.notified"),
        validate_default=True,
        description="Share of customers told when to expect us, see `presence.notified`.",
    )
    skills: Mapping[Text, Share] = Field(
        default={}, description="Share of orders that ask each skill of a driver: {cold: 5 %}."
    )
    priorities: PriorityShares = Field(
        default={}, description="Share of orders of each priority: {1: 10 %}; the others have 0."
    )

    @model_validator(mode="after")
    def _bursts_multiply(self) -> "SyntheticOrders":
        by_hour = self.arrivals.by_hour
        if self.bursts and (by_hour is None or self.arrivals.known >= 1):
            raise Refused(
                "bursts multiply the orders that arrive in the day, and there are none; write "
                "`arrivals: {known: 80 %, by_hour: e-commerce}`"
            )
        return self


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

"""A routing problem of the literature, and the day that it is.

One unit of distance is a kilometre and one unit of time ``unit_s`` seconds; both are driven in
step, so a distance of d units takes d units of time. Stop 0 is the depot, stop n customer n.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from networks.matrix import MatrixNetwork
from scenarios.importers.instance import Instance
from scenarios.requests import Request, Spot, VehicleRow
from twin.model import ALWAYS, DRIVE, Parcel, PlaceKind, TimeWindow
from twin.units import tick_s

METRES_PER_UNIT: Final = 1000.0
GRAMS_PER_UNIT: Final = 1000
_FAR_END_S: Final = 10 * 86_400.0
"""End of a shift where the file sets none: later than any route of an instance ends."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VrpInstance:
    """What a file says, in its own units.

    Attributes
    ----------
    coordinates
        Shape (n, 2); the first is the depot.
    distances
        Shape (n, n) where the file gives them itself.
    demands, services
        Shape (n,).
    windows
        Shape (n, 2); infinite where there is none.
    capacities, fixed_costs, distance_costs
        One for each vehicle; costs are 0 where the file has none.
    """

    name: str
    coordinates: Floats
    demands: Floats
    services: Floats
    windows: Floats
    capacities: tuple[float, ...]
    fixed_costs: tuple[float, ...] = ()
    distance_costs: tuple[float, ...] = ()
    distances: Floats | None = None

    def problems(self) -> list[str]:
        """Return which values make no sense, one line each."""
        found = []
        for words, wrong in (
            ("a negative demand", self.demands < 0),
            ("a negative service time", self.services < 0),
            ("a window that closes before it opens", self.windows[:, 1] < self.windows[:, 0]),
        ):
            stops = np.flatnonzero(wrong)
            if len(stops):
                found.append(f"stop {stops[0]} has {words} ({len(stops)} stops do), expected none")
        if self.distances is not None and (self.distances < 0).any():
            found.append("a negative distance, expected 0 or more")
        if not all(capacity > 0 for capacity in self.capacities):
            found.append("a vehicle without capacity, expected more than 0")
        return found


def distance_table(found: VrpInstance, rounding: str) -> Floats:
    """Return distances between all stops, shape (n, n).

    Parameters
    ----------
    rounding
        ``tenths``: floor(10 d) / 10, the rule of the DIMACS challenge for windows; ``none``.
    """
    if found.distances is not None:
        exact = found.distances
    else:
        delta = found.coordinates[:, None, :] - found.coordinates[None, :, :]
        exact = np.sqrt((delta**2).sum(axis=2))
    return np.floor(10 * exact) / 10 if rounding == "tenths" else exact


def vrplib_instance(found: VrpInstance, *, unit_s: float, rounding: str) -> Instance:
    """Return an instance as a day: explicit legs, hard windows, capacity in kilograms."""
    distances = distance_table(found, rounding)
    ids = tuple(str(k) for k in range(len(distances)))
    network = MatrixNetwork(
        found.name,
        ids,
        # Tenths of a kilometre are whole metres: sums of them are exact.
        np.round(distances * METRES_PER_UNIT, 6),
        distances * unit_s,
        origin=f"distances of the instance, one unit {unit_s:g} s",
    )
    return Instance(
        name=found.name,
        requests=tuple(_requests(found, unit_s)),
        vehicles=tuple(_rows(found, unit_s)),
        network=network,
        depots={"depot": Spot("depot", node="0", kind=PlaceKind.DEPOT)},
        vehicle_day=_by_type(found, found.fixed_costs),
        vehicle_km=_by_type(found, found.distance_costs),
    )


def _window(found: VrpInstance, stop: int, unit_s: float) -> TimeWindow:
    opens, closes = found.windows[stop]
    return TimeWindow(
        tick_s(opens * unit_s) if math.isfinite(opens) else ALWAYS.opens_at_s,
        tick_s(closes * unit_s) if math.isfinite(closes) else ALWAYS.closes_at_s,
    )


def _requests(found: VrpInstance, unit_s: float) -> Iterator[Request]:
    for stop in range(1, len(found.demands)):
        key = str(stop)
        yield Request(
            id=key,
            door=Spot(key, node=key),
            window=_window(found, stop, unit_s),
            parcels=(Parcel(grams=round(found.demands[stop] * GRAMS_PER_UNIT)),),
            fixed_s=tick_s(found.services[stop] * unit_s),
        )


def _rows(found: VrpInstance, unit_s: float) -> Iterator[VehicleRow]:
    opens, closes = found.windows[0]
    shift = TimeWindow(
        tick_s(opens * unit_s) if math.isfinite(opens) else 0.0,
        tick_s(closes * unit_s) if math.isfinite(closes) else _FAR_END_S,
    )
    types = vehicle_types(found)
    width = len(str(len(found.capacities)))
    for number, capacity in enumerate(found.capacities):
        yield VehicleRow(
            id=f"v{number + 1:0{width}d}",
            type=types[number],
            shift=shift,
            mode=DRIVE,
            grams=round(capacity * GRAMS_PER_UNIT),
        )


def vehicle_types(found: VrpInstance) -> tuple[str, ...]:
    """Return a type for each vehicle: equal capacity and costs are one type."""
    fixed = found.fixed_costs or (0.0,) * len(found.capacities)
    per_distance = found.distance_costs or (0.0,) * len(found.capacities)
    kinds = list(zip(found.capacities, fixed, per_distance, strict=True))
    names = {kind: f"type {number}" for number, kind in enumerate(dict.fromkeys(kinds), start=1)}
    return tuple(names[kind] for kind in kinds)


def _by_type(found: VrpInstance, costs: Sequence[float]) -> dict[str, Decimal]:
    """Return a cost for each vehicle type; nothing if the file has none."""
    return {
        kind: Decimal(repr(cost)) for kind, cost in zip(vehicle_types(found), costs, strict=False)
    }

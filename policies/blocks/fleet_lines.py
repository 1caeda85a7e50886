"""The lines of a fleet, and the cheapest place in them for one order after another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf

from policies.blocks.arrivals import arrivals_of
from policies.blocks.believed import Believed
from policies.blocks.gaps import Found, Gaps, less
from policies.blocks.items import Item, window_of
from policies.blocks.lines import Line
from policies.blocks.stops import can_serve, needs_goods
from twin import Briefing, OrderView, Place, Route, Stop, VehicleView, View
from twin.model import Mode, OrderId, VehicleId
from twin.rows import Status

USUAL_KMH = 20.0
"""Speed that turns a rate a kilometre into one an hour, to weigh types of vehicle. A choice; no
result depends on it but which type is preferred."""

Window = tuple[float, float, float]
"""When service may begin, should have begun by, and must have begun by, seconds since midnight."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where an order fits cheapest: with everything punctual, and anyhow."""

    punctual: Found | None
    possible: Found | None

    @property
    def best(self) -> Found | None:
        """The punctual one, or else the possible one."""
        return self.punctual or self.possible


def any_line(_: Line) -> bool:
    """Allow every line."""
    return True


class FleetLines:
    """What the vehicles of a fleet are going to do, and where an order could be put into it.

    A line is kept from question to question while nothing happens to its vehicle.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    believed
        Driving times; say `forget` when others are believed.

    Attributes
    ----------
    lines
        Those of the vehicles taken last, without any that carries more than it should.
    weights
        What a second of each type of vehicle is worth against the dearest one.
    """

    def __init__(self, briefing: Briefing, believed: Believed) -> None:
        self._briefing = briefing
        self._believed = believed
        self.weights = _weights(briefing)
        self._known: dict[tuple[Stop, bool], Item] = {}
        self._kept: dict[VehicleId, Line] = {}
        self._changed: dict[int, None] = {}
        self._gaps: dict[Mode, Gaps] = {}
        self.lines: list[Line] = []

    def forget(self) -> None:
        """Keep no line: they are timed anew."""
        self._kept.clear()

    def take(
        self, view: View, vehicles: Iterable[VehicleView], *, keep_until_s: float = -inf
    ) -> None:
        """Take the vehicles as they are now, or as they are said to be.

        Parameters
        ----------
        keep_until_s
            Nothing is put in before a stop that its vehicle comes to by then.
        """
        self._view = view
        self._changed = {}
        lines = (self._line(vehicle, view) for vehicle in vehicles)
        self.lines = [line for line in lines if line.fits]
        for line in self.lines:
            line.kept = line.begun_by(keep_until_s)
        self._gaps = self._gaps_of(self.lines)

    def try_out(self, view: View, vehicle: VehicleView) -> None:
        """Take one vehicle alone, also where its route holds more than fits in.

        For a route that is not finished: what is taken aboard is delivered by stops to come.
        """
        self._view = view
        self._changed = {}
        self.lines = [self._line(vehicle, view)]
        self._gaps = self._gaps_of(self.lines)

    def window(self, row: OrderView, *, not_before_s: float | None = None) -> Window:
        """Return the window of an order, not before an instant.

        A promise that ends before that is broken: then only a hard window keeps its end.
        """
        order, door = row.order, self._view.places[row.order.customer]
        found = window_of(order, self._briefing.service_classes[order.service_class], door)
        if not_before_s is None:
            return found
        closes_s = found[1] if found[1] >= not_before_s else found[2]
        return max(found[0], not_before_s), closes_s, found[2]

    def find(
        self, row: OrderView, window: Window, allows: Callable[[Line], bool] = any_line
    ) -> Places:
        """Return where an order fits cheapest among the lines that are allowed."""
        order, view = row.order, self._view
        door = view.places[order.customer]
        load_at: Place | None = None
        if needs_goods(row) and row.place is not None:
            load_at = view.places[row.place]
        punctual: Found | None = None
        possible: Found | None = None
        for mode, mine in self._gaps.items():
            if mode not in door.nodes or (load_at is not None and mode not in load_at.nodes):
                continue
            allowed = [
                self._can_take(self.lines[k], row) and allows(self.lines[k]) for k in mine.numbers
            ]
            if any(allowed):
                found = mine.cheapest(order, door, load_at, window, allowed)
                punctual, possible = less(punctual, found[0]), less(possible, found[1])
        return Places(punctual, possible)

    def put(self, row: OrderView, found: Found) -> None:
        """Put an order where it was found to fit."""
        line = self.lines[found.line]
        line.put_in(found.gap, row.order, row.place if needs_goods(row) else None, found.joins)
        self._gaps[line.vehicle.vehicle.mode].changed()
        self._changed[found.line] = None
        self._kept.pop(line.vehicle.id, None)  # it is kept again when its vehicle is shown with it

    def hold(self, number: int, stop: int, until_s: float) -> None:
        """Let a stop of a line begin no earlier than an instant: somebody is met there."""
        line = self.lines[number]
        line.items[stop].opens_s = until_s
        line.measure()
        self._gaps[line.vehicle.vehicle.mode].changed()
        self._kept.pop(line.vehicle.id, None)

    def weight(self, line: Line) -> float:
        """Return what a second of a line's vehicle is worth against the dearest one."""
        return self.weights[line.vehicle.vehicle.type]

    @property
    def changed(self) -> list[Line]:
        """The lines that took an order in, in the order in which they first did."""
        return [self.lines[k] for k in self._changed]

    def routes(self) -> dict[VehicleId, Route]:
        """Return the routes of the changed lines."""
        return {line.vehicle.id: line.route() for line in self.changed}

    def arrivals(self) -> dict[OrderId, float]:
        """Return when service of the orders of the changed lines is believed to begin."""
        return arrivals_of(self.changed)

    def _line(self, vehicle: VehicleView, view: View) -> Line:
        """Return the line of a vehicle, kept while nothing happened to it."""
        line = self._kept.get(vehicle.id)
        is_same = line is not None and line.vehicle is vehicle and line.is_of(view)
        if line is None or not is_same or vehicle.free_at_s <= view.now_s:
            line = Line(
                vehicle,
                view,
                self._believed,
                self._briefing.service_classes,
                self._known,
                rules=self._briefing.rules,
            )
            self._kept[vehicle.id] = line
        line.view = view
        return line

    def _gaps_of(self, lines: list[Line]) -> dict[Mode, Gaps]:
        by_mode: dict[Mode, list[tuple[int, Line]]] = {}
        for k, line in enumerate(lines):
            by_mode.setdefault(line.vehicle.vehicle.mode, []).append((k, line))
        return {
            mode: Gaps(
                mode,
                mine,
                self._believed,
                [self.weights[line.vehicle.vehicle.type] for _, line in mine],
            )
            for mode, mine in by_mode.items()
        }

    def _can_take(self, line: Line, row: OrderView) -> bool:
        if row.status is Status.ABOARD and row.vehicle != line.vehicle.id:
            return False
        return can_serve(line.vehicle, row, self._view)


def _weights(briefing: Briefing) -> dict[str, float]:
    """Return what a second of each type of vehicle costs against the others, 1 without rates."""
    rates = briefing.rates
    types = sorted({vehicle.type for vehicle in briefing.vehicles})
    per_hour = {
        kind: float(rates.labour_hour.get(kind, 0))
        + USUAL_KMH * float(rates.vehicle_km.get(kind, 0))
        for kind in types
    }
    dearest = max(per_hour.values(), default=0.0)
    return {kind: per_hour[kind] / dearest if dearest else 1.0 for kind in types}

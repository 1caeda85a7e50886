"""Cheapest feasible insertion: every order goes where it adds the least time.

Solomon (1987), "Algorithms for the vehicle routing and scheduling problems with time window
constraints", gives the idea of judging an insertion by the time it adds and the slack it uses.
"""

from policies.blocks.believed import Believed
from policies.blocks.gaps import Found, Gaps, less
from policies.blocks.lines import Item, Line, window_of
from policies.blocks.stops import can_serve, needs_goods
from twin import Briefing, OrderView, Plan, Stop, VehicleView, View
from twin.model import Mode, Place, VehicleId
from twin.rows import Status

USUAL_KMH = 20.0
"""Speed that turns a rate a kilometre into one an hour, to weigh types of vehicle. A choice of
this policy; no result depends on it but which type is preferred."""


class Insertion:
    """Puts each open order into the route where it adds the least time, and moves nothing else.

    Windows, promises, three capacities, skills, shifts and several tours a shift are kept. Where
    nothing punctual is possible, an order is planned late rather than not at all, unless a hard
    window or the shift forbids it; what fits nowhere stays open and is tried again.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    retry_after_s
        How long after a failed attempt the next one is planned, seconds.
    try_again_s
        How long an order that fitted nowhere is left alone, seconds.
    """

    def __init__(
        self, briefing: Briefing, *, retry_after_s: float = 7200.0, try_again_s: float = 900.0
    ) -> None:
        self._briefing = briefing
        self._retry_after_s = retry_after_s
        self._try_again_s = try_again_s
        self._believed = Believed(briefing.travel)
        self._left_alone_until_s: dict[str, float] = {}
        self._weight = _weights(briefing)
        self._known: dict[tuple[Stop, bool], Item] = {}
        self._lines: dict[VehicleId, Line] = {}

    def decide(self, view: View) -> Plan:
        """Return the routes that took orders in."""
        orders = [row for row in view.unplanned if self._is_due(row, view.now_s)]
        if self._believed.follow(view.travel):
            self._lines.clear()
        working = [vehicle for vehicle in view.vehicles if not vehicle.broken_down]
        if not orders or not working:
            return Plan()
        lines = [line for vehicle in working if (line := self._line(vehicle, view)).fits]
        gaps = self._gaps(lines)
        changed: dict[int, None] = {}
        for row in sorted(orders, key=lambda row: self._urgency(row, view)):
            found = self._find(row, view, lines, gaps)
            if found is None:
                self._left_alone_until_s[row.id] = view.now_s + self._try_again_s
                continue
            line = lines[found.line]
            line.put_in(found.gap, row.order, row.place if needs_goods(row) else None, found.joins)
            gaps[line.vehicle.vehicle.mode].changed()
            changed[found.line] = None
        return Plan({lines[k].vehicle.id: lines[k].route() for k in changed})

    def _line(self, vehicle: VehicleView, view: View) -> Line:
        """Return the line of a vehicle, kept while nothing happened to it."""
        line = self._lines.get(vehicle.id)
        if line is None or line.vehicle is not vehicle or vehicle.free_at_s <= view.now_s:
            line = Line(
                vehicle,
                view,
                self._believed,
                self._briefing.service_classes,
                self._known,
                preloaded=self._briefing.rules.preloaded,
            )
            self._lines[vehicle.id] = line
        line.view = view
        return line

    def _is_due(self, row: OrderView, now_s: float) -> bool:
        here = row.status in (Status.READY, Status.ABOARD) or not needs_goods(row)
        return here and now_s >= self._left_alone_until_s.get(row.id, now_s)

    def _gaps(self, lines: list[Line]) -> dict[Mode, Gaps]:
        modes = dict.fromkeys(line.vehicle.vehicle.mode for line in lines)
        return {
            mode: Gaps(
                mode,
                [(k, line) for k, line in enumerate(lines) if line.vehicle.vehicle.mode == mode],
                self._believed,
                [
                    self._weight[line.vehicle.vehicle.type]
                    for line in lines
                    if line.vehicle.vehicle.mode == mode
                ],
            )
            for mode in modes
        }

    def _urgency(self, row: OrderView, view: View) -> tuple[float, str]:
        """Farthest first: what is dear to reach founds routes, what is near fills them."""
        start = view.places[row.place] if row.place is not None else None
        door = view.places[row.order.customer]
        mode = min(door.nodes)
        if start is None or mode not in start.nodes:
            return (0.0, row.id)
        return (-self._believed.reference_s(start.nodes[mode], door.nodes[mode], mode), row.id)

    def _find(
        self, row: OrderView, view: View, lines: list[Line], gaps: dict[Mode, Gaps]
    ) -> Found | None:
        order, door = row.order, view.places[row.order.customer]
        window = window_of(order, self._briefing.service_classes[order.service_class], door)
        if row.attempts:
            again_s = row.attempts[-1].at_s + self._retry_after_s
            window = (max(window[0], again_s), max(window[1], again_s), window[2])
        load_at: Place | None = None
        if needs_goods(row) and row.place is not None:
            load_at = view.places[row.place]
        punctual: Found | None = None
        possible: Found | None = None
        for mode, mine in gaps.items():
            if mode not in door.nodes or (load_at is not None and mode not in load_at.nodes):
                continue
            allowed = [self._allows(lines[k], row, view) for k in mine.numbers]
            if any(allowed):
                found = mine.cheapest(order, door, load_at, window, allowed)
                punctual, possible = less(punctual, found[0]), less(possible, found[1])
        return punctual or possible

    def _allows(self, line: Line, row: OrderView, view: View) -> bool:
        if row.status is Status.ABOARD and row.vehicle != line.vehicle.id:
            return False
        return can_serve(line.vehicle, row, view)


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

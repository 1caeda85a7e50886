"""Tours that are loaded once, filled order by order without spoiling what was promised before."""

from collections.abc import Callable, Iterable, Sequence
from math import inf

import numpy as np

from policies.blocks.believed import Believed
from policies.blocks.depots import depot_of, stands_at_depot
from policies.blocks.fleet_lines import FleetLines, any_line
from policies.blocks.gaps import Found
from policies.blocks.items import before_door_s
from policies.blocks.lines import Line
from policies.blocks.slackness import Slackness
from policies.blocks.stops import needs_goods
from twin import OrderView, View
from twin.view import expected_stop_s


class Tours:
    """The lines of a fleet at one question, filled in the sequence that a policy chooses.

    Parameters
    ----------
    fleet
        With the lines of the vehicles that may go.
    most_stops
        Doors of one line at most.
    """

    def __init__(
        self,
        view: View,
        fleet: FleetLines,
        slackness: Slackness,
        believed: Believed,
        *,
        most_stops: float = inf,
    ) -> None:
        self._view = view
        self._fleet = fleet
        self._slackness = slackness
        self._believed = believed
        self._most_stops = most_stops

    def give_out(
        self,
        rows: Iterable[OrderView],
        *,
        urgent_until_s: float,
        company: int,
        most_added_s: float,
    ) -> None:
        """Give out orders by least slack, and fill the lines up with what lies near.

        Parameters
        ----------
        urgent_until_s
            What must leave by then is given out first, wherever it fits, the most urgent first.
        company
            How many orders that are left at its depot send out a vehicle that got nothing urgent;
            its first is then the one with the least slack.
        most_added_s
            The detour that an order that is not urgent may be for a line, as in `takes`.
        """
        left = [
            row
            for row in sorted(rows, key=self._urgency)
            if self._leaves_by_s(row) > urgent_until_s or not self.takes(row)
        ]
        for line in self._fleet.lines:
            if line.items:
                left = self.fill_up(line, left, most_added_s=most_added_s)
        for line in self._fleet.lines:
            if not line.items and self._have_company(line, left, company):
                left = self._founded(line, left)
                left = self.fill_up(line, left, most_added_s=most_added_s)

    def takes(
        self,
        row: OrderView,
        allows: Callable[[Line], bool] = any_line,
        *,
        most_added_s: float = inf,
    ) -> bool:
        """Put an order where it is the least detour and spoils no promise; return whether it was.

        An order whose promise cannot be kept by anybody any more may be late itself.

        Parameters
        ----------
        allows
            Which lines may take it.
        most_added_s
            The detour that it may be, seconds: the driving that it adds to a line, a tenth of the
            waiting (`policies.blocks.gaps.WAIT_WEIGHT`), and what loading it adds, weighted by the
            vehicle's cost. Its own service, with parking and the walk, is no detour: that is the
            same on whatever tour it goes.
        """
        found = self._found(row, allows)
        if found is None or found.added_s - self._service_s(row, found) > most_added_s:
            return False
        self._fleet.put(row, found)
        return True

    def fill_up(
        self, line: Line, rows: Sequence[OrderView], *, most_added_s: float
    ) -> list[OrderView]:
        """Put what is nearest to a stop of a line into it, again and again; return the others.

        Each is tried once; the first of equals in the sequence given.
        """
        mode, places = line.vehicle.vehicle.mode, self._view.places
        near = [row for row in rows if mode in places[row.order.customer].nodes]
        ends = [places[row.order.customer].nodes[mode] for row in near]
        away_s = np.full(len(near), inf)
        for item in line.items:
            if item.loads_at is None:
                away_s = np.minimum(away_s, self._believed.row(item.place.nodes[mode], ends, mode))
        taken: set[int] = set()
        while np.isfinite(away_s).any() and self._has_room_for_a_stop(line):
            k = int(np.argmin(away_s))
            row, away_s[k] = near[k], inf
            if self.takes(row, lambda other: other is line, most_added_s=most_added_s):
                taken.add(k)
                closer_s = self._believed.row(ends[k], ends, mode)
                away_s = np.where(np.isfinite(away_s), np.minimum(away_s, closer_s), inf)
        gone = {near[k].id for k in taken}
        return [row for row in rows if row.id not in gone]

    def _service_s(self, row: OrderView, found: Found) -> float:
        """Return what serving an order where it was found to fit takes, weighted as there."""
        line, door = self._fleet.lines[found.line], self._view.places[row.order.customer]
        vehicle = line.vehicle.vehicle
        before, node = line.nodes[found.gap], door.nodes[vehicle.mode]
        takes_s = expected_stop_s(door, (row.order,), parks=vehicle.looks_for_parking)
        if self._believed.reference_s(before, node, vehicle.mode) == 0:  # one stop with the last
            takes_s -= before_door_s(door, parks=vehicle.looks_for_parking) + door.expected.fixed_s
        return takes_s * self._fleet.weight(line)

    def _leaves_by_s(self, row: OrderView) -> float:
        return self._slackness.limits(row, self._view).next_s(self._view.now_s)

    def _urgency(self, row: OrderView) -> tuple[float, int, str]:
        """Least slack first, then the higher priority, then the lower id."""
        return (self._leaves_by_s(row), -row.order.priority, row.id)

    def _have_company(self, line: Line, rows: Sequence[OrderView], company: int) -> bool:
        """Whether enough orders wait at the depot of a vehicle, or anywhere if it is at none."""
        place, view = line.vehicle.place, self._view
        if stands_at_depot(line.vehicle, view):
            rows = [row for row in rows if depot_of(row, view) == place]
        return len(rows) >= company

    def _founded(self, line: Line, rows: Sequence[OrderView]) -> list[OrderView]:
        """Let an empty line take the first order that it can; return the others."""
        for k, row in enumerate(rows):
            if self.takes(row, lambda other: other is line):
                return [*rows[:k], *rows[k + 1 :]]
        return list(rows)

    def _has_room_for_a_stop(self, line: Line) -> bool:
        return sum(item.loads_at is None for item in line.items) < self._most_stops

    def _found(self, row: OrderView, allows: Callable[[Line], bool]) -> Found | None:
        """Return the cheapest place that keeps all promises, in a tour that is loaded once."""
        window = self._fleet.window(row)
        if self._slackness.limits(row, self._view).promised_s < self._view.now_s:
            window = (window[0], window[2], window[2])
        refused: list[Line] = []
        while True:
            found = self._fleet.find(
                row,
                window,
                lambda line: (
                    allows(line)
                    and self._has_room_for_a_stop(line)
                    and not any(line is one for one in refused)
                ),
            ).punctual
            if found is None or self._is_loaded_once(row, found):
                return found
            refused.append(self._fleet.lines[found.line])

    def _is_loaded_once(self, row: OrderView, found: Found) -> bool:
        """Whether a place needs no second loading where the vehicle stands."""
        line = self._fleet.lines[found.line]
        if found.joins >= 0 or not needs_goods(row) or row.place != line.vehicle.place:
            return True
        return found.gap == 0 and all(item.loads_at != row.place for item in line.items)

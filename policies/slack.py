"""Least slack first: who must leave soonest is taken first, and what lies near goes along.

The rule of a dispatcher with a board of orders sorted by when each must leave: the van that comes
in gets what cannot wait, then what is on its way. Least slack is a rule of job shops (see
`policies.blocks.slackness`); that a tour founded by what is urgent takes its neighbours along is
the idea of seeds in Solomon (1987), doi 10.1287/opre.35.2.254.
"""

from collections.abc import Sequence
from math import inf

from policies.blocks.arrivals import arrivals_of
from policies.blocks.believed import Believed
from policies.blocks.depots import next_call_s, sent_and_counted
from policies.blocks.fleet_lines import FleetLines
from policies.blocks.given import Given
from policies.blocks.knobs import check_knobs
from policies.blocks.lines import Line
from policies.blocks.mealtimes import Mealtimes
from policies.blocks.rests import keeping_rests
from policies.blocks.retries import Retries
from policies.blocks.slackness import Slackness
from policies.blocks.stops import is_on_board
from policies.blocks.tours import Tours
from twin import Briefing, OrderView, Plan, View


class Slack:
    """A van free at its depot takes orders by least slack, and fills up near its route.

    The slack of an order is the time until somebody must leave with it to keep its promise, or,
    where that is too late, to serve it today at all. First those that must leave within
    `look_ahead_s` are given out, the most urgent first, each to the free van for which it is the
    least detour. Then each van takes, of the others, the one nearest to a stop of its route, again
    and again, while that adds no more than `detour_s`. A van that got nothing urgent goes out
    only where `company` orders wait: then the one with least slack is its first.

    Nothing that is taken on spoils a promise taken on before. What can no longer be on time comes
    after all that can. A tour is loaded once at the depot; windows, shifts with the time to rest,
    capacities and skills are kept. A hired vehicle is called by what would be left over if
    all vehicles that stand at depots went out now.

    Parameters
    ----------
    briefing
        What is fixed for the day.
    look_ahead_s
        An order that must leave within this time is urgent, seconds; others wait for company. A
        choice: an hour.
    company
        So many orders waiting at a depot send a van out though none is urgent. A choice.
    detour_s
        The detour that an order that is not urgent may be for a tour, its own service left out,
        seconds (`policies.blocks.tours.Tours.takes`). A choice among what serves alike: over ten
        days of the demo 200 s served 408 orders a day on 547 km, 300 s 406 on 515 km and 400 s 406
        on 474 km; over the first three 100 s served 404 on 626 km and 600 s 393 on 447 km.
    most_stops
        Doors of one tour, so that vans come back to look at the board again. A choice; 30 to 60
        make no difference on the demo.
    retry_after_s
        How long after a failed attempt an order is taken again, seconds; sooner where the last
        shift ends before. As in `insertion`.

    Raises
    ------
    InputError
        If a setting makes no sense.
    """

    def __init__(
        self,
        briefing: Briefing,
        *,
        look_ahead_s: float = 3600.0,
        company: int = 10,
        detour_s: float = 300.0,
        most_stops: int = 40,
        retry_after_s: float = 7200.0,
    ) -> None:
        check_knobs(
            "slack",
            ("look_ahead_s", look_ahead_s, 0),
            ("company", company, 1),
            ("detour_s", detour_s, 0),
            ("most_stops", most_stops, 1),
            ("retry_after_s", retry_after_s, 0),
        )
        self._briefing = briefing
        self._look_ahead_s = look_ahead_s
        self._company = company
        self._detour_s = detour_s
        self._most_stops = most_stops
        self._retries = Retries(briefing, retry_after_s)
        self._believed = Believed(briefing.travel)
        self._fleet = FleetLines(briefing, self._believed)
        self._slackness = Slackness(briefing, self._believed)
        self._given = Given(briefing)
        self._mealtimes = Mealtimes()

    def decide(self, view: View) -> Plan:
        """Return a tour for each van that is free and has something to leave for."""
        self._mealtimes.hear(view.because)
        view, given = self._given.begun(view)
        if self._believed.follow(view.travel):
            self._slackness.forget()
        board = [row for row in view.unplanned if is_on_board(row)]
        going, counted = sent_and_counted(view, self._briefing.rules)
        lines: list[Line] = []
        if board and going:
            self._fleet.forget()
            rested = [keeping_rests(one, view.now_s, self._mealtimes) for one in counted]
            self._fleet.take(view, rested)
            Tours(
                view, self._fleet, self._slackness, self._believed, most_stops=self._most_stops
            ).give_out(
                (row for row in board if self._retries.again_s(row) <= view.now_s),
                urgent_until_s=view.now_s + self._look_ahead_s,
                company=self._company,
                most_added_s=self._detour_s,
            )
            lines = [line for line in self._fleet.changed if line.vehicle.id in going]
        return Plan(
            {**given, **{line.vehicle.id: line.route() for line in lines}},
            arrivals=arrivals_of(lines),
            ask_again_at_s=self._next_look_s(board, view),
        )

    # The board

    def _leaves_by_s(self, row: OrderView, view: View) -> float:
        return self._slackness.limits(row, view).next_s(view.now_s)

    def _next_look_s(self, board: Sequence[OrderView], view: View) -> float | None:
        """Return when the board looks different though nothing happens."""
        looks_s = [next_call_s(view, self._briefing.rules)]
        looks_s += [self._retries.again_s(row) for row in board]
        looks_s += [self._leaves_by_s(row, view) - self._look_ahead_s for row in board]
        return min((at_s for at_s in looks_s if view.now_s < at_s < inf), default=None)

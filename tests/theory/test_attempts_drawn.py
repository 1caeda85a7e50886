"""Delivery attempts of a scenario as it is typed: p = 0.85 each, at most three, as they are lived.

The same law as for hand-made days, here through all that lies between a setting and an outcome:
reading, drawing the day, driving, the door. Attempts are independent with `holds: none`; a door
that keeps its answer for a while has fewer parcels delivered at the second and third.
"""

from pathlib import Path

import pytest
from verdicts import Disagrees, cells_agree

from networks.grid import grid_town
from networks.network import RoadNetwork
from scenarios.load import load_text
from scenarios.realise import realise
from scenarios.traffic import believed_travel
from twin import Briefing, Deliver, LoadOrders, Plan, Stop, View, run
from twin.events import Delivered, Returned

P, Q = 0.85, 0.15
SHARES = (P, Q * P, Q**2 * P, Q**3)
"""Delivered at attempt 1, 2, 3, and returned."""
ROUND_S = 3600.0
PARCELS = 300
DAY = """\
name: three rounds
network: demo-city
orders:
  count: %d
  merge: off
  where: {hotspots: [{lat: 0, lon: 0, radius: 1 m, share: 100 %%}]}
fleet: {van: {count: 1, shift: 08:00-14:00}}
depots: {depot: {lat: 0, lon: 0, loading: {fixed: 0 s, per_parcel: 0 s}}}
service: {fixed: 0 s, parking: 0 s}
traffic: free flow
service_classes: {standard: {max_attempts: 3, retry: today}}
presence: %s
"""


class Rounds:
    """Tries every parcel that is left, an hour after the round before; the van is home between."""

    def __init__(self, _: Briefing) -> None:
        self._round = 0

    def decide(self, view: View) -> Plan:
        """Return the next round when its time has come, and ask to be asked then."""
        (vehicle,) = view.vehicles or (None,)
        at_s = 8 * 3600.0 + self._round * ROUND_S
        if vehicle is None or view.now_s < at_s or not vehicle.on_duty:
            return Plan(ask_again_at_s=max(at_s, view.now_s + 1))
        self._round += 1
        left = view.unplanned
        load = Stop("depot", (LoadOrders(tuple(row.id for row in left)),))
        tour = (Stop(row.order.customer, (Deliver(row.id),)) for row in left)
        routes = {vehicle.id: (load, *tour)} if left else {}
        return Plan(routes, ask_again_at_s=at_s + ROUND_S)


def cells(days: int, presence: str) -> list[int]:
    """Return how many parcels were delivered at attempt 1, 2, 3, and returned."""
    spec = load_text(DAY % (PARCELS, presence), "day.yaml", Path()).spec
    town = RoadNetwork(grid_town(20))
    travel = believed_travel(spec, town)
    counts = [0, 0, 0, 0]
    for day in range(1, days + 1):
        journal = run(realise(spec, town, 8, day, travel=travel), Rounds)
        for event in journal.of(Delivered):
            counts[event.attempt - 1] += 1
        counts[3] += len(journal.of(Returned))
    assert sum(counts) == days * PARCELS
    return counts


def test_independent_attempts_of_a_scenario_fill_the_four_cells():
    """3,000 parcels; nobody is the likelier to be out for having been out before."""
    cells_agree("cells", SHARES, cells(10, "{probability: 85 %, holds: none}"))


@pytest.mark.parametrize(
    "mutant",
    [
        "{probability: 80 %, holds: none}",
        "{probability: 85 %, holds: 75 min}",
        "{probability: 85 %, holds: none, household: {mean: 1, cv: 100 %}}",
    ],
    ids=["less presence", "a memory", "households differ"],
)
def test_other_attempts_of_a_scenario_do_not(mutant):
    """Doors that remember, or differ, fail again more often than once in seven."""
    with pytest.raises(Disagrees):
        cells_agree("cells", SHARES, cells(10, mutant))

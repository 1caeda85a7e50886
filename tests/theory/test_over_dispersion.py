"""Failed shares of routes differ more than coins do: one factor for each zone and day.

A route works one zone. With the calibrated spread its failed share is Beta(0.66, 67.4), so failures
of n doors are beta-binomial; the fit to lived days must find both parameters again.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln
from scipy.stats import betabinom, chi2
from verdicts import FALSE_ALARM, Disagrees, cells_agree

from networks.grid import grid_town
from networks.network import RoadNetwork
from scenarios.load import load_text
from scenarios.realise import realise
from scenarios.traffic import believed_travel
from twin import Briefing, Deliver, LoadOrders, Plan, Stop, View, run
from twin.events import AttemptFailed, Delivered

A, B = 0.66, 67.4
MEAN = A / (A + B)
SIDE = 4
"""Zones along each side of the town; each has a van."""
DAY = """\
name: one zone a route
network: demo-city
orders: {csv: orders.csv}
fleet: {van: {count: %d, overtime: 12 h}}
zones: 1 km
service: {fixed: 0 s, parking: 0 s}
traffic: free flow
presence: {probability: %r, %s}
"""


class OneZoneEach:
    """Sends each van round the doors of one zone, the k-th van to the k-th zone."""

    def __init__(self, _: Briefing) -> None:
        self._planned = False

    def decide(self, view: View) -> Plan:
        """Return the whole day at the first question, and nothing after it."""
        if self._planned:
            return Plan()
        self._planned = True
        zones: dict[str, list] = {}
        for row in view.unplanned:
            zones.setdefault(view.places[row.order.customer].zone, []).append(row)
        assert len(zones) == len(view.vehicles) == SIDE**2
        routes = {}
        for van, zone in zip(view.vehicles, sorted(zones), strict=True):
            load = Stop("depot", (LoadOrders(tuple(row.id for row in zones[zone])),))
            tour = (Stop(row.order.customer, (Deliver(row.id),)) for row in zones[zone])
            routes[van.id] = (load, *tour)
        return Plan(routes)


def table(doors: int) -> str:
    """Return orders at as many doors in the middle of each zone: 1 km is 0.008993 degrees."""
    rows = ["id,lat,lon,address"]
    for row in range(-SIDE // 2, SIDE // 2):
        for column in range(-SIDE // 2, SIDE // 2):
            lat, lon = (row + 0.5) * 0.008993, (column + 0.5) * 0.008993
            rows += [f"{row} {column} {k},{lat},{lon},{row} {column} {k}" for k in range(doors)]
    return "\n".join(rows) + "\n"


def failures(
    folder: Path,
    days: int,
    doors: int,
    more: str = f"spread: {{a: {A}, b: {B}}}",
    mean: float = MEAN,
) -> NDArray[np.int64]:
    """Return how many doors of each route were shut, over all routes of all days.

    Parameters
    ----------
    doors
        Of each route.
    more
        Settings of presence beside the probability.
    mean
        Share of absence.
    """
    (folder / "orders.csv").write_text(table(doors), encoding="utf-8")
    loaded = load_text(DAY % (SIDE**2, 1 - mean, more), "day.yaml", folder)
    town = RoadNetwork(grid_town(20))
    travel = believed_travel(loaded.spec, town)
    found: list[int] = []
    for day in range(1, days + 1):
        world = realise(loaded.spec, town, 16, day, loaded.tables, travel)
        journal = run(world, OneZoneEach)
        failed = Counter(event.vehicle for event in journal.of(AttemptFailed))
        tried = Counter(event.vehicle for event in journal.of(Delivered)) + failed
        assert set(tried.values()) == {doors}
        found += [failed[van.id] for van in world.vehicles]
    return np.array(found)


def fit(failed: NDArray[np.int64], doors: int) -> tuple[float, float, float]:
    """Return the likeliest a and b of beta-binomial counts, and their log-likelihood."""

    def against(logs: NDArray[np.float64]) -> float:
        return -likelihood(failed, doors, *np.exp(logs))

    found = minimize(against, np.log([1.0, 30.0]), method="Nelder-Mead")
    a, b = np.exp(found.x)
    return float(a), float(b), -float(found.fun)


def likelihood(failed: NDArray[np.int64], doors: int, a: float, b: float) -> float:
    """Return the log-likelihood of a and b, but for what does not depend on them."""
    return float(np.sum(betaln(a + failed, b + doors - failed) - betaln(a, b)))


def follows_beta(failed: NDArray[np.int64], doors: int, a: float, b: float) -> None:
    """Compare with a beta-binomial: the likelihood ratio of two parameters, and the counts.

    Raises
    ------
    Disagrees
        If days of these parameters look so once in ten thousand times.
    """
    likeliest_a, likeliest_b, best = fit(failed, doors)
    ratio = 2 * (best - likelihood(failed, doors, a, b))
    limit = float(chi2.isf(FALSE_ALARM, 2))
    if not ratio <= limit:
        raise Disagrees(
            f"Beta({likeliest_a:.3g}, {likeliest_b:.3g}) is likeliest, known ({a:g}, {b:g}): "
            f"likelihood ratio {ratio:.1f}, at most {limit:.1f} by chance"
        )
    law = betabinom(doors, a, b)
    edges = [0]
    while len(failed) * law.sf(edges[-1]) >= 20:
        edges.append(edges[-1] + 1)
    shares = [*(float(law.pmf(k)) for k in edges[:-1]), float(law.sf(edges[-2]))]
    counts = np.bincount(np.minimum(failed, edges[-1]), minlength=len(edges)).tolist()
    cells_agree("routes by their failures", shares, counts)


@pytest.mark.slow
def test_a_spread_between_zones_is_found_again_in_what_drivers_met(tmp_path):
    """The quick look, Beta(2, 8): 320 routes of 30 doors."""
    failed = failures(tmp_path, 20, 30, "spread: {a: 2, b: 8}", 0.2)

    follows_beta(failed, 30, 2, 8)
    with pytest.raises(Disagrees):
        follows_beta(failures(tmp_path, 20, 30, "spread: none", 0.2), 30, 2, 8)


@pytest.mark.slow
def test_the_calibrated_spread_is_found_again_with_80_000_parcels(tmp_path):
    """800 routes of 100 doors, 0.97 % shut: a to about 11 %, b to about 13 % (standard errors)."""
    failed = failures(tmp_path, 50, 100)

    a, b, _ = fit(failed, 100)
    assert abs(np.log(a / A)) < 4 * 0.11
    assert abs(np.log(b / B)) < 4 * 0.13
    follows_beta(failed, 100, A, B)
    for wrong in ((2 * A, 2 * B), (A, B / 1.5)):
        with pytest.raises(Disagrees):
            follows_beta(failed, 100, *wrong)


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    ["spread: none", "spread: none, household: {mean: 1, cv: 1.22, law: gamma}"],
    ids=["doors alike", "doors differ, zones do not"],
)
def test_without_a_factor_that_a_zone_shares_routes_are_too_much_alike(tmp_path, mutant):
    """16,000 parcels are enough: a binomial has 38 % of routes without a failure, not 55 %."""
    failed = failures(tmp_path, 10, 100, mutant)

    with pytest.raises(Disagrees):
        follows_beta(failed, 100, A, B)

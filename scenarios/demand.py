"""Orders that are drawn: how many, where, when they become known, what they ask for.

Everything about order k is keyed by its id ``o000k``, so the day at twice the demand contains the
day at once the demand, order for order (semantics S24).
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from networks.addresses import BUSINESS
from networks.network import Network
from scenarios.localday import LocalDay
from scenarios.order_fields import MAX_ORDERS
from scenarios.requests import Area, Request, Spot
from scenarios.schema import SyntheticOrders
from scenarios.schema_changes import BurstSpec
from scenarios.schema_orders import ArrivalsSpec, HotspotSpec, WindowsSpec
from twin.errors import ScenarioError
from twin.model import ALWAYS, OrderKind, Parcel, PlaceKind, TimeWindow
from twin.rng import draw
from twin.units import tick_s

ENOUGH_ADDRESSES: Final = 100
"""Usable addresses from which ``places: any`` takes them; with fewer it takes junctions."""
_TRIES: Final = 50
"""Points drawn for one order until one lies near a street."""
_METRES_PER_DEGREE: Final = 111_195.0
"""On a sphere of the mean earth radius, 6,371.0088 km."""


@dataclass(frozen=True, slots=True)
class Chance:
    """The draws of one day of one seed."""

    seed: int
    day: int

    def uniform(self, stream: str, thing: str, index: int = 0) -> float:
        """Return the uniform number in (0, 1) that belongs to a thing."""
        return draw(self.seed, self.day, stream, thing, index)


def drawn_requests(
    orders: SyntheticOrders,
    areas: Sequence[Area],
    network: Network,
    local: LocalDay,
    chance: Chance,
    *,
    factor: float = 1.0,
) -> tuple[Request, ...]:
    """Return the orders of a day that a scenario draws.

    Parameters
    ----------
    areas
        The table of areas and their demand, if the scenario names one.
    factor
        Of the weather on the number of orders.

    Raises
    ------
    ScenarioError
        If there are more than `MAX_ORDERS`, or the network has no place for them.
    """
    count = order_count(orders, chance, factor)
    if count == 0:
        return ()
    grounds = _Grounds(orders, areas, network)
    found = []
    for k in range(1, count + 1):
        order_id = f"o{k:04d}"
        placed_at_s = _placed_at_s(order_id, orders.arrivals, local, chance)
        found.append(_request(order_id, placed_at_s, orders, grounds, local, chance))
    for number, burst in enumerate(orders.bursts, start=1):
        for k in range(1, burst_count(burst, orders.arrivals, count) + 1):
            order_id = f"burst{number}-{k:04d}"
            placed_at_s = _placed_in_burst_s(order_id, burst, orders.arrivals, local, chance)
            request = _request(order_id, placed_at_s, orders, grounds, local, chance)
            found.append(replace(request, burst=number))
    return tuple(found)


def burst_count(burst: BurstSpec, arrivals: ArrivalsSpec, count: int) -> int:
    """Return how many orders a rush adds to a day: a multiple of those expected in its time."""
    weights = arrivals.by_hour
    if weights is None:
        return 0
    hours = (burst.at_s / 3600, (burst.at_s + burst.lasts_s) / 3600)
    begins, ends = (weight_until(weights, hour) for hour in hours)
    expected = count * (1 - arrivals.known) * (ends - begins) / sum(weights.values())
    # Rounded down from half an order on, so that a larger day has no fewer.
    return math.floor((burst.factor - 1) * expected + 0.5)


def weight_until(by_hour: Mapping[int, float], hour: float) -> float:
    """Return the weight of all arrivals before a time on the clock, in hours."""
    return sum(weight * min(1.0, max(0.0, hour - begins)) for begins, weight in by_hour.items())


def order_count(orders: SyntheticOrders, chance: Chance, factor: float = 1.0) -> int:
    """Return how many orders a day has, those of a rush not among them."""
    level = orders.count.at(chance.uniform("count", "orders"))
    count = round(level * orders.scale * factor)
    if count > MAX_ORDERS:
        raise ScenarioError(
            "orders",
            [f"orders: {count:,} in a day, expected at most {MAX_ORDERS:,}; lower count or scale"],
        )
    return count


def _request(  # noqa: PLR0917
    order_id: str,
    placed_at_s: float | None,
    orders: SyntheticOrders,
    grounds: "_Grounds",
    local: LocalDay,
    chance: Chance,
) -> Request:
    ready_at_s = really_ready_at_s = None
    is_collection = chance.uniform("collection", order_id) < orders.collections
    after = orders.arrivals.ready_after
    if placed_at_s is not None and not is_collection and after.mean > 0:
        ready_at_s = placed_at_s + tick_s(after.mean)
        if not after.is_fixed:
            really_ready_at_s = placed_at_s + tick_s(after.at(chance.uniform("ready", order_id)))
    number = pick(orders.parcels, chance.uniform("parcels", order_id))
    window = _window(order_id, orders.windows, placed_at_s, local, chance)
    return Request(
        id=order_id,
        door=grounds.spot(order_id, chance),
        kind=OrderKind.COLLECTION if is_collection else OrderKind.DELIVERY,
        placed_at_s=placed_at_s,
        ready_at_s=ready_at_s,
        really_ready_at_s=really_ready_at_s,
        window=window,
        parcels=tuple(
            Parcel(
                round(orders.weight_g.at(chance.uniform("weight", order_id, k))),
                round(orders.volume_ml.at(chance.uniform("volume", order_id, k))),
            )
            for k in range(number)
        ),
        service_class=pick(orders.classes, chance.uniform("class", order_id)),
        priority=_priority(orders.priorities, chance.uniform("priority", order_id)),
        skills=tuple(
            skill
            for skill in sorted(orders.skills)
            if chance.uniform(f"skill {skill}", order_id) < orders.skills[skill]
        ),
        agreed=window != ALWAYS and chance.uniform("agreed", order_id) < orders.windows.agreed,
        notified=chance.uniform("notified", order_id) < orders.notified,
        out_of_home=not is_collection
        and chance.uniform("out of home", order_id) < orders.out_of_home,
    )


def _priority(shares: Mapping[int, float], uniform: float) -> int:
    """Return the priority whose part of the range holds a uniform number, 0 beyond all parts."""
    sums = accumulate(shares.values())
    return next((level for level, edge in zip(shares, sums, strict=True) if uniform < edge), 0)


def pick(shares: Mapping[Any, float], uniform: float) -> Any:  # noqa: ANN401
    """Return the key whose part of the range from 0 to 1 holds a uniform number."""
    sums = list(accumulate(shares.values()))
    place = bisect_right(sums, uniform * sums[-1])
    return list(shares)[min(place, len(sums) - 1)]


def _placed_at_s(
    order_id: str, arrivals: ArrivalsSpec, local: LocalDay, chance: Chance
) -> float | None:
    """Return when an order becomes known in the day, None for those known in the morning."""
    if arrivals.by_hour is None or chance.uniform("known", order_id) < arrivals.known:
        return None
    wanted = chance.uniform("placed", order_id) * list(accumulate(arrivals.by_hour.values()))[-1]
    return _moment_s(arrivals.by_hour, wanted, local)


def _placed_in_burst_s(
    order_id: str, burst: BurstSpec, arrivals: ArrivalsSpec, local: LocalDay, chance: Chance
) -> float:
    """Return when an order of a rush becomes known: in its time, by the weights of its hours."""
    weights = arrivals.by_hour or {}
    begins = weight_until(weights, burst.at_s / 3600)
    ends = weight_until(weights, (burst.at_s + burst.lasts_s) / 3600)
    wanted = begins + chance.uniform("placed", order_id) * (ends - begins)
    return _moment_s(weights, wanted, local)


def _moment_s(by_hour: Mapping[int, float], wanted: float, local: LocalDay) -> float:
    """Return when the weight of all arrivals until then reaches an amount."""
    sums = list(accumulate(by_hour.values()))
    place = min(bisect_left(sums, wanted), len(sums) - 1)
    before = sums[place - 1] if place else 0.0
    share = (wanted - before) / (sums[place] - before)
    return local.elapsed_s(tick_s((list(by_hour)[place] + share) * 3600))


def with_returns(requests: Sequence[Request], share: float, chance: Chance) -> tuple[Request, ...]:
    """Return requests, and after each delivery that has one the parcel that goes back.

    Parameters
    ----------
    requests
        With the doors that they share: a return is collected where its delivery is made.
    """
    found: list[Request] = []
    for request in requests:
        found.append(request)
        is_home = request.kind is OrderKind.DELIVERY and not request.out_of_home
        if is_home and chance.uniform("return", request.id) < share:
            found.append(
                replace(
                    request,
                    id=f"{request.id}r",
                    return_of=request.id,
                    kind=OrderKind.COLLECTION,
                    parcels=request.parcels[:1],
                    ready_at_s=None,
                    really_ready_at_s=None,
                )
            )
    return tuple(found)


def _window(
    order_id: str,
    windows: WindowsSpec,
    placed_at_s: float | None,
    local: LocalDay,
    chance: Chance,
) -> TimeWindow:
    """Return the window of an order; one placed too late for any of them has none."""
    if chance.uniform("windowed", order_id) >= windows.share:
        return ALWAYS
    width_s = pick(windows.width_s, chance.uniform("width", order_id))
    room_s = windows.between.closes_at_s - windows.between.opens_at_s - width_s
    slots = math.floor(room_s / windows.every_s) + 1
    opens = [windows.between.opens_at_s + k * windows.every_s for k in range(slots)]
    choice = [at_s for at_s in opens if placed_at_s is None or local.elapsed_s(at_s) >= placed_at_s]
    if not choice:
        return ALWAYS
    opens_at_s = choice[int(chance.uniform("window", order_id) * len(choice))]
    return local.elapsed(TimeWindow(opens_at_s, opens_at_s + width_s))


class _Grounds:
    """Where a scenario's orders can be: its hotspots, its areas, the network's own places."""

    def __init__(self, orders: SyntheticOrders, areas: Sequence[Area], network: Network) -> None:
        self._where = orders.where
        self._areas = areas
        self._area_sums = list(accumulate(area.weight for area in areas))
        self._network = network
        self._max_snap_m = orders.max_snap_m
        self._spot_shares = list(accumulate(spot.share for spot in orders.where.hotspots))
        self._businesses = orders.where.businesses
        self._doors: NDArray[np.int64] | None = None
        self._shops: NDArray[np.int64] | None = None
        self._junctions: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None

    def spot(self, order_id: str, chance: Chance) -> Spot:
        """Return where an order goes."""
        wanted = chance.uniform("hotspot", order_id)
        for share, hotspot in zip(self._spot_shares, self._where.hotspots, strict=True):
            if wanted < share:
                return self._near_hotspot(order_id, hotspot, chance)
        if self._areas:
            return self._in_area(order_id, chance)
        return self._of_network(order_id, chance)

    def _near_hotspot(self, order_id: str, hotspot: HotspotSpec, chance: Chance) -> Spot:
        for k in range(_TRIES):
            middle = (hotspot.lat, hotspot.lon)
            found = _around(middle, hotspot.radius_m, order_id, chance, k)
            if self._is_near_street(found):
                return found
        raise self._nowhere(f"around the hotspot at {hotspot.lat}, {hotspot.lon}")

    def _in_area(self, order_id: str, chance: Chance) -> Spot:
        population = self._where.population
        radius_m = population.radius_m if population is not None else 0.0
        for k in range(_TRIES):
            wanted = chance.uniform("area", order_id, k) * self._area_sums[-1]
            place = min(bisect_right(self._area_sums, wanted), len(self._areas) - 1)
            area = self._areas[place]
            found = _around((area.lat, area.lon), radius_m, order_id, chance, k)
            if self._is_near_street(found):
                return found
        raise self._nowhere("in the areas of the population table")

    def _is_near_street(self, spot: Spot) -> bool:
        return bool(
            self._near(np.array([spot.lat], np.float64), np.array([spot.lon], np.float64))[0]
        )

    def _near(
        self, lats: NDArray[np.float64], lons: NDArray[np.float64], within_m: float | None = None
    ) -> NDArray[np.bool_]:
        """Return which points are near a street of every mode of the network.

        Every mode, not those of the fleet: where an order is must not depend on the vehicles.
        """
        limit_m = self._max_snap_m if within_m is None else within_m
        near = np.ones(len(lats), np.bool_)
        for mode in self._network.modes:
            near &= self._network.nearest(lats, lons, mode)[1] <= limit_m
        return near

    def _of_network(self, order_id: str, chance: Chance) -> Spot:
        doors = self._usable_addresses()
        places = self._where.places
        if places == "addresses" and not len(doors):
            raise self._nowhere("at the network's addresses")
        if places == "junctions" or (places == "any" and len(doors) < ENOUGH_ADDRESSES):
            return self._at_junction(order_id, chance)
        addresses = self._network.addresses()
        if self._businesses is not None:
            is_business = chance.uniform("business", order_id) < self._businesses
            doors = self._of_kind(doors, is_business=is_business)
        row = int(doors[int(chance.uniform("where", order_id) * len(doors))])
        kind = PlaceKind.BUSINESS if addresses.kind[row] == BUSINESS else PlaceKind.HOUSEHOLD
        return Spot(f"a{row}", float(addresses.lat[row]), float(addresses.lon[row]), kind=kind)

    def _of_kind(self, doors: NDArray[np.int64], *, is_business: bool) -> NDArray[np.int64]:
        if self._shops is None:
            self._shops = doors[self._network.addresses().kind[doors] == BUSINESS]
        chosen = self._shops if is_business else np.setdiff1d(doors, self._shops)
        if not len(chosen):
            what = "businesses" if is_business else "households"
            raise self._nowhere(f"at {what}: the network knows none")
        return chosen

    def _usable_addresses(self) -> NDArray[np.int64]:
        if self._doors is None:
            addresses = self._network.addresses()
            self._doors = np.flatnonzero(self._near(addresses.lat, addresses.lon))
        return self._doors

    def _at_junction(self, order_id: str, chance: Chance) -> Spot:
        if self._junctions is None:
            lats, lons = self._network.coordinates(np.arange(self._network.node_count))
            # In the connected part of every mode a junction is its own nearest.
            inside = self._near(lats, lons, within_m=1.0)
            self._junctions = (lats[inside], lons[inside])
        lats, lons = self._junctions
        if not len(lats):
            raise self._nowhere("at the network's junctions")
        row = int(chance.uniform("where", order_id) * len(lats))
        return Spot(order_id, float(lats[row]), float(lons[row]))

    def _nowhere(self, where: str) -> ScenarioError:
        words = (
            f"orders.where: no place for orders {where} within {self._max_snap_m:g} m of a street "
            f"of {self._network.name}, expected some; choose another network, other places or a "
            "larger max_snap"
        )
        return ScenarioError("orders", [words])


def _around(
    middle: tuple[float, float], radius_m: float, order_id: str, chance: Chance, k: int
) -> Spot:
    """Return a point uniform over a disc, the k-th tried for an order."""
    lat, lon = middle
    away_m = radius_m * math.sqrt(chance.uniform("away", order_id, k))
    angle = 2 * math.pi * chance.uniform("angle", order_id, k)
    north = away_m * math.cos(angle) / _METRES_PER_DEGREE
    east = away_m * math.sin(angle) / (_METRES_PER_DEGREE * math.cos(math.radians(lat)))
    return Spot(order_id, round(lat + north, 7), round(lon + east, 7))

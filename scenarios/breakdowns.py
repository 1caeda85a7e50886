"""When vehicles will break down, on their own clocks, and what each breakdown will take.

The k-th threshold of a vehicle is one uniform number that belongs to the two of them, put through
the inverse of the law, so it moves with nothing else in the scenario (semantics S14, S26).
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from scipy.special import gammaincinv

from scenarios.demand import Chance
from scenarios.schema import ScenarioSpec
from scenarios.schema_breakdowns import BreakdownsSpec, Every, GroupBreakdownsSpec
from scenarios.spreads import Spread
from twin.errors import ScenarioError
from twin.model import VehicleId
from twin.units import DAY_S, tick_s
from twin.world import Breakdown

FASTEST_MPS: Final = 40.0
"""No vehicle goes faster for a day: what a clock of kilometres can show at the end of it."""
MOST: Final = 1000
"""Breakdowns of one vehicle in one day; more are taken for a slip."""


class Life(NamedTuple):
    """How the vehicles of one group break down, nothing left open."""

    every: Every
    law: str
    shape: float
    from_new: bool
    at_roadside: float
    wait_s: Spread
    repair_s: Spread
    tow_s: Spread

    def after(self, uniform: float, *, is_first: bool) -> float:
        """Return what the clock shows at a breakdown, since the day began or the last repair."""
        mean, shape = self.every.mean, self.shape
        if is_first and not self.from_new:
            return _rest_of_life(self.law, shape, mean, uniform)
        return _lifetime(self.law, shape, mean, uniform)


def _lifetime(law: str, shape: float, mean: float, uniform: float) -> float:
    """Return the quantile of a life from new."""
    if law == "weibull":
        return float(mean / math.gamma(1 + 1 / shape) * (-math.log1p(-uniform)) ** (1 / shape))
    if law == "erlang":
        return float(gammaincinv(shape, uniform)) * mean / shape
    return -mean * math.log1p(-uniform)


def _rest_of_life(law: str, shape: float, mean: float, uniform: float) -> float:
    """Return the quantile of what is left of a life that is met at any moment.

    Its density is (1 - F(x)) / mean. For a Weibull life of scale s that is the power 1/shape of a
    gamma of shape 1/shape, times s. For an Erlang life any of its phases is met with equal chance,
    and that and the later ones are left.
    """
    if law == "weibull":
        scale = mean / math.gamma(1 + 1 / shape)
        return float(scale * gammaincinv(1 / shape, uniform) ** (1 / shape))
    if law == "erlang":
        phase = min(math.floor(uniform * shape), shape - 1)
        within = uniform * shape - phase
        within = min(max(within, 2.0**-53), 1 - 2.0**-53)
        return float(gammaincinv(phase + 1, within)) * mean / shape
    return -mean * math.log1p(-uniform)


def lives(spec: ScenarioSpec) -> dict[str, Life | None]:
    """Return how vehicles break down, by group; under the empty name those of no group.

    The scenario's defaults are filled in. None stands for vehicles that never do.
    """
    given: dict[str, GroupBreakdownsSpec | None] = {"": None}
    given.update({name: group.breakdowns for name, group in (spec.fleet or {}).items()})
    found: dict[str, Life | None] = {}
    for name, own in given.items():
        every = spec.breakdowns.every
        if own is not None and "every" in own.model_fields_set:
            every = own.every
        if every is None or spec.noise == "off":
            found[name] = None
            continue
        found[name] = _life(spec.breakdowns, every, own)
    return found


def _life(all_have: BreakdownsSpec, every: Every, own: GroupBreakdownsSpec | None) -> Life:
    said = {
        name: value
        for name in ("law", "at_roadside", "wait_s", "repair_s", "tow_s")
        if (value := getattr(own, name, None)) is not None
    }
    shape = own.shape if own is not None and "law" in said else all_have.shape
    return Life(
        every=every,
        law=said.get("law", all_have.law),
        shape=1.0 if shape is None else shape,
        from_new=all_have.from_new,
        at_roadside=said.get("at_roadside", all_have.at_roadside),
        wait_s=said.get("wait_s", all_have.wait_s),
        repair_s=said.get("repair_s", all_have.repair_s),
        tow_s=said.get("tow_s", all_have.tow_s),
    )


def breakdowns_of(
    vehicle_id: VehicleId, life: Life, lasts_s: float, chance: Chance
) -> tuple[Breakdown, ...]:
    """Return the breakdowns of a vehicle, as many as a day can have.

    Parameters
    ----------
    lasts_s
        From the day's begin to the end of its last duty; the drive home may take another day.

    Raises
    ------
    ScenarioError
        If there are more than `MOST`.
    """
    found = tuple(_until_enough(vehicle_id, life, lasts_s + DAY_S, chance))
    if len(found) > MOST:
        words = (
            f"breakdowns: {vehicle_id} breaks down more than {MOST:,} times in a day, expected "
            "fewer; raise `every`, or give it a `wait` or `repair`"
        )
        raise ScenarioError("breakdowns", [words])
    return found


def _until_enough(
    vehicle_id: VehicleId, life: Life, lasts_s: float, chance: Chance
) -> Iterator[Breakdown]:
    gone_s = 0.0
    for k in range(MOST + 1):
        after = life.after(chance.uniform("breakdown", vehicle_id, k), is_first=k == 0)
        after = round(after, 3) if life.every.is_length else tick_s(after)
        wait_s = tick_s(life.wait_s.at(chance.uniform("breakdown wait", vehicle_id, k)))
        repair_s = tick_s(life.repair_s.at(chance.uniform("breakdown repair", vehicle_id, k)))
        tow_s = tick_s(life.tow_s.at(chance.uniform("breakdown tow", vehicle_id, k)))
        if chance.uniform("breakdown roadside", vehicle_id, k) >= life.at_roadside:
            yield Breakdown(after, wait_s, None, tow_s)
            return  # out for the day
        yield Breakdown(after, wait_s, repair_s, tow_s)
        gone_s += after / FASTEST_MPS if life.every.is_length else after
        gone_s += wait_s + repair_s
        if gone_s > lasts_s:
            return


def day_breakdowns(
    spec: ScenarioSpec,
    vehicles: Sequence[tuple[VehicleId, str]],
    lasts_s: float,
    chance: Chance,
) -> dict[VehicleId, tuple[Breakdown, ...]]:
    """Return the breakdowns of a day's vehicles that ever have one.

    Parameters
    ----------
    vehicles
        Each with the name of its group, empty if it is of none.
    """
    how = lives(spec)
    return {
        vehicle_id: breakdowns_of(vehicle_id, life, lasts_s, chance)
        for vehicle_id, group in vehicles
        if (life := how[group]) is not None
    }

"""How speeds change over the day: factors on the free-flow speed, constant within equal slots."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from networks.classes import CLASS_GROUP, CLASSES, GROUPS
from twin.errors import NetworkError
from twin.model import DRIVE, Mode
from twin.units import DAY_S

Floats = NDArray[np.float64]

WEEKDAY_TIME: Final = (
    *(1.02,) * 6,
    1.12, 1.35, 1.52, 1.40, 1.32, 1.33, 1.35, 1.36, 1.38, 1.45, 1.53, 1.58,
    1.48, 1.28, 1.15, 1.10, 1.06, 1.03,
)  # fmt: skip
"""Observed over free-flow driving time in each hour of a weekday. A general-knowledge two-peak
shape without a source; its level has one: observed over free-flow time on English local A roads
is 1.43 (Department for Transport, year to March 2019: 40.7 km/h at 43.1 s/mile of delay)."""

DAYTIME: Final = (7, 21)
"""From 07:00 to 21:00: over these hours (7 to 20) the level of congestion is meant, and on their
mean paths are chosen."""

_LEVEL: Final = 0.39
"""Mean of `WEEKDAY_TIME` over `DAYTIME`, less one."""

_SHARE_OF_EXCESS: Final = {"weekday": 1.0, "saturday": 0.55, "sunday": 0.35}
"""How much of a weekday's excess time is left on other days; general knowledge, no source."""


Spell: TypeAlias = tuple[float, float, float]
"""From when, until when (seconds since midnight), factor on the speed above 0."""


@dataclass(frozen=True, eq=False)
class SpeedSteps:
    """Time factors of the edges of one network for one mode, as `networks.routing` walks them.

    Attributes
    ----------
    slot_s
        Length of a slot, seconds. Slot k lasts from ``k * slot_s`` to ``(k + 1) * slot_s``; slots
        repeat when they are through, before midnight and after.
    pace
        Driving time over free-flow time, shape (slots, rows), positive.
    row
        Which row of `pace` an edge has, shape (edges,).
    slow
        By edge, spells of slow driving that do not repeat: from when, until when, factor on the
        speed. Where they overlap all of them hold. `networks.walk` knows them; tables of times
        between many places do not.
    """

    slot_s: float
    pace: Floats
    row: NDArray[np.int32]
    slow: Mapping[int, tuple[Spell, ...]] = field(default_factory=dict)

    def slot_at(self, at_s: float) -> int:
        """Return the slot that holds at an instant, 0 to slots - 1."""
        return int(at_s // self.slot_s) % len(self.pace)

    def with_noise(
        self, slot_s: float, speed: Floats, row: NDArray[np.int32] | None = None
    ) -> "SpeedSteps":
        """Return these steps with every speed multiplied by a factor of its link and slot.

        Parameters
        ----------
        slot_s
            Length of the factors' slots: a divisor or a multiple of the length here.
        speed
            Factor on the speed, shape (slots, links), positive; below 1 is slower. They repeat
            when they are through, so for a day that runs past midnight give two days of them.
        row
            Which column of `speed` an edge has; each its own if left out.

        Raises
        ------
        NetworkError
            If the slots do not nest, or a factor is not positive.
        """
        fine_s = min(slot_s, self.slot_s)
        repeats = [length / fine_s for length in (slot_s, self.slot_s)]
        problems = []
        if not (np.isfinite(speed) & (speed > 0)).all():
            problems.append("every factor on a speed must be positive and finite")
        if any(ratio != int(ratio) for ratio in repeats):
            problems.append(f"slots of {slot_s} s and {self.slot_s} s do not nest")
        if problems:
            raise NetworkError("speed factors", problems)
        noise = _repeated(1 / speed, int(repeats[0]))
        base = _repeated(self.pace, int(repeats[1]))
        slots = int(np.lcm(len(noise), len(base)))
        base, noise = (np.tile(part, (slots // len(part), 1)) for part in (base, noise))
        if row is None:  # every edge its own
            member = np.arange(len(self.row))
            pace = noise * (base if base.shape[1] == 1 else base[:, self.row])
        else:
            pairs, member = np.unique(
                self.row.astype(np.int64) * speed.shape[1] + row, return_inverse=True
            )
            pace = base[:, pairs // speed.shape[1]] * noise[:, pairs % speed.shape[1]]
        return SpeedSteps(fine_s, pace, member.astype(np.int32), self.slow)

    def slower(self, time_factor: float) -> "SpeedSteps":
        """Return these steps with every driving time multiplied by one factor."""
        return replace(self, pace=self.pace * time_factor)

    def with_spells(self, spells: Iterable[tuple[Sequence[int], Spell]]) -> "SpeedSteps":
        """Return these steps with spells of slow driving on some edges, besides those there are.

        Raises
        ------
        NetworkError
            If a spell ends before it begins, or its factor is not above 0 and finite.
        """
        found: dict[int, list[Spell]] = {edge: list(known) for edge, known in self.slow.items()}
        problems = []
        for edges, (begins_at_s, ends_at_s, speed) in spells:
            if not (begins_at_s <= ends_at_s and 0 < speed < np.inf):
                problems.append(
                    f"{begins_at_s} s to {ends_at_s} s at {speed} of the speed, expected an end "
                    "after the beginning and a factor above 0"
                )
            for edge in edges:
                found.setdefault(int(edge), []).append((begins_at_s, ends_at_s, speed))
        if problems:
            raise NetworkError("spells of slow driving", problems)
        return replace(self, slow={edge: tuple(sorted(known)) for edge, known in found.items()})

    def at(self, at_s: float) -> Floats:
        """Return the time factor of each edge at an instant, shape of `row`: a copy."""
        factors = self.pace[self.slot_at(at_s)][self.row]
        for edge, spells in self.slow.items():
            for begins_at_s, ends_at_s, speed in spells:
                if begins_at_s <= at_s < ends_at_s:
                    factors[edge] /= speed
        return np.asarray(factors)


def _repeated(table: Floats, times: int) -> Floats:
    return table if times == 1 else np.repeat(table, times, axis=0)


@dataclass(frozen=True, eq=False)
class SpeedProfile:
    """Factors on free-flow speed by class of street and slot of the day.

    Attributes
    ----------
    speed
        Shape (classes, slots), in the order of `networks.classes.CLASSES`; positive. The slots
        are equally long and fill a day; the next day begins again with the first.
    modes
        Modes that traffic slows; any other keeps its free speed.

    Raises
    ------
    NetworkError
        With every gap, NaN and value that is not positive.
    """

    speed: Floats
    modes: tuple[Mode, ...] = (DRIVE,)

    def __post_init__(self) -> None:
        problems = []
        if self.speed.ndim != 2 or self.speed.shape[0] != len(CLASSES) or not self.speed.size:  # noqa: PLR2004
            problems.append(
                f"speeds have shape {self.speed.shape}, expected ({len(CLASSES)}, slots of a day)"
            )
        else:
            for row, slot in np.argwhere(~(np.isfinite(self.speed) & (self.speed > 0)))[:20]:
                problems.append(
                    f"{CLASSES[row]}, slot {slot}: factor {self.speed[row, slot]}, "
                    f"expected a positive number"
                )
        if problems:
            raise NetworkError("speed profile", problems)

    @property
    def slot_s(self) -> float:
        """Length of a slot, seconds."""
        return DAY_S / int(self.speed.shape[1])

    @classmethod
    def flat(cls) -> "SpeedProfile":
        """Return free flow all day."""
        return cls(np.ones((len(CLASSES), 1)))

    @classmethod
    def calibrated(cls, level: float = _LEVEL, kind_of_day: str = "weekday") -> "SpeedProfile":
        """Return hourly speeds of a city with a given level of congestion.

        Parameters
        ----------
        level
            Extra driving time over free flow on a weekday, hours 7 to 20; 0.39 is 39 percent.
            Not negative.
        kind_of_day
            ``weekday``, ``saturday`` or ``sunday``.

        Raises
        ------
        NetworkError
            If the level is negative or not finite, or the kind of day is unknown.
        """
        problems = []
        if not (np.isfinite(level) and level >= 0):
            problems.append(f"level of congestion {level}, expected a share of at least 0")
        if kind_of_day not in _SHARE_OF_EXCESS:
            problems.append(
                f"kind of day {kind_of_day!r}, expected one of {', '.join(_SHARE_OF_EXCESS)}"
            )
        if problems:
            raise NetworkError("speed profile", problems)
        share = _SHARE_OF_EXCESS[kind_of_day] * level / _LEVEL
        return cls.of_times({}, [1 + share * (hour - 1) for hour in WEEKDAY_TIME])

    @classmethod
    def by_class(
        cls, tables: Mapping[str, Sequence[float]], kind_of_day: str = "weekday"
    ) -> "SpeedProfile":
        """Return the profile of a weekday's tables, on a kind of day.

        Parameters
        ----------
        tables
            As for `of_times`, and ``others`` for what no other table names.
        kind_of_day
            ``weekday``, ``saturday`` or ``sunday``: how much of the time over free flow is left.

        Raises
        ------
        NetworkError
            As `of_times`, or if the kind of day is unknown.
        """
        if kind_of_day not in _SHARE_OF_EXCESS:
            raise NetworkError("speed profile", [f"kind of day {kind_of_day!r} is unknown"])
        share = _SHARE_OF_EXCESS[kind_of_day]
        left = {name: [1 + share * (time - 1) for time in table] for name, table in tables.items()}
        others = left.pop("others", (1.0,))
        return cls.of_times(left, others)

    @classmethod
    def of_times(
        cls, tables: Mapping[str, Sequence[float]], others: Sequence[float] = (1.0,)
    ) -> "SpeedProfile":
        """Return the profile of tables of driving time over free-flow time.

        Parameters
        ----------
        tables
            By class (``residential``) or group of classes (``motorway``, ``arterial``,
            ``local``); a class goes before its group. One value for each equal slot of the day.
        others
            For what no table names.

        Raises
        ------
        NetworkError
            For unknown names, tables of different lengths, and values that are not positive.
        """
        problems = [
            f"{name!r} is neither a class of street nor one of the groups {', '.join(GROUPS)}"
            for name in tables
            if name not in CLASSES and name not in GROUPS
        ]
        sizes = {name: len(table) for name, table in (*tables.items(), ("others", others))}
        slots = max(sizes.values())
        problems += [
            f"{name}: {size} slots leave gaps in a day of {slots}"
            for name, size in sizes.items()
            if not size or slots % size
        ]
        if problems:
            raise NetworkError("speed profile", problems)
        rows = []
        for name, group in zip(CLASSES, CLASS_GROUP, strict=True):
            table = tables.get(name, tables.get(GROUPS[group], others))
            rows.append(np.repeat(np.asarray(table, np.float64), slots // len(table)))
        with np.errstate(divide="ignore"):
            return cls(1 / np.stack(rows))

    def steps(self, edge_class: NDArray[np.int16], mode: Mode) -> SpeedSteps:
        """Return the time factors of edges of these classes for a mode."""
        if mode not in self.modes:
            return SpeedSteps(DAY_S, np.ones((1, 1)), np.zeros(len(edge_class), np.int32))
        distinct, row = np.unique(self.speed, axis=0, return_inverse=True)
        return SpeedSteps(
            self.slot_s,
            np.ascontiguousarray((1 / distinct).T),
            row.reshape(-1).astype(np.int32)[edge_class],
        )


def daytime_pace(steps: SpeedSteps) -> Floats:
    """Return the mean time factor of each row over `DAYTIME`, shape (rows,)."""
    first, end = (hour * 3600.0 for hour in DAYTIME)
    starts = np.arange(len(steps.pace)) * steps.slot_s % DAY_S
    by_day = (starts + steps.slot_s > first) & (starts < end)
    return np.asarray(steps.pace[by_day].mean(axis=0))

"""Driving through speeds that step over time: edge by edge, never the departure speed throughout.

Ichoua, Gendreau and Potvin 2003, "Vehicle dispatching with time-dependent travel times",
European Journal of Operational Research 144. Who leaves later arrives later, on every edge.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import floor, inf
from typing import Final, NamedTuple

import numpy as np

from networks.traffic import SpeedSteps, Spell

_LIST_CELLS: Final = 2**17
"""Tables up to this size are kept as lists, which plain Python reads fastest."""


class _Bends(NamedTuple):
    """Spells of one edge: `times[k]` multiplies its driving time from ``at_s[k - 1]`` on."""

    at_s: tuple[float, ...]
    times: tuple[float, ...]

    @classmethod
    def of(cls, spells: Sequence[Spell]) -> "_Bends":
        at_s = tuple(sorted({end for spell in spells for end in spell[:2]}))
        times = [1.0]
        for begins_at_s in at_s:
            time = 1.0
            for from_s, until_s, speed in spells:
                if from_s <= begins_at_s < until_s:
                    time /= speed
            times.append(time)
        return cls(at_s, tuple(times))


_STRAIGHT: Final = _Bends((), (1.0,))


class Walk:
    """Speed steps in the form in which a few edges at a time are walked fastest."""

    def __init__(self, steps: SpeedSteps) -> None:
        pace = np.ascontiguousarray(steps.pace)
        self.slot_s = steps.slot_s
        self.pace: Sequence[Sequence[float]] = (
            pace.tolist() if pace.size <= _LIST_CELLS else [memoryview(column) for column in pace]
        )
        self._bends = {edge: _Bends.of(spells) for edge, spells in steps.slow.items()}

    def forth(
        self,
        works_s: Sequence[float],
        rows: Sequence[int],
        depart_at_s: float,
        edges: Sequence[int] = (),
    ) -> tuple[float, ...]:
        """Return when each edge is entered, then when the last one's end is reached.

        Parameters
        ----------
        works_s
            Free-flow driving time of each edge, seconds, not negative.
        rows
            Row of the time factors of each edge.
        edges
            Which edges they are, for the spells of some; left out, there are none.
        """
        if self._bends and not self._bends.keys().isdisjoint(edges):
            return self._forth_slowly(works_s, rows, depart_at_s, edges)
        slot_s, pace = self.slot_s, self.pace
        slot = floor(depart_at_s / slot_s)
        ends_at_s = (slot + 1) * slot_s
        column = pace[slot % len(pace)]
        at_s = depart_at_s
        times_s = [at_s]
        for work_s, row in zip(works_s, rows, strict=True):
            done_at_s = at_s + work_s * column[row]
            if done_at_s > ends_at_s:
                done_at_s, slot = self._across(work_s, row, at_s, slot)
                ends_at_s = (slot + 1) * slot_s
                column = pace[slot % len(pace)]
            at_s = done_at_s
            times_s.append(at_s)
        return tuple(times_s)

    def back(
        self,
        works_s: Sequence[float],
        rows: Sequence[int],
        arrive_at_s: float,
        edges: Sequence[int] = (),
    ) -> float:
        """Return when to enter the first edge so as to reach the end at an instant."""
        at_s = arrive_at_s
        for k in reversed(range(len(works_s))):
            bends = self._bends.get(edges[k], _STRAIGHT) if edges else _STRAIGHT
            at_s = self._edge_back(works_s[k], rows[k], at_s, bends)
        return at_s

    def _edge_back(self, work_s: float, row: int, at_s: float, bends: _Bends) -> float:
        """Return when to enter one edge so as to leave it at an instant."""
        slot = -floor(-at_s / self.slot_s) - 1  # the one that this instant ends or lies in
        bend = bisect_left(bends.at_s, at_s)  # likewise
        while True:
            pace = self.pace[slot % len(self.pace)][row] * bends.times[bend]
            slot_at_s = slot * self.slot_s
            begins_at_s = max(slot_at_s, bends.at_s[bend - 1] if bend else -inf)
            if at_s - work_s * pace >= begins_at_s:
                return at_s - work_s * pace
            work_s = max(0.0, work_s - (at_s - begins_at_s) / pace)
            at_s = begins_at_s
            slot -= slot_at_s == at_s
            bend -= bool(bend) and bends.at_s[bend - 1] == at_s

    def _forth_slowly(
        self,
        works_s: Sequence[float],
        rows: Sequence[int],
        depart_at_s: float,
        edges: Sequence[int],
    ) -> tuple[float, ...]:
        """Return what `forth` does on a path with spells on some of its edges."""
        at_s = depart_at_s
        times_s = [at_s]
        for work_s, row, edge in zip(works_s, rows, edges, strict=True):
            at_s = self._edge_forth(work_s, row, at_s, self._bends.get(edge, _STRAIGHT))
            times_s.append(at_s)
        return tuple(times_s)

    def _edge_forth(self, work_s: float, row: int, at_s: float, bends: _Bends) -> float:
        """Return when one edge is left that is entered at an instant."""
        slot = floor(at_s / self.slot_s)
        bend = bisect_right(bends.at_s, at_s)
        while True:
            pace = self.pace[slot % len(self.pace)][row] * bends.times[bend]
            slot_at_s = (slot + 1) * self.slot_s
            bend_at_s = bends.at_s[bend] if bend < len(bends.at_s) else inf
            ends_at_s = min(slot_at_s, bend_at_s)
            if at_s + work_s * pace <= ends_at_s:
                return at_s + work_s * pace
            work_s = max(0.0, work_s - (ends_at_s - at_s) / pace)
            at_s = ends_at_s
            slot += slot_at_s == at_s
            bend += bend_at_s == at_s

    def _across(self, work_s: float, row: int, at_s: float, slot: int) -> tuple[float, int]:
        """Return the end of an edge that a slot's end falls into, and the slot it lies in."""
        while True:
            pace = self.pace[slot % len(self.pace)][row]
            ends_at_s = (slot + 1) * self.slot_s
            done_at_s = at_s + work_s * pace
            if done_at_s <= ends_at_s:
                return done_at_s, slot
            work_s = max(0.0, work_s - (ends_at_s - at_s) / pace)
            at_s = ends_at_s
            slot += 1

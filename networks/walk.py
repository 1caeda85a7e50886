"""Driving through speeds that step over time: edge by edge, never the departure speed throughout.

Ichoua, Gendreau and Potvin 2003, "Vehicle dispatching with time-dependent travel times",
European Journal of Operational Research 144. Who leaves later arrives later, on every edge.
"""

from collections.abc import Sequence
from math import floor
from typing import Final

import numpy as np

from networks.traffic import SpeedSteps

_LIST_CELLS: Final = 2**17
"""Tables up to this size are kept as lists, which plain Python reads fastest."""


class Walk:
    """Speed steps in the form in which a few edges at a time are walked fastest."""

    def __init__(self, steps: SpeedSteps) -> None:
        pace = np.ascontiguousarray(steps.pace)
        self.slot_s = steps.slot_s
        self.pace: Sequence[Sequence[float]] = (
            pace.tolist() if pace.size <= _LIST_CELLS else [memoryview(column) for column in pace]
        )

    def forth(
        self, works_s: Sequence[float], rows: Sequence[int], depart_at_s: float
    ) -> tuple[float, ...]:
        """Return when each edge is entered, then when the last one's end is reached.

        Parameters
        ----------
        works_s
            Free-flow driving time of each edge, seconds, not negative.
        rows
            Row of the time factors of each edge.
        """
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

    def back(self, works_s: Sequence[float], rows: Sequence[int], arrive_at_s: float) -> float:
        """Return when to enter the first edge so as to reach the end at an instant."""
        at_s = arrive_at_s
        for work_s, row in zip(reversed(works_s), reversed(rows), strict=True):
            left_s = work_s
            slot = -floor(-at_s / self.slot_s) - 1  # the one that this instant ends or lies in
            while True:
                begins_at_s = slot * self.slot_s
                pace = self.pace[slot % len(self.pace)][row]
                if at_s - left_s * pace >= begins_at_s:
                    at_s -= left_s * pace
                    break
                left_s = max(0.0, left_s - (at_s - begins_at_s) / pace)
                at_s = begins_at_s
                slot -= 1
        return at_s

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

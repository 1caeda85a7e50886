"""Believed driving times, fast enough to be asked a million times.

Rows of the road graph are asked once for an instant of reference; other hours follow from how
much slower a sample of them is. Where all streets slow alike, that is exact.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin import Travel
from twin.model import Mode, NodeId
from twin.world import Nodes

REFERENCE_S: Final = 12 * 3600.0
"""The instant that kept times are for: noon."""

HOUR_S: Final = 3600.0
HOURS: Final = 24


class Believed:
    """Driving times between junctions as a dispatcher believes them.

    Parameters
    ----------
    travel
        What the View or the Briefing offers.
    """

    def __init__(self, travel: Travel) -> None:
        self._travel = travel
        self._kept: dict[tuple[Mode, NodeId, NodeId], float] = {}
        self._paces: dict[Mode, list[float]] = {}
        self._sample: dict[Mode, tuple[NodeId, NodeId, float]] = {}

    def follow(self, travel: Travel) -> bool:
        """Believe what is believed now; return whether that is anything new."""
        if travel is self._travel:
            return False
        self._travel = travel
        self._kept.clear()
        self._paces.clear()
        self._sample.clear()
        return True

    def reference_s(self, origin: NodeId, destination: NodeId, mode: Mode) -> float:
        """Return the driving time at the hour of reference, ``inf`` without a way."""
        if origin == destination:
            return 0.0
        key = (mode, origin, destination)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._travel.between(origin, destination, mode, REFERENCE_S)
            self._kept[key] = kept
            if mode not in self._sample and 0 < kept < float("inf"):
                self._sample[mode] = (origin, destination, kept)
        return kept

    def seconds(self, origin: NodeId, destination: NodeId, mode: Mode, depart_at_s: float) -> float:
        """Return the driving time for a departure, at the speeds of its hour."""
        return self.reference_s(origin, destination, mode) * self.pace(mode, depart_at_s)

    def pace(self, mode: Mode, at_s: float) -> float:
        """Return how much longer driving takes at an instant than at the hour of reference."""
        return self.paces(mode)[int(at_s // HOUR_S) % HOURS]

    def paces(self, mode: Mode) -> list[float]:
        """Return that for each hour of the day."""
        paces = self._paces.get(mode)
        if paces is None:
            sample = self._sample.get(mode)
            if sample is None:
                return [1.0] * HOURS  # nothing was driven yet, so nothing is scaled by it
            origin, destination, reference_s = sample
            paces = self._paces[mode] = [
                self._travel.between(origin, destination, mode, (hour + 0.5) * HOUR_S) / reference_s
                for hour in range(HOURS)
            ]
        return paces

    def row(self, origin: NodeId, ends: Nodes, mode: Mode) -> NDArray[np.float64]:
        """Return reference times from one junction to several, one search forward."""
        times: NDArray[np.float64] = self._travel.rows([origin], ends, mode, REFERENCE_S)[0]
        return times

    def column(self, origins: Nodes, end: NodeId, mode: Mode) -> NDArray[np.float64]:
        """Return reference times from several junctions to one, one search backward."""
        times: NDArray[np.float64] = self._travel.columns(origins, [end], mode, REFERENCE_S)[:, 0]
        return times

"""Live speeds: what was seen on the streets some minutes ago is believed to last."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from networks.traffic import SpeedSteps
from twin.model import Mode
from twin.streets import Travel

StepsByMode: TypeAlias = Mapping[Mode, SpeedSteps]


class LiveFeed:
    """Implements `twin.streets.Feed` by what the real speed steps were a lag ago.

    Each edge is believed to stay as much slower or faster than its usual hours as it was seen to
    be. Ways are those of the usual day: they are chosen on one set of weights (S27). Before the
    first sight of the day the usual hours are all that is believed.

    Parameters
    ----------
    believed
        Steps of an ordinary day.
    actual
        The day's own steps, of the same edges. Only what is seen of them leaves this object, as
        numbers of its own.
    lag_s
        How old what is seen is, seconds.
    usual
        Travel on the steps `believed`.
    made
        Returns travel on given steps over the ways of `usual`.
    """

    def __init__(
        self,
        believed: StepsByMode,
        actual: StepsByMode,
        lag_s: float,
        usual: Travel,
        made: Callable[[StepsByMode], Travel],
    ) -> None:
        self._usual = usual
        self._believed = believed
        self._actual = actual
        self._lag_s = lag_s
        self._made = made
        self._bends_s = sorted(
            {
                end_s
                for steps in actual.values()
                for spells in steps.slow.values()
                for spell in spells
                for end_s in spell[:2]
            }
        )
        self._slot_s = min(steps.slot_s for steps in (*actual.values(), *believed.values()))
        self._seen: tuple[int, int] | None = None
        self._travel = usual

    def travel(self, now_s: float) -> Travel:
        """Return what is believed at an instant: one object as long as nothing new is seen."""
        seen_at_s = now_s - self._lag_s
        if seen_at_s < 0:
            return self._usual
        sight = int(seen_at_s // self._slot_s), bisect_right(self._bends_s, seen_at_s)
        if sight != self._seen:
            self._travel = self._made(
                {
                    mode: as_seen(steps, self._actual[mode], seen_at_s)
                    for mode, steps in self._believed.items()
                }
            )
            self._seen = sight
        return self._travel


def as_seen(believed: SpeedSteps, actual: SpeedSteps, seen_at_s: float) -> SpeedSteps:
    """Return believed steps times how much slower each edge really was at an instant.

    The result shares no memory with `actual`.
    """
    slower = actual.at(seen_at_s) / believed.at(seen_at_s)
    if (slower == slower[0]).all():
        return believed.slower(float(slower[0]))
    edges = np.arange(len(slower), dtype=np.int32)
    return SpeedSteps(believed.slot_s, believed.pace[:, believed.row] * slower, edges)

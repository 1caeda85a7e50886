"""A policy's promises, tried where policies run: in a process of its own, under the watchdog."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from experiments.day import Cell, Watch, guarded, maker_of, recorded
from experiments.files import write_whole
from experiments.record import DayRecord, Ended
from twin.again import Again, Contained
from twin.conformance import promises_tried
from twin.policy import is_clairvoyant
from twin.promises import Broken, Tried, stopped_at

_FOUND: Final = "found.json"
_DAY: Final = "day.txt"
_LOADING: Final = "while it was loaded"


@dataclass(frozen=True)
class Conformance(Cell):
    """A policy to try, in place of a day to live.

    Attributes
    ----------
    folder
        Where the worker leaves what it found, and which day it is at.
    """

    folder: str = ""

    def live(self, watch: Watch) -> DayRecord:
        """Return that every promise was tried, or what stopped that."""
        return recorded(self, lambda _: self._tried(watch))

    def _tried(self, watch: Watch) -> DayRecord:
        chosen = self.chosen
        folder = Path(self.folder)
        watch.asks(0, 0.0)  # loading its module runs its code
        make = maker_of(chosen)
        settings = chosen.settings()
        watch.answered()
        where, colon, name = chosen.name.rpartition(":")
        target = f"{Path(where).resolve()}:{name}" if where.endswith(".py") else chosen.name
        found = promises_tried(
            Contained(guarded(make, chosen.label, watch), is_clairvoyant(make)),
            chosen.label,
            Again(target if colon else chosen.name, settings),
            lambda day: write_whole(folder / _DAY, day.encode()),
        )
        rows = [[one.promise, one.broken, one.skipped] for one in found]
        write_whole(folder / _FOUND, json.dumps(rows).encode())
        return DayRecord(chosen.label, self.day, Ended.FINISHED)

    def found(self, record: DayRecord) -> tuple[Tried, ...]:
        """Return what became of each promise, also where the process was ended.

        Parameters
        ----------
        record
            What became of the process.
        """
        if record.ended is Ended.FINISHED:
            rows = json.loads((Path(self.folder) / _FOUND).read_bytes())
            return tuple(Tried(key, tuple(Broken(*one) for one in b), s) for key, b, s in rows)
        try:
            day = (Path(self.folder) / _DAY).read_text()
        except FileNotFoundError:
            day = _LOADING
        why = "the process in which it was tried was ended before its verdict"
        return stopped_at(day, record.why, why)

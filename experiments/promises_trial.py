"""The worker's side of `twin verify`: one day under one policy, and the same day changed.

It runs where policies run, in a process of its own; what comes back are journals on disk.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from experiments.day import Cell
from experiments.given import Given
from experiments.promises_days import NotApplicableError, thinned
from experiments.promises_kept import relations
from twin.engine import run
from twin.errors import InputError, Livelock, PlanError, PolicyFault
from twin.policy import MakePolicy
from twin.world import World

BASE = "base"


@dataclass(frozen=True)
class Trial(Cell):
    """A day of which changed ones are lived too.

    Attributes
    ----------
    folder
        Where their journals go: ``NAME.jsonl``, or ``NAME.skipped`` or ``NAME.stopped`` with why.
    most_orders
        Larger days are thinned to so many orders first.
    """

    folder: str = ""
    most_orders: int = 10**9

    def beside(self, given: Given, day: World, make: Callable[[], MakePolicy]) -> None:
        """Live the changed days."""
        small = thinned(day, self.most_orders)
        self._live(BASE, lambda: small, make())
        for one in relations(small):
            if one.has_own_base:
                before = partial(one.before, small, given.network)
                self._live(f"{one.name}.before", before, make())
            self._live(one.name, partial(one.after, small, given.network), make())

    def _live(self, name: str, changed: Callable[[], World], make: MakePolicy) -> None:
        folder = Path(self.folder)
        try:
            journal = run(changed(), make, name=self.chosen.called)
        except NotApplicableError as error:
            (folder / f"{name}.skipped").write_text(str(error), encoding="utf-8")
        except (PlanError, PolicyFault, Livelock, InputError) as error:
            (folder / f"{name}.stopped").write_text(str(error), encoding="utf-8")
        else:
            journal.write(folder / f"{name}.jsonl")

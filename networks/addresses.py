"""Where people are: the address points that came with a map, as possible demand."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

HOUSEHOLD: Final = 0
BUSINESS: Final = 1


@dataclass(frozen=True, eq=False)
class Addresses:
    """Points where something could be delivered.

    Attributes
    ----------
    lat, lon
        Degrees, shape (n,).
    kind
        `HOUSEHOLD` or `BUSINESS`, shape (n,).
    numbered
        Whether the map has a house number there; a building without one is a second choice.
    labels
        Name or street and number, empty where the map says nothing.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    kind: NDArray[np.int8]
    numbered: NDArray[np.bool_]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    @classmethod
    def none(cls) -> "Addresses":
        """Return no addresses."""
        return cls(np.empty(0), np.empty(0), np.empty(0, np.int8), np.empty(0, np.bool_), ())

    def problems(self) -> list[str]:
        """Return what is wrong with the arrays, one line each."""
        found = []
        sizes = {len(self.lat), len(self.lon), len(self.kind), len(self.numbered), len(self)}
        if len(sizes) != 1:
            return [f"address arrays differ in length: {sorted(sizes)}"]
        if not (np.isfinite(self.lat).all() and np.isfinite(self.lon).all()):
            found.append("address coordinates must be finite")
        if not np.isin(self.kind, (HOUSEHOLD, BUSINESS)).all():
            found.append(f"address kinds must be {HOUSEHOLD} or {BUSINESS}")
        return found

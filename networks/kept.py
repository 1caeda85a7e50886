"""Rows of answers that were asked for before, the longest unused dropped first."""

from collections import OrderedDict
from typing import Any, TypeAlias

from numpy.typing import NDArray

from twin.model import Mode

Key: TypeAlias = tuple[Mode, bool, int, int]
"""Mode, whether searched back from the root, the root, and what the row holds."""


class KeptRows:
    """Rows by what was asked, the least recently used dropped first; bounded in bytes."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._held_bytes = 0
        self._rows: OrderedDict[Key, NDArray[Any]] = OrderedDict()

    def get(self, key: Key) -> NDArray[Any] | None:
        """Return a row and note that it was used."""
        row = self._rows.get(key)
        if row is not None:
            self._rows.move_to_end(key)
        return row

    def put(self, key: Key, row: NDArray[Any]) -> None:
        """Keep a row, dropping others if there is no room."""
        self._rows[key] = row
        self._held_bytes += row.nbytes
        while self._held_bytes > self._limit_bytes and self._rows:
            _, dropped = self._rows.popitem(last=False)
            self._held_bytes -= dropped.nbytes

"""A given table of distances and times as a network: many real days come without a map."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from networks.pairs import PairNetwork, Rows
from networks.plane import nearest_by_hand
from twin.errors import NetworkError
from twin.model import DRIVE, Mode, NodeId

Floats = NDArray[np.float64]

COLUMNS: Final = ("from", "to", "m", "s")
"""What a table of legs must have: ids, metres, free-flow seconds."""

_LISTED: Final = 50
_SHOWN: Final = 60
FASTEST_MPS: Final = 400 / 3.6
"""No vehicle on a road is faster; a leg that is has its units confused."""
"""Problems listed one by one; the rest are counted."""


@dataclass(frozen=True, eq=False)
class MatrixNetwork(PairNetwork):
    """Named stops, and metres and free-flow seconds from each to each.

    Attributes
    ----------
    ids
        Names of the stops, all different; node k is ``ids[k]``.
    metres, seconds
        Shape (n, n), row = from. Not negative, zero diagonal, ``inf`` in both where no way leads.
        Neither symmetry nor the triangle inequality is asked for.
    lat, lon
        Degrees, shape (n,), NaN where unknown; None if no stop has coordinates.
    origin
        What it was made from.

    Raises
    ------
    NetworkError
        With every problem of the table.
    """

    name: str
    ids: tuple[str, ...]
    metres: Floats
    seconds: Floats
    modes: tuple[Mode, ...] = (DRIVE,)
    lat: Floats | None = None
    lon: Floats | None = None
    attribution: str = ""
    origin: str = ""
    _rows: dict[str, NodeId] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows = {stop: NodeId(row) for row, stop in enumerate(self.ids)}
        object.__setattr__(self, "_rows", rows)
        problems = self._problems()
        if problems:
            raise NetworkError(self.name, _shortened(problems))

    def _problems(self) -> list[str]:
        count = len(self.ids)
        problems = []
        if not count:
            problems.append("there is no stop")
        if len(self._rows) != count:
            twice = sorted({stop for stop in self.ids if self.ids.count(stop) > 1})
            problems.append(f"stops named twice: {', '.join(map(repr, twice))}")
        for what, table in (("metres", self.metres), ("seconds", self.seconds)):
            if table.shape != (count, count):
                problems.append(f"{what} have shape {table.shape}, expected ({count}, {count})")
                continue
            for a, b in np.argwhere(np.isnan(table) | (table < 0))[: 2 * _LISTED]:
                leg = f"{self.ids[a]!r} to {self.ids[b]!r}"
                problems.append(f"{leg}: {what} cannot be {table[a, b]}")
            if np.diagonal(table).any():
                row = int(np.flatnonzero(np.diagonal(table))[0])
                problems.append(
                    f"{self.ids[row]!r} to itself: {what} must be 0, got {table[row, row]}"
                )
        if not problems and (np.isinf(self.metres) != np.isinf(self.seconds)).any():
            problems.append("metres and seconds must be infinite for the same legs")
        return problems

    @classmethod
    def of_streets(
        cls,
        name: str,
        streets: Sequence[tuple[str, str, float]],
        *,
        mps: float,
        modes: tuple[Mode, ...] = (DRIVE,),
    ) -> "MatrixNetwork":
        """Return stops on two-way streets at one speed: a line, a star, a tree, a small town.

        Parameters
        ----------
        streets
            Two stops and the metres between them; stops appear in the order first named.
        mps
            Speed, metres per second.
        """
        if not (mps > 0 and math.isfinite(mps)):
            raise NetworkError(name, [f"speed is {mps} m/s, expected a positive number"])
        ids = tuple(dict.fromkeys(stop for a, b, _ in streets for stop in (a, b)))
        rows = {stop: row for row, stop in enumerate(ids)}
        metres = np.full((len(ids), len(ids)), np.inf)
        np.fill_diagonal(metres, 0.0)
        for a, b, length_m in streets:
            i, j = rows[a], rows[b]
            metres[i, j] = metres[j, i] = min(metres[i, j], length_m)
        for via in range(len(ids)):  # Floyd and Warshall
            np.minimum(metres, metres[:, via, None] + metres[None, via, :], out=metres)
        return cls(name, ids, metres, metres / mps, modes, origin="streets given by hand")

    @classmethod
    def read_csv(
        cls,
        path: Path,
        *,
        name: str = "",
        modes: tuple[Mode, ...] = (DRIVE,),
        columns: Mapping[str, str] | None = None,
        m_per_unit: float = 1.0,
    ) -> "MatrixNetwork":
        """Return the network of a table of legs with the columns `COLUMNS`.

        Ids are text as it stands: ``007`` and ``7`` are two stops. Every ordered pair of
        different stops must appear once.

        Parameters
        ----------
        columns
            What the file calls each of `COLUMNS`; further columns are then left alone. Without
            it the file must have exactly those.
        m_per_unit
            Metres in one unit of the file's lengths, 1000 for kilometres.

        Raises
        ------
        NetworkError
            With every problem: file, line, what was found, what was expected.
        """
        return _read_legs(path, name or path.name, modes, columns, m_per_unit)

    @property
    def node_count(self) -> int:  # type: ignore[override]
        """Number of stops."""
        return len(self.ids)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over stops, legs, modes and coordinates."""
        digest = sha256(b"matrix")
        for text in (*self.ids, "", *self.modes):
            encoded = text.encode("utf-8", "surrogatepass")
            digest.update(f"{len(encoded)}:".encode() + encoded)
        for table in (self.metres, self.seconds, self.lat, self.lon):
            digest.update(b"-" if table is None else table.astype("<f8").tobytes())
        return digest.hexdigest()

    def legs_m(self, origins: Rows, destinations: Rows, mode: Mode) -> Floats:
        """Return metres between stops, elementwise with broadcasting."""
        self.require(mode)
        return np.asarray(self.metres[origins, destinations])

    def legs_s(self, origins: Rows, destinations: Rows, mode: Mode) -> Floats:
        """Return free-flow seconds between stops, likewise."""
        self.require(mode)
        return np.asarray(self.seconds[origins, destinations])

    def nearest(
        self, lats: ArrayLike, lons: ArrayLike, mode: Mode
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the nearest stops that have coordinates, and the metres to them.

        Raises
        ------
        NetworkError
            If no stop has coordinates.
        """
        self.require(mode)
        if self.lat is None or self.lon is None:
            raise NetworkError(
                self.name, ["its stops have no coordinates; name places by stop id instead"]
            )
        located = np.flatnonzero(np.isfinite(self.lat) & np.isfinite(self.lon))
        nodes, metres = nearest_by_hand(lats, lons, self.lat[located], self.lon[located])
        return located[nodes], metres

    def node_of(self, stop: str) -> NodeId:
        """Return the node of a stop.

        Raises
        ------
        NetworkError
            If there is none of that name, with the nearest name there is.
        """
        if stop in self._rows:
            return self._rows[stop]
        from difflib import get_close_matches  # noqa: PLC0415, only for the message

        meant = get_close_matches(stop, self.ids, 1)
        hint = f"; did you mean {meant[0]!r}?" if meant else ""
        raise NetworkError(
            self.name, [f"has no stop {shown(stop)}{hint}; name one of the table's stops"]
        )

    def coordinates(self, nodes: ArrayLike) -> tuple[Floats, Floats]:
        """Return latitudes and longitudes of stops, NaN where unknown."""
        rows = np.asarray(nodes, np.int64)
        if self.lat is None or self.lon is None:
            return np.full(rows.shape, np.nan), np.full(rows.shape, np.nan)
        return self.lat[rows], self.lon[rows]

    def describe(self) -> dict[str, Any]:
        """Return what the table is: plain values."""
        return {
            "name": self.name,
            "kind": "matrix",
            "origin": self.origin,
            "sha256": self.sha256,
            "licence": self.attribution or "none needed",
            "modes": [str(mode) for mode in self.modes],
            "nodes": self.node_count,
            "legs_without_way": int(np.isinf(self.seconds).sum()),
            "asymmetric_share": round(float((self.seconds != self.seconds.T).mean()), 4),
        }


def _read_legs(
    path: Path,
    name: str,
    modes: tuple[Mode, ...],
    columns: Mapping[str, str] | None,
    m_per_unit: float,
) -> MatrixNetwork:
    found = _Legs(str(path), m_per_unit)
    try:
        content = path.read_bytes()
        lines = content.decode("utf-8-sig").splitlines(keepends=True)
    except OSError as fault:
        raise NetworkError(str(path), [f"cannot be read: {fault.strerror}"]) from fault
    except UnicodeDecodeError as fault:
        raise NetworkError(str(path), [f"is not UTF-8 text ({fault}); save it as such"]) from fault
    try:
        reader = csv.reader(lines, strict=True)
        header = _header(next(reader, []), columns, path)
        for cells in reader:
            if cells:
                found.take(header, cells, reader.line_num)
    except csv.Error as fault:
        found.note(reader.line_num, f"not csv ({fault}); look for a quote that is not closed")
    ids = found.complete()
    if found.problems:
        raise NetworkError(str(path), _shortened(found.problems))
    rows = {stop: row for row, stop in enumerate(ids)}
    metres, seconds = np.zeros((2, len(ids), len(ids)))
    for (a, b), (leg_m, leg_s) in found.legs.items():
        metres[rows[a], rows[b]], seconds[rows[a], rows[b]] = leg_m, leg_s
    origin = f"{path.name}, sha256 {sha256(content).hexdigest()}"
    return MatrixNetwork(name, ids, metres, seconds, modes, origin=origin)


def _header(found: list[str], columns: Mapping[str, str] | None, path: Path) -> list[str]:
    """Return the header in our words."""
    if columns is None and sorted(found) != sorted(COLUMNS):
        commas = ",".join(COLUMNS)
        words = (
            f"{path}:1: columns are {shown(','.join(found)) or 'missing'}, expected {commas}; "
            f"make {commas} the first line, with commas between the cells of each"
        )
        raise NetworkError(str(path), [words])
    theirs = columns or {column: column for column in COLUMNS}
    problems = [
        f"no column is given for {column!r}; name the file's column for it"
        for column in COLUMNS
        if column not in theirs
    ]
    problems += [
        f"{path}:1: column {theirs[column]!r} appears {found.count(theirs[column])} times, "
        "expected 1; correct the first line"
        for column in COLUMNS
        if column in theirs and found.count(theirs[column]) != 1
    ]
    if problems:
        raise NetworkError(str(path), problems)
    ours = {theirs[column]: column for column in COLUMNS}
    return [ours.get(column, "") for column in found]


class _Legs:
    """The legs of a file as they are read, and what is wrong with them."""

    def __init__(self, source: str, m_per_unit: float) -> None:
        self.legs: dict[tuple[str, str], tuple[float, float]] = {}
        self.problems: list[str] = []
        self._source = source
        self._m_per_unit = m_per_unit

    def note(self, line: int, words: str) -> None:
        """Note one problem of a line."""
        self.problems.append(f"{self._source}:{line}: {words}")

    def take(self, header: Sequence[str], cells: Sequence[str], line: int) -> None:
        """Take one row of the file."""
        if len(cells) != len(header):
            few = f"{len(cells)} cells, expected {len(header)} as in the first line"
            self.note(line, f"{few}; put text with commas in double quotes")
            return
        row: Mapping[str, str] = dict(zip(header, cells, strict=True))
        a, b = row["from"], row["to"]
        leg_m, leg_s = self._figure("m", row, line), self._figure("s", row, line)
        if not (a and b):
            self.note(line, "a stop has no name, expected its id")
        elif (a, b) in self.legs:
            self.note(line, f"leg {shown(a)} to {shown(b)} stands here again; keep one")
        else:
            self.legs[a, b] = ((leg_m or 0.0) * self._m_per_unit, leg_s or 0.0)
            if leg_m is not None and leg_s is not None:
                self._judge(a, b, line)

    def _figure(self, column: str, row: Mapping[str, str], line: int) -> float | None:
        value = _number(row[column])
        if value is None:
            words = f"{column} is {shown(row[column])}, expected a number of at least 0"
            self.note(line, f"{words} with a decimal point")
        return value

    def _judge(self, a: str, b: str, line: int) -> None:
        """Doubt what no vehicle drives."""
        leg_m, leg_s = self.legs[a, b]
        if a == b and (leg_m or leg_s):
            words = f"leg {shown(a)} to itself is {leg_m:g} m and {leg_s:g} s, expected 0"
            self.note(line, f"{words}; take the line out")
        # Tables round to whole seconds: a second more is granted.
        elif leg_m > FASTEST_MPS * (leg_s + 1):
            words = f"leg {shown(a)} to {shown(b)} is {leg_m:,.0f} m in {leg_s:g} s"
            limit = f"expected at most {FASTEST_MPS * 3.6:g} km/h"
            self.note(line, f"{words}, {limit}; m is in metres and s in seconds")

    def complete(self) -> tuple[str, ...]:
        """Return all stops in the order first named, after noting legs that are missing."""
        ids = tuple(dict.fromkeys(stop for leg in self.legs for stop in leg))
        if not ids:
            self.problems.append(f"{self._source}: has no leg, expected one line for each")
        wanted = len(ids) * (len(ids) - 1) - sum(a != b for a, b in self.legs)
        missing = ((a, b) for a in ids for b in ids if a != b and (a, b) not in self.legs)
        named = list(islice(missing, min(wanted, _LISTED)))
        self.problems += [
            f"{self._source}: leg {shown(a)} to {shown(b)} is missing, expected a line for every "
            "ordered pair; add it"
            for a, b in named
        ]
        if wanted > len(named):
            self.problems.append(f"{self._source}: {wanted - len(named):,} more legs are missing")
        return ids


def shown(text: str) -> str:
    """Return a text of a stranger as it may be printed: quoted, short, without steering."""
    cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return repr(cut) if text else ""


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value >= 0 and math.isfinite(value) else None


def _shortened(problems: list[str]) -> list[str]:
    more = len(problems) - _LISTED
    return problems if more <= 0 else [*problems[:_LISTED], f"and {more} more problems"]

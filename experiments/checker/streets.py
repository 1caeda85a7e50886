"""The streets that a journal was driven on, as plain arrays: from the file of a network or given.

Nothing of the rooms that made the file is used, so a fault of theirs is not made again here.
"""

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from math import floor
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FASTEST_MPS: Final = 400 / 3.6
"""What no vehicle of a delivery day exceeds."""
_EXACT: Final = 1e-6
"""Below this, two lengths in metres or two times in seconds are the same."""


@dataclass(frozen=True)
class Pace:
    """How slow streets are over the day, for one mode.

    Attributes
    ----------
    slot_s
        Length of a slot; slot k lasts from ``k * slot_s``; slots repeat when they are through.
    pace
        Driving time over time on the empty street, shape (slots, rows), positive.
    row
        Which row an edge has, shape (edges,), or (1,) where all have the same.
    spells
        By edge, times when it is slower still: from when, until when, factor on the speed.
    """

    slot_s: float
    pace: Floats
    row: NDArray[np.integer[Any]]
    spells: Mapping[int, Sequence[tuple[float, float, float]]] = field(default_factory=dict)

    def ends_at_s(self, edge: int, free_s: float, enter_at_s: float) -> float:
        """Return when an edge that takes so long on an empty street is left."""
        row = int(self.row[edge if len(self.row) > 1 else 0])
        spells = self.spells.get(edge, ())
        bounds = sorted({at_s for spell in spells for at_s in spell[:2]})
        slot, at_s, left_s = floor(enter_at_s / self.slot_s), enter_at_s, free_s
        while True:
            slow = float(self.pace[slot % len(self.pace), row])
            for from_s, until_s, speed in spells:
                if from_s <= at_s < until_s:
                    slow /= speed
            slot_ends_s = (slot + 1) * self.slot_s
            ends_at_s = min([slot_ends_s, *(bound for bound in bounds if bound > at_s)])
            if at_s + left_s * slow <= ends_at_s:
                return at_s + left_s * slow
            left_s = max(0.0, left_s - (ends_at_s - at_s) / slow)
            at_s = ends_at_s
            slot += ends_at_s == slot_ends_s


@dataclass(frozen=True)
class Streets:
    """Directed edges.

    Attributes
    ----------
    sha256
        What a journal names them by; empty if nothing names them.
    edge_from, edge_to
        Junctions, shape (edges,); None where every ordered pair of `pairs` places is an edge:
        ``i * pairs + j`` leads from i to j.
    edge_m
        Metres, shape (edges,); None where they are not known.
    free_mps
        By mode, shape (edges,): speed on the empty street, 0 where the mode may not go.
    pace
        By mode: how slow the streets were on the day. Without it times are only checked to be
        possible.
    """

    sha256: str = ""
    edge_from: Ints | None = None
    edge_to: Ints | None = None
    edge_m: Floats | None = None
    free_mps: Mapping[str, Floats] = field(default_factory=dict)
    pace: Mapping[str, Pace] = field(default_factory=dict)
    pairs: int = 0

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return self.pairs**2 if self.edge_from is None else len(self.edge_from)

    def ends(self, edge: int) -> tuple[int, int]:
        """Return from which junction to which an edge leads."""
        if self.edge_from is None or self.edge_to is None:
            return divmod(edge, self.pairs)
        return int(self.edge_from[edge]), int(self.edge_to[edge])

    def length_m(self, edge: int) -> float | None:
        """Return the length of an edge, None where it is not known."""
        return None if self.edge_m is None else float(self.edge_m[edge])

    def is_open(self, edge: int, mode: str) -> bool:
        """Whether a mode may use an edge; yes where nothing is known of it."""
        return not self.free_mps or (mode in self.free_mps and self.free_mps[mode][edge] > 0)

    def times_s(
        self, edges: Sequence[int], lengths_m: Sequence[float], mode: str, depart_at_s: float
    ) -> list[float] | None:
        """Return when each edge is entered and when the last one is left, None where not known.

        Not rounded to the tick. A part of an edge takes its share of the time.
        """
        if mode not in self.pace or mode not in self.free_mps:
            return None
        times_s = [depart_at_s]
        for edge, driven_m in zip(edges, lengths_m, strict=True):
            free_s = driven_m / float(self.free_mps[mode][edge])
            times_s.append(self.pace[mode].ends_at_s(edge, free_s, times_s[-1]))
        return times_s

    @classmethod
    def of_file(cls, path: Path) -> "Streets":
        """Return the streets in a compiled network's ``.npz``.

        Raises
        ------
        ValueError
            If the file is no such network.
        """
        arrays, about = _unpacked(path.read_bytes(), str(path))
        try:
            return cls(
                str(about["sha256"]),
                arrays["edge_from"].astype(np.int64),
                arrays["edge_to"].astype(np.int64),
                arrays["edge_m"].astype(np.float64),
                {str(mode): arrays[f"free_mps.{mode}"] for mode in about["modes"]},
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: no compiled network, {error} is missing") from error

    @classmethod
    def of_folder(cls, folder: Path, sha256: str) -> "Streets":
        """Return the streets with this hash among the ``.npz`` files of a folder.

        Raises
        ------
        ValueError
            If none of them has it.
        """
        for path in sorted(folder.glob("**/*.npz")):
            if _sha256_in(path) == sha256:
                return cls.of_file(path)
        raise ValueError(f"{folder}: no .npz is the network {sha256[:12]}...; give its file")


def same(a: float, b: float) -> bool:
    """Whether two lengths or times are the same but for the last digits of their sums."""
    return abs(a - b) <= _EXACT


def _sha256_in(path: Path) -> str:
    """Return the hash that a file names; empty if it is no network."""
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(_array(archive.read("about.npy")).tobytes())
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        return ""
    return str(about.get("sha256", "")) if isinstance(about, dict) else ""


def _unpacked(content: bytes, source: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            arrays = {
                entry.filename.removesuffix(".npy"): _array(archive.read(entry))
                for entry in archive.infolist()
            }
        about: dict[str, Any] = json.loads(arrays["about"].tobytes())
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ValueError(f"{source}: no compiled network ({error})") from error
    return arrays, about


def _array(content: bytes) -> NDArray[Any]:
    return np.asarray(np.load(BytesIO(content), allow_pickle=False))

"""The run folder: every result with what made it. A committed row is the acknowledgement."""

import csv
import fcntl
import io
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from experiments.exits import Exit, StoppedError, printable
from experiments.files import safe_name, write_whole
from experiments.held import LOCK, MANIFEST, RESOLVED, RESULTS, held, refuse_other_things
from experiments.manifest import text_of, with_days
from experiments.record import DayRecord, Ended
from twin.errors import InputError
from twin.kpi import KPIS, Figure

TABLE: Final = "results.csv"
TIMING: Final = "timing.json"

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS days (
  policy TEXT NOT NULL, day INTEGER NOT NULL, ended TEXT NOT NULL, currency TEXT NOT NULL,
  not_included TEXT NOT NULL, journal_sha256 TEXT NOT NULL, why TEXT NOT NULL, trace TEXT NOT NULL,
  clairvoyant INTEGER NOT NULL,
  PRIMARY KEY (policy, day)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS figures (
  policy TEXT NOT NULL, day INTEGER NOT NULL, kpi TEXT NOT NULL, unit TEXT NOT NULL,
  value REAL, numerator REAL, denominator REAL, note TEXT NOT NULL,
  PRIMARY KEY (policy, day, kpi)
) WITHOUT ROWID;
"""
_BEGIN_FORMULAS: Final = frozenset("=+-@|%\t\r\n\uff1d\uff0b\uff0d\uff20")
"""First characters of what spreadsheets run; the last four are the wide forms."""
_UNITS: Final = {kpi.name: kpi.unit for kpi in KPIS}
_PLACE: Final = {kpi.name: place for place, kpi in enumerate(KPIS)}


class RunFolder:
    """A folder of results that this process alone may write to; made by `RunFolder.opened`."""

    def __init__(
        self, folder: Path, database: sqlite3.Connection, made_from: Mapping[str, Any]
    ) -> None:
        self.folder = folder
        self.made_from = made_from
        self.came_out_otherwise: list[tuple[str, int]] = []
        """Policy and number of the kept days that were lived again and had another journal."""
        self._database = database

    @classmethod
    @contextmanager
    def opened(
        cls, folder: Path, made_from: Mapping[str, Any], given: str, resolved: str
    ) -> Iterator["RunFolder"]:
        """Open a run folder: new, made from the same, or without a finished day.

        What is there stays; policies and days that are new join it. What is there of another
        manifest is removed if none of its days was finished: a day that was refused or stopped
        shall not stand in the way of the next try. So it is with a policy that has been changed.

        Parameters
        ----------
        made_from
            The manifest of what is wanted.
        given, resolved
            The scenario as the user wrote it, and with every default filled in.

        Raises
        ------
        InputError
            If the folder holds other things, or results of another manifest; names what differs.
        StoppedError
            If another process is writing to it.
        OSError
            If the disk does not let us.
        """
        folder.mkdir(parents=True, exist_ok=True)
        refuse_other_things(folder)
        with _locked(folder):
            there = held(folder, made_from, resolved)
            if there.is_of_something_else:
                _remove_unfinished(folder)
            write_whole(folder / MANIFEST, text_of(there.made_from))
            write_whole(folder / "scenario.yaml", given.encode())
            write_whole(folder / RESOLVED, resolved.encode())
            database = sqlite3.connect(folder / RESULTS)
            try:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("PRAGMA synchronous = FULL")
                database.executescript(_SCHEMA)
                _forget(database, there.changed)
                yield cls(folder, database, there.made_from)
            except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
                raise  # faults of ours
            except sqlite3.DatabaseError as error:  # no space, no permission, no database
                raise OSError(None, f"cannot store results: {error}", str(folder)) from error
            finally:
                database.close()

    def journal_path(self, policy: str, day: int) -> Path:
        """Return where the journal of a day goes; its folder exists afterwards."""
        folder = self.folder / "journals" / safe_name(policy)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"day-{day:04d}.jsonl.gz"

    def keep(self, record: DayRecord) -> None:
        """Store a day; when this returns, it outlives a power cut."""
        with self._database as transaction:
            transaction.execute(
                "INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    record.policy,
                    record.day,
                    record.ended,
                    record.currency,
                    json.dumps(record.not_included),
                    record.journal_sha256,
                    record.why,
                    record.trace,
                    record.clairvoyant,
                ),
            )
            transaction.execute(
                "DELETE FROM figures WHERE policy = ? AND day = ?", (record.policy, record.day)
            )
            transaction.executemany(
                "INSERT INTO figures VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        record.policy,
                        record.day,
                        name,
                        _UNITS[name],
                        figure.value,
                        figure.numerator,
                        figure.denominator,
                        figure.note,
                    )
                    for name, figure in record.figures.items()
                ],
            )

    def records(self) -> list[DayRecord]:
        """Return every day that is kept, sorted by policy and day, as it was when it was kept."""
        figures: dict[tuple[str, int], dict[str, Figure]] = {}
        for policy, day, name, *figure in self._database.execute(
            "SELECT policy, day, kpi, value, numerator, denominator, note FROM figures"
        ):
            figures.setdefault((policy, day), {})[name] = Figure(*figure)
        days = self._database.execute(
            "SELECT policy, day, ended, currency, not_included, clairvoyant, journal_sha256, why, "
            "trace FROM days ORDER BY policy, day"
        ).fetchall()
        records = []
        for policy, day, ended, currency, not_included, clairvoyant, sha256, why, trace in days:
            found = figures.get((policy, day), {})
            records.append(
                DayRecord(
                    policy=policy,
                    day=day,
                    ended=Ended(ended),
                    figures={name: found[name] for name in sorted(found, key=_place)},
                    currency=currency,
                    not_included=tuple(json.loads(not_included)),
                    clairvoyant=bool(clairvoyant),
                    journal_sha256=sha256,
                    why=why,
                    trace=trace,
                )
            )
        return records

    def complete(self) -> Path:
        """Write the table of all results, now that every day is there, and return its path.

        The manifest names the days that are there from now on, and no others. A day that did not
        come to its end has one row, `day_failed`.
        """
        days = self._database.execute("SELECT policy, day, ended FROM days").fetchall()
        kept: dict[str, list[int]] = {}
        for policy, day, _ in days:
            kept.setdefault(policy, []).append(day)
        self.made_from = with_days(self.made_from, kept)
        write_whole(self.folder / MANIFEST, text_of(self.made_from))
        rows = self._database.execute(
            "SELECT policy, day, kpi, value, unit, numerator, denominator FROM figures"
        ).fetchall()
        rows += [
            (policy, day, "day_failed", 1.0, "count", None, None)
            for policy, day, ended in days
            if ended != Ended.FINISHED
        ]
        rows.sort(key=lambda row: (row[0], row[1], _place(row[2]), row[2]))
        text = io.StringIO(newline="")
        table = csv.writer(text, lineterminator="\n")
        table.writerow(("policy", "day", "kpi", "value", "unit", "numerator", "denominator"))
        for row in rows:
            table.writerow([defused(cell) if isinstance(cell, str) else cell for cell in row])
        path = self.folder / TABLE
        write_whole(path, text.getvalue().encode("utf-8", "backslashreplace"))
        return path

    def write(self, name: str, data: bytes) -> Path:
        """Write a file of the folder, whole or not at all, and return its path."""
        path = self.folder / name
        write_whole(path, data)
        return path

    def keep_times(self, seconds: Mapping[str, Mapping[str, float]]) -> None:
        """Write how long the parts took: the only file that may differ between equal runs."""
        text = json.dumps(
            {"wall_s": {key: dict(parts) for key, parts in seconds.items()}}, indent=2
        )
        self.write(TIMING, (text + "\n").encode())


def _place(kpi: str) -> int:
    return _PLACE.get(kpi, len(_PLACE))


def defused(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula and no terminal for a command."""
    return f"'{printable(cell)}" if cell.lstrip(" ")[:1] in _BEGIN_FORMULAS else printable(cell)


def read_records(folder: Path) -> list[tuple[str, int, Ended, str]]:
    """Return policy, day, how it ended and why of every day that a folder holds, sorted."""
    database = sqlite3.connect(f"{(folder / RESULTS).resolve().as_uri()}?mode=ro", uri=True)
    try:
        rows = database.execute(
            "SELECT policy, day, ended, why FROM days ORDER BY policy, day"
        ).fetchall()
    finally:
        database.close()
    return [(policy, day, Ended(ended), why) for policy, day, ended, why in rows]


def kept_fingerprint(folder: Path, policy: str, day: int) -> str:
    """Return the fingerprint of a kept day's journal; empty if the folder does not tell it."""
    if not (folder / RESULTS).is_file():
        return ""
    database = sqlite3.connect(f"{(folder / RESULTS).resolve().as_uri()}?mode=ro", uri=True)
    try:
        found = database.execute(
            "SELECT journal_sha256 FROM days WHERE policy = ? AND day = ?", (policy, day)
        ).fetchone()
    except sqlite3.DatabaseError:
        return ""  # the journal can still be read
    finally:
        database.close()
    return str(found[0]) if found else ""


def _forget(database: sqlite3.Connection, policies: Iterable[str]) -> None:
    """Remove the days of policies, none of which came to its end."""
    with database as transaction:
        for policy in policies:
            transaction.execute("DELETE FROM days WHERE policy = ?", (policy,))


_OURS: Final = (f"{RESULTS}*", TABLE, TIMING, "routes*.png", "journals/*/day-*.jsonl.gz*")
"""What a run writes beside what names it."""


def _remove_unfinished(folder: Path) -> None:
    for pattern in _OURS:
        for path in sorted(folder.glob(pattern)):
            path.unlink()
    for empty in sorted(folder.glob("journals/*")):
        if empty.is_dir() and not any(empty.iterdir()):
            empty.rmdir()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it however this process ends."""
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoppedError(
                Exit.REFUSED,
                f"{folder}: another run is writing to it; wait for it or give another with -o",
            ) from None
        yield
    finally:
        os.close(handle)


def is_free_for(folder: Path, made_from: Mapping[str, Any]) -> bool:
    """Whether a folder is new, empty, of the same results, or without a finished day."""
    if not folder.exists():
        return True
    try:
        refuse_other_things(folder)
        held(folder, made_from)
    except InputError:
        return False
    return True

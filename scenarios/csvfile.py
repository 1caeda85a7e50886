"""Tables of strangers, row by row: text stays text, and what is wrong has its line.

Cells are read by the columns that ask for them. Nothing is guessed: ``007`` is not ``7``, ``NA``
is a name, ``=cmd|...`` is text, a decimal comma and a day before its month are refused.
"""

import codecs
import csv
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from scenarios.localday import LocalDay
from scenarios.problems import Refused, did_you_mean, shown
from twin.units import parse_clock

MAX_ROWS: Final = 300_000
"""Rows of one table: three times what the largest parcel depots handle in a day."""
MAX_FIELD: Final = 10_000
"""Characters of one cell."""
MAX_LISTED: Final = 20
"""Problems of one table that are written out; the rest is counted."""

SYNONYMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "latitude": "lat", "longitude": "lon", "lng": "lon", "long": "lon", "order_id": "id",
        "weight": "kg", "weight_kg": "kg", "mass": "kg", "volume": "litres", "size": "litres",
        "volume_l": "litres", "quantity": "parcels", "pieces": "parcels", "packages": "parcels",
        "window": "window_opens", "time_window": "window_opens", "window_from": "window_opens",
        "window_start": "window_opens", "ready_time": "window_opens", "window_to": "window_closes",
        "window_end": "window_closes", "due_date": "window_closes", "promise": "promised",
        "service": "fixed_s", "service_time": "fixed_s", "service_s": "fixed_s",
        "shift_start": "shift_begins", "shift_end": "shift_ends", "capacity": "kg",
        "service_class": "class",
    }
)  # fmt: skip
"""What others call our columns: left unread in silence, a day would lose what they say."""
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_DAY_FIRST = re.compile(r"[0-9]{1,2}[/.\- ][0-9]{1,2}[/.\- ][0-9]{2,4}.*", re.DOTALL)
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a table may have.

    Attributes
    ----------
    read
        Turns a cell that is not empty into a value, or raises ValueError with words.
    is_needed
        Whether a table without it, or a row with an empty cell in it, is refused.
    meaning
        What stands in it, with its unit.
    """

    name: str
    read: Callable[[str], Any]
    meaning: str
    is_needed: bool = False


@dataclass(slots=True)
class Findings:
    """What is wrong with a table: the first of them in words, the others counted."""

    source: str
    words: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, what: str) -> None:
        """Note one problem."""
        self.count += 1
        if len(self.words) < MAX_LISTED:
            self.words.append(f"{self.source}:{line}: {what}")

    def listed(self) -> list[str]:
        """Return one line each, and a count of those left out."""
        more = self.count - len(self.words)
        tail = [f"{self.source}: ... and {more:,} more of this table"] if more else []
        return self.words + tail


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, and the values of the columns that were asked for."""

    line: int
    values: Mapping[str, Any]

    def get(self, name: str) -> Any:  # noqa: ANN401
        """Return the value in a column, None where the cell is empty or there is none."""
        return self.values.get(name)


def read_rows(
    path: Path, columns: Sequence[Column], mapping: Mapping[str, str], findings: Findings
) -> Iterator[Row]:
    """Yield the rows of a csv file, streamed.

    Parameters
    ----------
    columns
        Which columns may be there. Others are ignored, unless they look like a slip of one.
    mapping
        Our column name to the name in the file, where they differ.
    findings
        Takes what is wrong; rows with a wrong cell are not yielded.
    """
    size = _line_count(path, findings)
    if size is None:
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(_checked(file, findings), strict=True)
        try:
            header = next(reader, None)
            if header is None:
                findings.add(1, "an empty table, expected a first row of column names")
                return
            places = _places(header, columns, mapping, findings)
            if places is None:
                return
            line = reader.line_num + 1
            for cells in reader:
                row = _row(cells, len(header), places, line, findings)
                line = reader.line_num + 1
                if row is not None:
                    yield row
        except csv.Error as error:
            findings.add(
                reader.line_num,
                f"not csv ({error}), expected cells separated by commas with text in straight "
                "double quotes; look for a quote that is not closed",
            )
        except UnicodeDecodeError:
            findings.add(
                reader.line_num + 1, "bytes that are not UTF-8, expected UTF-8; save it as such"
            )


def _line_count(path: Path, findings: Findings) -> int | None:
    """Return how many lines a file has, None if it cannot be a table of ours."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            if start.startswith(_UTF16):
                findings.add(1, "text in UTF-16, expected UTF-8; save it as csv UTF-8")
                return None
            file.seek(0)
            count = 0
            while block := file.read(1 << 20):
                if b"\0" in block:
                    line = count + block.count(b"\n", 0, block.index(b"\0")) + 1
                    findings.add(line, "a NUL byte, expected text; export the table again")
                    return None
                count += block.count(b"\n")
                if count > MAX_ROWS + 1:
                    findings.add(
                        count,
                        f"more than {MAX_ROWS:,} rows, expected the orders of one day; split the "
                        "table by day",
                    )
                    return None
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        findings.add(1, "no such file, expected a table; check its name")
        return None
    return count


def _checked(lines: Iterator[str], findings: Findings) -> Iterator[str]:
    """Yield lines, cut short where one is far too long for a row of a table."""
    for number, line in enumerate(lines, start=1):
        if len(line) > 100 * MAX_FIELD:
            findings.add(number, f"a line of {len(line):,} characters, expected a row; shorten it")
            return
        yield line


def _places(
    header: list[str], columns: Sequence[Column], mapping: Mapping[str, str], findings: Findings
) -> dict[int, Column] | None:
    """Return which column stands at which place of a row, None if the header will not do."""
    before = findings.count
    names = [name.strip() for name in header]
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        findings.add(
            1,
            f"no commas in the first row ({shown(names[0])}), expected commas between columns; "
            "export it with commas and a decimal point",
        )
        return None
    for name in sorted({name for name in names if names.count(name) > 1}):
        findings.add(1, f"column {shown(name)} stands {names.count(name)} times, expected once")
    known = {column.name: column for column in columns}
    for ours in mapping:
        if ours not in known:
            hint = did_you_mean(ours, known)
            findings.add(
                1, f"mapping of an unknown column ({shown(ours)}){hint}; known: {', '.join(known)}"
            )
    places: dict[int, Column] = {}
    for column in columns:
        wanted = mapping.get(column.name, column.name)
        if wanted in names:
            places[names.index(wanted)] = column
        elif column.name in mapping:
            hint = did_you_mean(wanted, names)
            findings.add(1, f"no column {shown(wanted)}{hint}, expected it for {column.name}")
        elif column.is_needed:
            findings.add(
                1,
                f"no column {shown(column.name)} ({column.meaning}), expected it; rename one, or "
                f"name it in `mapping: {{{column.name}: ...}}`; found {_listed(names)}",
            )
    _note_slips(names, places, known, findings)
    return places if findings.count == before else None


def _note_slips(
    names: list[str], places: dict[int, Column], known: Mapping[str, Column], findings: Findings
) -> None:
    """Note columns that are not ours but look like a slip of one that is missing."""
    taken = {column.name for column in places.values()}
    missing = [name for name in known if name not in taken]
    for at, name in enumerate(names):
        if at in places or name in known:
            continue
        meant = SYNONYMS.get(re.sub(r"[^a-z]+", "_", name.lower()).strip("_"), "")
        if _looks_alike(name, missing):
            hint = did_you_mean(name.lower(), missing)
            findings.add(1, f"column {shown(name)} is not known{hint}; rename it, or take it out")
        elif meant in missing:
            findings.add(
                1,
                f"column {shown(name)} is not read; did you mean '{meant}' "
                f"({known[meant].meaning})?; rename it if its values are such, or take it out",
            )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(shown(name, quote=False) for name in names[:20]) or "nothing"


def _looks_alike(name: str, known: Sequence[str]) -> bool:
    """Whether a column name is a slip of one of ours: the same letters, or one letter off."""
    letters = re.sub(r"[^a-z]", "", name.lower())
    for other in known:
        ours = re.sub(r"[^a-z]", "", other)
        is_near = abs(len(letters) - len(ours)) <= 1 and len(ours) > 3  # noqa: PLR2004
        same = sum(a == b for a, b in zip(letters, ours, strict=False))
        if letters == ours or (is_near and same >= len(ours) - 1):
            return True
    return False


def _row(
    cells: list[str], width: int, places: dict[int, Column], line: int, findings: Findings
) -> Row | None:
    if not cells or (len(cells) == 1 and not cells[0].strip()):
        return None  # an empty line
    if len(cells) != width:
        findings.add(
            line,
            f"{len(cells)} cells, expected {width} as in the first row; put text with commas in "
            "double quotes",
        )
        return None
    values: dict[str, Any] = {}
    is_sound = True
    for at, column in places.items():
        cell = cells[at].strip()
        if not cell:
            if column.is_needed:
                findings.add(line, f"{column.name}: empty, expected {column.meaning}")
                is_sound = False
            continue
        try:
            values[column.name] = column.read(cell)
        except ValueError as error:
            findings.add(line, f"{column.name}: {error}")
            is_sound = False
    return Row(line, values) if is_sound else None


def read_text(cell: str) -> str:
    """Return a cell as the text it is."""
    if len(cell) > 200:  # noqa: PLR2004
        raise Refused(f"too long ({shown(cell)}), expected at most 200 characters")
    if not cell.isprintable():
        raise Refused(f"control characters ({shown(cell)}), expected plain text; remove them")
    return cell


def read_number(cell: str) -> float:
    """Return a number with a decimal point."""
    if _COMMA.fullmatch(cell):
        point = cell.replace(",", ".")
        raise Refused(f"a decimal comma ({shown(cell)}), expected a point; write {point}")
    if not _NUMBER.fullmatch(cell):
        raise Refused(f"not a number ({shown(cell)}), expected one such as 12.5")
    number = float(cell)
    if not math.isfinite(number):
        raise Refused(f"a number too large ({shown(cell)}), expected one such as 12.5")
    return number


def read_amount(cell: str) -> float:
    """Return a number that is not negative."""
    number = read_number(cell)
    if number < 0:
        raise Refused(f"negative ({cell}), expected 0 or more")
    return number


def read_count(cell: str) -> int:
    """Return a whole number, 1 or more."""
    if not re.fullmatch(r"[0-9]{1,9}", cell) or int(cell) < 1:
        raise Refused(f"not a count ({shown(cell)}), expected a whole number, 1 or more")
    return int(cell)


def read_whole(cell: str) -> int:
    """Return a whole number of either sign."""
    if not re.fullmatch(r"-?[0-9]{1,9}", cell):
        raise Refused(f"not a whole number ({shown(cell)}), expected one such as 0")
    return int(cell)


def read_latitude(cell: str) -> float:
    """Return degrees of latitude."""
    degrees = read_number(cell)
    if not -90 <= degrees <= 90:  # noqa: PLR2004
        raise Refused(f"out of range ({cell}), expected -90 to 90; are lat and lon swapped?")
    return degrees


def read_longitude(cell: str) -> float:
    """Return degrees of longitude."""
    degrees = read_number(cell)
    if not -180 <= degrees <= 180:  # noqa: PLR2004
        raise Refused(f"out of range ({cell}), expected -180 to 180")
    return degrees


def time_reader(local: LocalDay) -> Callable[[str], float]:
    """Return what reads a time: on the clock of the day, or an ISO date and time.

    The value is elapsed seconds since midnight of the day.
    """

    def read(cell: str) -> float:
        expected = "expected 08:30 or 2026-01-05T08:30"
        if "T" in cell or re.match(r"[0-9]{4}-", cell):
            try:
                moment = datetime.fromisoformat(cell)
            except ValueError:
                raise Refused(f"not a time ({shown(cell)}), {expected}") from None
            if moment.tzinfo is None:
                midnight = datetime.combine(local.date, datetime.min.time())
                problem = local.problem((moment - midnight).total_seconds())
                if problem is not None:
                    raise Refused(f"{cell} {problem}")
            return _near(local.at(moment), cell, local)
        if _DAY_FIRST.fullmatch(cell):
            raise Refused(
                f"a date whose day and month can be taken for each other ({shown(cell)}), "
                f"{expected}, year first"
            )
        try:
            clock_s = parse_clock(cell)
        except ValueError:
            raise Refused(f"not a time ({shown(cell)}), {expected}") from None
        problem = local.problem(clock_s)
        if problem is not None:
            raise Refused(f"{cell} {problem}")
        return local.elapsed_s(clock_s)

    return read


def _near(at_s: float, cell: str, local: LocalDay) -> float:
    days = 7
    if abs(at_s) > days * 86_400:
        raise Refused(
            f"{cell} is more than {days} days from the scenario's date {local.date}, expected that "
            "day; set `date:`"
        )
    return at_s

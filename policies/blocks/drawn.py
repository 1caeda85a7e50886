"""Territories drawn beforehand: a table of zones and their drivers."""

import csv
from collections.abc import Collection
from pathlib import Path
from typing import Final

from twin.errors import InputError

COLUMNS: Final = ("zone", "driver")


def read_drawn(file: str, drivers: Collection[str]) -> dict[str, str]:
    """Return the driver of each zone that a table gives to one.

    Parameters
    ----------
    file
        A csv with the columns zone and driver; more columns are for people.
    drivers
        Those of the day. Others may be named: they have another day off.

    Raises
    ------
    InputError
        If there is no such table, a zone stands in it twice, or it names no driver of the day.
    """
    try:
        with Path(file).open(encoding="utf-8-sig", newline="") as text:
            rows = csv.DictReader(text)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            listed = [] if missing else [(row["zone"], row["driver"]) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(file, [f"cannot be read: {error}; expected a csv"]) from error
    found: dict[str, str] = {}
    problems = [f"has no column {name}, expected zone and driver" for name in missing]
    for line, (zone, driver) in enumerate(listed, start=2):
        if found.setdefault(zone, driver) != driver:
            problems.append(
                f"line {line}: zone {zone} is {driver!r}'s, but {found[zone]!r}'s above; "
                "expected one driver for each zone"
            )
    if not missing and not set(found.values()) & set(drivers):
        problems.append(f"names no driver of this day; they are {', '.join(sorted(drivers))}")
    if problems:
        raise InputError(file, problems)
    return found

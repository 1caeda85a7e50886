"""All that happened, in order: append, write, read, fingerprint.

On disk a journal is one JSON object a line, keys in a fixed order: ``at_s``, ``event``, then the
fields of the event's class. The first line is the header, `DayBegan`.
"""

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from twin.errors import JournalError
from twin.events import Event

KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Event)}
"""Every class of event by its name in the journal."""

_AnEvent = TypeVar("_AnEvent", bound=Event)


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Return the adapter of a class of events, made when first needed: making all costs 0.2 s."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def to_line(event: Event) -> bytes:
    """Return an event as one line of JSON, without the line's end."""
    kind = type(event)
    body: bytes = _adapter(kind).dump_json(event)
    first, comma, rest = body.partition(b",")  # at_s is a number: no comma in it
    name = b',"event":"' + kind.__name__.encode() + b'"'
    return first + name + comma + rest if comma else body[:-1] + name + b"}"


def from_line(line: bytes | str) -> Event:
    """Return the event that a line tells of.

    Raises
    ------
    ValueError
        If it is no JSON object, of no known event, or its fields do not fit.
    """
    try:
        fields = json.loads(line, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON object: {error.msg} at column {error.colno}") from error
    except RecursionError:
        raise ValueError("no JSON object: nested too deeply") from None
    name = fields.pop("event", None) if isinstance(fields, dict) else None
    if not isinstance(name, str) or name not in KINDS:
        raise ValueError("expected a JSON object whose 'event' is one of the known kinds")
    try:
        event: Event = _adapter(KINDS[name]).validate_python(fields)
    except ValidationError as error:
        raise ValueError(f"{name}: {'; '.join(map(_problem, error.errors()))}") from error
    return event


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _problem(found: ErrorDetails) -> str:
    """Return which field does not fit and why."""
    where = ".".join(str(part) for part in found["loc"])
    return f"{where}: {found['msg'][0].lower()}{found['msg'][1:]}"


class Journal:
    """What happened on a day, in order.

    Parameters
    ----------
    events
        What is in it from the start.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.events: list[Event] = list(events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def append(self, event: Event) -> None:
        """Add what happened next."""
        self.events.append(event)

    def of(self, kind: type[_AnEvent]) -> list[_AnEvent]:
        """Return the events of one class, in order."""
        return [event for event in self.events if type(event) is kind]

    def lines(self) -> Iterator[bytes]:
        """Yield the events as lines of JSON, without line ends."""
        return (to_line(event) for event in self.events)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the lines, in hexadecimal: equal exactly if the journals are."""
        digest = sha256()
        for line in self.lines():
            digest.update(line)
            digest.update(b"\n")
        return digest.hexdigest()

    def write(self, path: Path) -> None:
        """Write to a file, gzipped if its name ends in ``.gz``; it appears whole or not at all."""
        unfinished = path.with_name(path.name + ".part")
        with unfinished.open("wb") as raw:
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
                    packed.writelines(line + b"\n" for line in self.lines())
            else:
                raw.writelines(line + b"\n" for line in self.lines())
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Journal":
        """Return the journal in a file.

        Raises
        ------
        JournalError
            If a line is no event; names the file and the line.
        """
        journal = cls()
        number = 0
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            try:
                for line in lines:
                    journal.append(from_line(line))
                    number += 1
            except (ValueError, EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise JournalError(str(path), number + 1, str(error)) from error
        return journal

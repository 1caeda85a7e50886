"""What is wrong with an input, where, and how to mend it: one line each."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the top of a document to a value."""

MAX_SHOWN: Final = 60
"""Characters of a value quoted in a message; the rest is counted."""


class Refused(ValueError):
    """Why one value is refused, in words; caught where its place is known."""


def shown(value: object, *, quote: bool = True) -> str:
    """Return a value as it may be printed: short, on one line, without control characters.

    Parameters
    ----------
    quote
        Whether text stands in quotes, so that it can be told from a number.
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"a mapping of {len(value)} keys" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    if not isinstance(value, str):
        return str(value)
    text = value if len(value) <= MAX_SHOWN else value[:MAX_SHOWN]
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    more = f"... ({len(value):,} characters)" if len(value) > MAX_SHOWN else ""
    return f"'{text}'{more}" if quote else f"{text}{more}"


def path_text(path: KeyPath) -> str:
    """Return a path as people write it: ``fleet.van.count``, ``policies.0.name``."""
    return ".".join(shown(str(part), quote=False) for part in path)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest known name, else nothing."""
    close = difflib.get_close_matches(name[:MAX_SHOWN], sorted(known), n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes
    ----------
    source
        The file, or the option of the command line; empty where the words say it.
    line
        Counted from 1; None where a source has no lines.
    path
        Which setting; empty for the whole file.
    words
        What was found, what was expected, how to mend it.
    """

    source: str
    line: int | None
    path: KeyPath
    words: str

    def __str__(self) -> str:
        if not self.source:
            return self.words
        where = self.source if self.line is None else f"{self.source}:{self.line}"
        what = f"{path_text(self.path)}: " if self.path else ""
        return f"{where}: {what}{self.words}"


class Finding(NamedTuple):
    """A setting, what is wrong with it, and the sections that this conclusion rests on."""

    path: KeyPath
    words: str
    rests: frozenset[str]

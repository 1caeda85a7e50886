"""A journal's lines as plain objects, from a file or from memory."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from experiments.checker.words import Event


def lines_of(path: Path) -> Iterator[bytes]:
    """Yield the lines of a journal, packed or not.

    Raises
    ------
    ValueError
        If a packed file is cut or damaged.
    """
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        try:
            yield from lines
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(f"{path}: is cut or damaged ({error})") from error


def events_of(lines: Iterable[bytes]) -> Iterator[Event]:
    """Yield the object of each line; a line that holds none gives one without a kind."""
    for line in lines:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            found = {"event": f"no JSON: {error}"}
        yield found if isinstance(found, dict) else {"event": f"no object: {found!r:.60}"}

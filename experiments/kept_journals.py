"""Whether a kept journal is still the one of its day."""

import gzip
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Final

_PART_BYTES: Final = 1 << 20
_SHOWN: Final = 12
"""Characters of a fingerprint that people are shown."""


def short(fingerprint: str) -> str:
    """Return a fingerprint as people are shown it: its beginning."""
    return f"{fingerprint[:_SHOWN]}..."


def journal_problem(path: Path, fingerprint: str) -> str:
    """Return what is wrong with a kept journal, in words; empty if it is that of its day.

    Parameters
    ----------
    path
        Of a gzipped journal that is there.
    fingerprint
        Of the day, as it was kept: the SHA-256 of the journal's lines.
    """
    digest = sha256()
    try:
        with gzip.open(path, "rb") as lines:
            while part := lines.read(_PART_BYTES):
                digest.update(part)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        return f"is cut short or damaged ({error})"
    found = digest.hexdigest()
    if found == fingerprint:
        return ""
    return f"is another one ({short(found)} there, {short(fingerprint)} kept)"

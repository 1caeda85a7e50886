"""Files that appear whole or not at all, and names that are safe as names of folders."""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Final

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST_NAME: Final = 80
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is there in full or not at all, whatever ends the process.

    Raises
    ------
    OSError
        If the disk is full or does not let us; what was there before stays.
    """
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)  # on a full disk it would only be in the way
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames inside a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def safe_name(name: str) -> str:
    """Return a name that can be a folder's on any system; different names stay different.

    Letters, digits, ``.``, ``_`` and ``-`` are kept. A name that had to be changed ends in eight
    characters of its hash.
    """
    safe = _UNSAFE.sub("_", name)[:_LONGEST_NAME].lstrip(".")
    if safe == name and name and not _RESERVED.fullmatch(name) and not name.endswith("."):
        return name
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe.rstrip('.') or 'name'}-{digest}"

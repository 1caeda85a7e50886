"""Text files of numbers, line by line, with what is wrong in them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scenarios.importers.vrp import VrpInstance
from twin.errors import ScenarioError

MAX_BYTES: Final = 100_000_000
MAX_LISTED: Final = 20

NumberedLines = Sequence[tuple[int, str]]
"""Lines that are not empty, stripped, with their numbers from 1."""


@dataclass(slots=True)
class Findings:
    """What is wrong with a file, up to `MAX_LISTED` lines of it."""

    source: str
    problems: list[str] = field(default_factory=list)

    def add(self, line: int, words: str) -> None:
        """Note one problem."""
        if len(self.problems) < MAX_LISTED:
            self.problems.append(f"{self.source}:{line}: {words}")

    def refuse_if_wrong(self) -> None:
        """Raise what was noted, if anything."""
        if self.problems:
            raise ScenarioError(self.source, self.problems)

    def checked(self, found: VrpInstance) -> VrpInstance:
        """Return an instance whose values make sense."""
        for words in found.problems():
            self.add(1, words)
        self.refuse_if_wrong()
        return found


def read_lines(path: Path, source: str) -> NumberedLines:
    """Return the lines of a file that are not empty, stripped, with their numbers."""
    try:
        if path.stat().st_size > MAX_BYTES:
            words = f"larger than {MAX_BYTES:,} bytes, expected one instance"
            raise ScenarioError(source, [f"{source}:1: {words}"])
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        words = "no such file, expected an instance; check its name"
        raise ScenarioError(source, [f"{source}: {words}"]) from None
    except UnicodeDecodeError:
        words = "bytes that are not UTF-8, expected text"
        raise ScenarioError(source, [f"{source}:1: {words}"]) from None
    numbered = enumerate((line.strip() for line in text.split("\n")), start=1)
    return [(number, line) for number, line in numbered if line]


def number(text: str) -> float | None:
    """Return a finite number, None if the text is none."""
    if not re.fullmatch(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None

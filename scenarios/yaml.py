"""The one way YAML comes in: a small, safe and predictable part of it, each value with its line.

Scalars are those of YAML 1.2 without its octal and hexadecimal numbers, so ``12:30``, ``NO``,
``0123`` and ``0x1F`` are the text they look like. Anchors, aliases, merge keys, tags, directives,
several documents, duplicate keys and numbers that are not finite are refused. The tree is built
from parser events with a stack of our own, so depth is counted and never recursed into.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import yaml

from scenarios.problems import KeyPath, Problem, shown
from twin.errors import ScenarioError

YamlValue: TypeAlias = "bool | int | float | str | list[YamlValue] | dict[str, YamlValue] | None"

MAX_BYTES: Final = 2_000_000
"""A scenario is settings; what is larger is a table and belongs in a csv file."""
MAX_DEPTH: Final = 32
"""Mappings and lists inside one another; the deepest setting we know lies at 6."""
MAX_DIGITS: Final = 15
"""Whole numbers of more digits are no longer exact as floats, and are slips."""

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAB_INDENT = re.compile(r"^[ ]*\t", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML file says, and where.

    Attributes
    ----------
    value
        Its content; mappings have text keys.
    lines
        The line, counted from 1, of each path of keys and list positions.
    refused
        Paths whose value was refused; they hold None, and nothing more is said about them.
    problems
        What was wrong short of the file being unreadable.
    """

    value: YamlValue
    lines: Mapping[KeyPath, int]
    refused: frozenset[KeyPath] = frozenset()
    problems: tuple[Problem, ...] = ()


def read_text(data: bytes, source: str) -> str:
    """Return the text of a file given as bytes.

    Raises
    ------
    ScenarioError
        If it is too large, not UTF-8, or holds control characters.
    """
    if len(data) > MAX_BYTES:
        words = (
            f"too large (more than {MAX_BYTES:,} bytes), expected settings; put orders into a csv "
            "file and name it"
        )
        raise ScenarioError(source, [f"{source}:1: {words}"])
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:4] == b"\x00\x00\xfe\xff":
        raise ScenarioError(
            source, [f"{source}:1: text in UTF-16 or UTF-32, expected UTF-8; save it as UTF-8"]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        words = (
            f"byte {data[error.start]:#04x} is not UTF-8, expected UTF-8 text; save the file as "
            "UTF-8"
        )
        raise ScenarioError(source, [f"{source}:{line}: {words}"]) from None
    problems = [
        f"{source}:{text.count(chr(10), 0, match.start()) + 1}: control character "
        f"({shown(match.group())}), expected plain text; remove it"
        for match in list(_UNPRINTABLE.finditer(text))[:20]
    ]
    if problems:
        raise ScenarioError(source, problems)
    return text


def parse(text: str, source: str) -> Document:
    """Return the content of YAML text with the line of every value.

    Parameters
    ----------
    source
        How the file is called in messages.

    Raises
    ------
    ScenarioError
        If it cannot be read at all: a syntax error, tabs as indentation, too deep, empty, or
        several documents. Values refused one by one are problems of the returned document.
    """
    tabs = [
        Problem(source, text.count("\n", 0, match.start()) + 1, (), _TAB_WORDS)
        for match in _TAB_INDENT.finditer(text)
    ]
    if tabs:
        raise ScenarioError(source, [str(problem) for problem in tabs])
    builder = _Builder(source)
    try:
        for event in _events(text):
            builder.take(event)
            if builder.fatal:
                break
    except yaml.MarkedYAMLError as error:
        builder.problems.append(_syntax_problem(source, error))
        builder.fatal = True
    if not builder.fatal and builder.documents == 0:
        builder.problems.append(
            Problem(source, 1, (), "empty, expected settings such as `name: downtown`")
        )
        builder.fatal = True
    if builder.fatal:
        raise ScenarioError(source, [str(problem) for problem in builder.problems])
    return Document(
        builder.root, builder.lines, frozenset(builder.refused), tuple(builder.problems)
    )


_TAB_WORDS: Final = "a tab as indentation, expected spaces; replace it by spaces"


def _events(text: str) -> Iterator[yaml.Event]:
    events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)
    return events


def _syntax_problem(source: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = 1 if mark is None else mark.line + 1
    said = " ".join(part for part in (error.context, error.problem) if part)
    if "'\\t'" in said:
        return Problem(source, line, (), _TAB_WORDS)
    return Problem(
        source,
        line,
        (),
        f"not YAML ({said}), expected `key: value` lines; check quotes, brackets and colons here "
        "and on the line before",
    )


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being filled."""

    value: dict[str, YamlValue] | list[YamlValue]
    path: KeyPath
    key: str | None = None
    """Of a mapping: the key whose value comes next."""
    is_dropped: bool = False
    """Of a mapping: the value that comes next is read and thrown away."""


@dataclass(slots=True)
class _Builder:
    """Builds a tree from parser events, iteratively."""

    source: str
    root: YamlValue = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    refused: set[KeyPath] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)
    documents: int = 0
    fatal: bool = False

    def take(self, event: yaml.Event) -> None:
        mark = event.start_mark
        line = 1 if mark is None else mark.line + 1
        match event:
            case yaml.DocumentStartEvent():
                self._begin_document(event, line)
            case yaml.AliasEvent():
                words = f"an alias (*{shown(event.anchor, quote=False)}), expected the value itself"
                self._place_refused(line, f"{words}; write it out")
            case yaml.ScalarEvent():
                self._take_scalar(event, line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._open(event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.stack.pop()

    def _say(self, line: int, path: KeyPath, words: str) -> None:
        self.problems.append(Problem(self.source, line, path, words))

    def _begin_document(self, event: yaml.DocumentStartEvent, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            self._say(line, (), "a second document, expected one; put it into a file of its own")
            self.fatal = True
        elif event.version or event.tags:
            self._say(line, (), "a directive (%), expected settings only; remove that line")

    def _take_scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            self._take_key(frame, event, line)
            return
        problem = _decoration(event)
        value: YamlValue = event.value
        if problem is None and event.style is None:
            value, problem = scalar(event.value)
        if problem is None and isinstance(value, str) and _UNPRINTABLE.search(value):
            problem = f"text with a control character ({shown(value)}), expected plain text"
        if problem is not None:
            self._place_refused(line, problem)
        else:
            self._place(value, line)

    def _take_key(self, frame: _Frame, event: yaml.ScalarEvent, line: int) -> None:
        frame.key = key = event.value
        words = _decoration(event)
        if key == "<<":
            words = "a merge key (<<), expected settings; write them out, or use `extends:`"
        elif _UNPRINTABLE.search(key):
            words = f"a control character in a key ({shown(key)}), expected plain text"
        elif key in frame.value:
            first = self.lines[(*frame.path, key)]
            words = f"duplicate key ({shown(key)}), first on line {first}; keep one of them"
        if words is not None:
            frame.is_dropped = True
            self._say(line, (*frame.path, key), words)
        else:
            self.lines[(*frame.path, key)] = line

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, line: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self._say(line, (), f"nested deeper than {MAX_DEPTH} levels; no setting needs that")
            self.fatal = True
            return
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            self._say(line, frame.path, "a mapping or list as a key, expected a plain word as key")
            self.fatal = True
            return
        problem = _decoration(event)
        if problem is not None:
            self._say(line, self._path_ahead(), problem)
        value: dict[str, YamlValue] | list[YamlValue]
        value = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._path_ahead()
        self._place(value, line)
        self.stack.append(_Frame(value, path))

    def _path_ahead(self) -> KeyPath:
        """Return the path of the value that is placed next."""
        if not self.stack:
            return ()
        frame = self.stack[-1]
        here = frame.key if isinstance(frame.value, dict) else len(frame.value)
        return frame.path if here is None else (*frame.path, here)

    def _place_refused(self, line: int, words: str) -> None:
        path = self._path_ahead()
        self._say(line, path, words)
        self.refused.add(path)
        if self.stack and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None:
            # An alias as a key: its value would be taken for one.
            self.stack[-1].key = ""
            self.stack[-1].is_dropped = True
            return
        self._place(None, line)

    def _place(self, value: YamlValue, line: int) -> None:
        if not self.stack:
            self.root = value
            self.lines[()] = line
            return
        frame = self.stack[-1]
        if isinstance(frame.value, list):
            self.lines[(*frame.path, len(frame.value))] = line
            frame.value.append(value)
            return
        if frame.key is not None and not frame.is_dropped:
            frame.value[frame.key] = value
        frame.key = None
        frame.is_dropped = False


def _decoration(event: yaml.NodeEvent) -> str | None:
    """Return what is wrong with an anchor or tag before a value, if anything."""
    if event.anchor is not None:
        return f"an anchor (&{shown(event.anchor, quote=False)}), expected plain values; remove it"
    tag = getattr(event, "tag", None)
    if tag is not None:
        return f"a tag ({shown(tag, quote=False)}), expected plain values; remove it"
    return None


def scalar(text: str) -> tuple[YamlValue, str | None]:
    """Return the value of an unquoted scalar, and what is wrong with it, if anything."""
    if _NULL.fullmatch(text):
        return None, None
    if _TRUE.fullmatch(text):
        return True, None
    if _FALSE.fullmatch(text):
        return False, None
    if _INT.fullmatch(text):
        if len(text.lstrip("+-")) > MAX_DIGITS:
            return None, f"a number too large ({shown(text)}), expected at most {MAX_DIGITS} digits"
        return int(text), None
    if _NOT_FINITE.fullmatch(text):
        return None, f"not a finite number ({shown(text)}), expected a number; give one"
    if _FLOAT.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            return None, f"a number too large ({shown(text)}), expected one that fits a float"
        return number, None
    return text, None

"""A scenario file becomes a specification, or a list of everything that is wrong with it."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from scenarios.crosschecks import cross_check
from scenarios.pairs import pair_problems
from scenarios.paths import inside
from scenarios.problems import KeyPath, Problem, shown
from scenarios.schema import ScenarioSpec
from scenarios.shorthand import Layer, Settings, lay, write_out
from scenarios.tables import NO_TABLES, Tables, read_tables
from scenarios.wording import problems_of
from scenarios.yaml import MAX_BYTES, Document, parse, read_text
from twin.errors import ScenarioError

MAX_LISTED: Final = 50
"""Problems written out; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario that was read, and what it was read from.

    Attributes
    ----------
    text
        The file as given.
    where
        Source and line of each setting that was said.
    base_dir
        The folder that paths in the scenario start from; none of them leads out of it.
    tables
        The rows of the csv files it names.
    """

    spec: ScenarioSpec
    text: str
    where: Layer
    base_dir: Path
    tables: Tables


def library() -> tuple[str, ...]:
    """Return the names of the shipped scenarios, sorted."""
    folder = resources.files("scenarios") / "library"
    return tuple(
        sorted(
            entry.name.removesuffix(".yaml")
            for entry in folder.iterdir()
            if entry.name.endswith(".yaml")
        )
    )


def library_text(name: str) -> str:
    """Return the text of a shipped scenario.

    Raises
    ------
    ScenarioError
        If there is none of that name.
    """
    if name not in library():
        raise ScenarioError(
            name, [f"no shipped scenario ({shown(name)}), expected one of {', '.join(library())}"]
        )
    return (resources.files("scenarios") / "library" / f"{name}.yaml").read_text(encoding="utf-8")


def load(path: Path | str, overrides: Sequence[str] = ()) -> Loaded:
    """Return the scenario in a file.

    Parameters
    ----------
    overrides
        ``path=value`` as typed after ``--set``, laid over the file in this order.

    Raises
    ------
    ScenarioError
        With every problem of the file, the overrides and the tables that it names.
    """
    path = Path(path)
    data = _read_bytes(path, str(path))
    text = read_text(data, str(path))
    return load_text(text, str(path), path.parent, overrides)


def load_text(text: str, source: str, base_dir: Path, overrides: Sequence[str] = ()) -> Loaded:
    """Return the scenario in a text; see `load`.

    Parameters
    ----------
    source
        How the text is called in messages.
    base_dir
        The folder that paths in it start from.
    """
    problems: list[Problem] = []
    document = parse(text, source)
    layer = _layer(document, source, problems)
    refused = set(document.refused)
    base = layer.value.pop("extends", None)
    if base is not None:
        below, below_refused = _base(base, layer.place_of(("extends",)), base_dir, problems)
        layer = lay(below, layer)
        refused |= below_refused
    for override in overrides:
        above = _override(override, problems)
        if above is not None:
            layer = lay(layer, above)
    spec, found = _validate(layer, refused, base_dir)
    problems += found
    if problems or spec is None:
        raise scenario_error(source, problems)
    return Loaded(spec, text, layer, base_dir, _tables(spec, layer, base_dir))


def scenario_error(source: str, problems: Iterable[Problem]) -> ScenarioError:
    """Return the error that lists problems in the order of their lines."""
    ordered = sorted(
        dict.fromkeys(problems),
        key=lambda problem: (problem.source != source, problem.source, problem.line or 0),
    )
    lines = [str(problem) for problem in ordered[:MAX_LISTED]]
    if len(ordered) > MAX_LISTED:
        lines.append(f"... and {len(ordered) - MAX_LISTED} more")
    return ScenarioError(source, lines)


def _read_bytes(path: Path, source: str) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than may be read shows that it is too large, whatever its size.
            return file.read(MAX_BYTES + 1)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else "not a file"
        raise ScenarioError(
            source, [f"{source}: {what}, expected a scenario; `twin init my-city` writes one"]
        ) from None


def _layer(document: Document, source: str, problems: list[Problem]) -> Layer:
    problems += document.problems
    if not isinstance(document.value, dict):
        words = f"not settings ({shown(document.value)}), expected lines such as `name: downtown`"
        raise scenario_error(source, [*problems, Problem(source, 1, (), words)])
    where = {path: (source, line) for path, line in document.lines.items()}
    layer, found = write_out(Layer(document.value, where))
    problems += found
    return layer


def _base(
    given: Any,  # noqa: ANN401
    place: tuple[str, int | None],
    base_dir: Path,
    problems: list[Problem],
) -> tuple[Layer, set[KeyPath]]:
    """Return what a scenario inherits; one level only."""
    nothing = Layer({}, {})
    if not isinstance(given, str):
        words = f"not a file ({shown(given)}), expected one such as base.yaml"
        problems.append(Problem(*place, ("extends",), words))
        return nothing, set()
    path = inside(base_dir, given)
    if isinstance(path, str):
        problems.append(Problem(*place, ("extends",), path))
        return nothing, set()
    try:
        document = parse(read_text(_read_bytes(path, given), given), given)
    except ScenarioError as error:
        words = f"cannot be read ({shown(given)}): {'; '.join(error.problems)}"
        problems.append(Problem(*place, ("extends",), words))
        return nothing, set()
    layer = _layer(document, given, problems)
    if "extends" in layer.value:
        words = "extends a scenario that extends another, expected one level; write it out"
        problems.append(Problem(*layer.place_of(("extends",)), ("extends",), words))
        del layer.value["extends"]
    return layer, set(document.refused)


def _override(override: str, problems: list[Problem]) -> Layer | None:
    source = f"--set {shown(override, quote=False)}"
    key, equals, text = override.partition("=")
    keys = tuple(key.strip().split("."))
    if not equals or not all(keys):
        words = "not a setting, expected path=value such as orders.scale=2"
        problems.append(Problem(source, None, (), words))
        return None
    try:
        document = parse(text if text.strip() else "null", source)
    except ScenarioError:
        words = f"not a value ({shown(text)}), expected one as in the file, such as 08:00-17:00"
        problems.append(Problem(source, None, keys, words))
        return None
    problems += [
        Problem(source, None, (*keys, *problem.path), problem.words)
        for problem in document.problems
    ]
    value = document.value
    for part in reversed(keys):
        value = {part: value}
    assert isinstance(value, dict)  # noqa: S101 - there is at least one key
    if keys == ("extends",):
        problems.append(Problem(source, None, keys, "cannot be set here, expected in the file"))
        return None
    layer, found = write_out(Layer(value, {keys: (source, None)}))
    problems += [Problem(source, None, problem.path, problem.words) for problem in found]
    return layer


def _validate(
    layer: Layer, refused: set[KeyPath], base_dir: Path
) -> tuple[ScenarioSpec | None, list[Problem]]:
    """Return the specification if there is one, and all that is wrong."""
    spec, problems, gone = _best_effort(layer, refused)
    if spec is None:
        return None, problems
    failing = {str(path[0]) if path else "" for path in gone}
    for path, words, rests in cross_check(spec):
        if not rests & failing:
            problems.append(Problem(*layer.place_of(path), path, words))
    if problems and not failing & {"orders", "vehicles", "date", "time_zone", "service_classes"}:
        problems += read_tables(spec, layer, base_dir)[1]
    return (None if problems else spec), problems


_ATTEMPTS: Final = 4
"""A section can hide what is wrong inside it, so what is left is looked at a few times."""


def _best_effort(
    layer: Layer, refused: set[KeyPath]
) -> tuple[ScenarioSpec | None, list[Problem], set[KeyPath]]:
    """Return what can be made of settings, what is wrong with them, and what was taken out.

    Settings that are wrong are taken out and the rest is tried again, so that what is wrong
    between the parts shows in the same pass. What follows from taking out is not listed.
    """
    settings = copy.deepcopy(layer.value)
    problems: list[Problem] = []
    gone = set(refused)
    for path in refused:
        _remove(settings, path)
    for _attempt in range(_ATTEMPTS):
        try:
            return ScenarioSpec.model_validate(settings), problems, gone
        except ValidationError as error:
            found = list(problems_of(error))
        problems += [
            Problem(*layer.place_of(path), path, words)
            for path, words in found
            if not _is_touched(path, gone)
        ]
        for path, _words in found:
            _mend(settings, path)
        gone |= {path for path, _words in found}
    return None, problems, gone


def _is_touched(path: KeyPath, gone: set[KeyPath]) -> bool:
    """Whether a setting is, holds or lies in one that was taken out."""
    return any(path[: len(other)] == other or other[: len(path)] == path for other in gone if other)


def _tables(spec: ScenarioSpec, layer: Layer, base_dir: Path) -> Tables:
    tables, problems = read_tables(spec, layer, base_dir)
    if not problems:
        problems = [
            Problem(*(layer.place_of(path) if path else ("", None)), path, words)
            for path, words in pair_problems(spec, tables)
        ]
    if problems:
        raise scenario_error(layer.place_of(())[0], problems)
    return tables


_STAND_INS: Final[Mapping[str, Any]] = {"name": "unnamed", "orders": {"count": 0}, "count": 0}
"""What stands for a missing setting while the rest is looked at."""


def _mend(settings: Settings, path: KeyPath) -> None:
    """Take out a setting that is wrong, or put in one that is missing."""
    if not path:
        return
    parent = _at(settings, path[:-1])
    if isinstance(parent, dict) and path[-1] not in parent and path[-1] in _STAND_INS:
        parent[str(path[-1])] = copy.deepcopy(_STAND_INS[str(path[-1])])
    elif isinstance(parent, dict) and path[-1] not in parent:
        _mend(settings, path[:-1])
    else:
        _remove(settings, path)


def _remove(settings: Settings, path: KeyPath) -> None:
    parent = _at(settings, path[:-1])
    last = path[-1] if path else None
    if isinstance(parent, dict) and isinstance(last, str):
        parent.pop(last, None)
    elif isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        # The positions of the others stay what they are.
        _remove(settings, path[:-1])


def _at(settings: Settings, path: KeyPath) -> Any:  # noqa: ANN401
    here: Any = settings
    for part in path:
        if isinstance(here, dict) and isinstance(part, str):
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            return None
    return here


__all__ = ["NO_TABLES", "Loaded", "library", "library_text", "load", "load_text"]

"""From a name to a policy or a solver: entry points, the built-ins through the same door.

Policies are code that the user chose to trust; one is loaded only when it is named.
"""

import ast
import difflib
import hashlib
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Collection
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, cast

from twin.errors import InputError, PolicyNotFound
from twin.policy import MakePolicy

POLICIES: Final = "twin.policies"
SOLVERS: Final = "twin.solvers"
_KINDS: Final = {POLICIES: "policy", SOLVERS: "solver"}


def installed(group: str = POLICIES) -> dict[str, EntryPoint]:
    """Return the entry points of a group by name, sorted.

    Raises
    ------
    InputError
        If two distributions claim one name; names both.
    """
    found: dict[str, EntryPoint] = {}
    clashes: list[str] = []
    for point in sorted(entry_points(group=group), key=lambda point: (point.name, point.value)):
        other = found.setdefault(point.name, point)
        if other.value != point.value:
            clashes.append(
                f"{_KINDS[group]} {point.name!r} is claimed by {_who(other)} and {_who(point)}; "
                "uninstall one of them"
            )
    if clashes:
        raise InputError("installed packages", clashes)
    return found


def _who(point: EntryPoint) -> str:
    return f"{point.dist.name if point.dist else 'an unknown package'} ({point.value})"


def load(name: str, group: str = POLICIES) -> Callable[..., Any]:
    """Return what a name stands for: installed, ``module:Name``, or ``file.py:Name``.

    Raises
    ------
    PolicyNotFound
        If nothing installed has the name; lists what is, with the nearest.
    InputError
        If a module or file has no such name, or cannot be imported.
    """
    if ":" in name:
        return _from_target(name, group)
    if name.endswith(".py"):
        raise InputError(name, [f"is a file, expected a name in it: {_meant_in(Path(name))}"])
    points = installed(group)
    if name not in points:
        meant = difflib.get_close_matches(name, points, 1)
        raise PolicyNotFound(_KINDS[group], name, tuple(points), meant[0] if meant else "")
    return cast("Callable[..., Any]", points[name].load())


def _meant_in(path: Path) -> str:
    """Return how a policy of a file is named, by its classes that decide; none of it is run."""
    try:
        tree = ast.parse(path.read_bytes())
    except OSError:
        return f"{path}:Name; but there is no such file"
    except (SyntaxError, ValueError) as error:
        return f"{path}:Name; but it cannot be read as Python: {error}"
    names = [
        part.name
        for part in tree.body
        if isinstance(part, ast.ClassDef)
        and any(isinstance(one, ast.FunctionDef) and one.name == "decide" for one in part.body)
    ]
    return " or ".join(f"{path}:{name}" for name in names) or (
        f"{path}:Name; but no class in it has a `decide` of its own"
    )


def _from_target(target: str, group: str) -> Callable[..., Any]:
    where, _, name = target.rpartition(":")
    try:
        module = _import_file(Path(where)) if where.endswith(".py") else import_named(where)
    except (ImportError, OSError, SyntaxError) as error:
        raise InputError(target, [f"cannot be imported: {error}"]) from error
    made = getattr(module, name, None)
    if made is not None and not callable(made):
        found = type(made).__name__
        raise InputError(target, [f"{name} is {found}, expected a class or function of a briefing"])
    if made is None:
        near = difflib.get_close_matches(name, dir(module), 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise InputError(target, [f"{where} has no {_KINDS[group]} {name!r}{hint}"])
    return cast("Callable[..., Any]", made)


def import_named(module: str) -> Any:  # noqa: ANN401 # a module
    """Return an importable module by its dotted name."""
    return importlib.import_module(module)


def _import_file(path: Path) -> Any:  # noqa: ANN401 # a module
    """Return a module made from a file, under a name that no package has."""
    key = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]
    name = f"twin_policy_{key}"
    if name in sys.modules:  # run once in a process, whoever asks for what is in it
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ImportError(f"no file {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def parameters(make: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return the keyword parameters of a maker: all but the briefing."""
    listed = list(inspect.signature(make).parameters.values())
    return {parameter.name: parameter for parameter in listed[1:]}


def uncallable(make: Callable[..., Any]) -> list[str]:
    """Return why a maker cannot be called with one `Briefing`; empty if it can."""
    signature = inspect.signature(make)
    try:
        given = signature.bind_partial(None).arguments
    except TypeError:
        expected = "expected a maker that is called with one: `def __init__(self, briefing)`"
        return [f"takes no Briefing, {expected}"]
    return [f"{needed}: has no default, expected a value for it" for needed in _needed(make, given)]


def needed_by(make: Callable[..., Any]) -> list[str]:
    """Return the parameters of a maker that have no default: all but the briefing."""
    return _needed(make, list(inspect.signature(make).parameters)[:1])


def _needed(make: Callable[..., Any], given: Collection[str]) -> list[str]:
    some = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return [
        parameter.name
        for parameter in inspect.signature(make).parameters.values()
        if parameter.name not in given
        and parameter.default is inspect.Parameter.empty
        and parameter.kind not in some
    ]


def make_policy(name: str, settings: dict[str, object] | None = None) -> MakePolicy:
    """Return the maker of a policy with its parameters set.

    Raises
    ------
    InputError
        If the policy has no parameter of that name, needs another, or takes no briefing.
    """
    make = load(name)
    settings = settings or {}
    known = parameters(make)
    open_ended = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in known.values())
    problems = []
    for key in settings:
        if key not in known and not open_ended:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            has = ", ".join(known) or "none"
            problems.append(f"{key}: no such parameter (it has: {has}){hint}")
    made = cast("MakePolicy", partial(make, **settings) if settings else make)
    problems = problems or uncallable(made)
    if problems:
        raise InputError(f"policy {name}", problems)
    return made

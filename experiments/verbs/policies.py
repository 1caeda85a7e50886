"""``twin policies new`` and ``twin policies check``: a policy of one's own."""

import importlib.util
import keyword
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from shlex import quote
from string import Template
from typing import Any, Final

from experiments.chosen import Chosen, Typed
from experiments.conformance import Conformance
from experiments.exits import ROOMS, Exit, StoppedError, say
from experiments.record import Ended
from experiments.runner import Limits, run_days
from experiments.show import put, put_json, table
from experiments.verbs.run import exit_of
from scenarios.yaml import scalar
from twin import plugins
from twin.errors import InputError
from twin.promises import PROMISES, Tried

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*")
_LONGEST_NAME: Final = 60
_SAYS: Final = {True: "kept", False: "BROKEN", None: "not tried"}


def new(name: str, folder: Path, *, package: bool, quiet: bool) -> Exit:
    """Write a policy that works as it is, and its test; what exists is never touched.

    Parameters
    ----------
    package
        Whether to write a package that can be installed, in a folder of its name.

    Raises
    ------
    InputError
        With everything that is wrong with the name and the places.
    """
    module = name.replace("-", "_")
    texts = _package(name, module) if package else _files(module)
    problems = [*_name_problems(name, module, package=package), *_taken(folder, name, texts)]
    if problems:
        raise InputError(f"policy {name!r}", problems)
    for place, text in texts.items():
        _write(folder / place, text)
    if not quiet:
        say("wrote " + ", ".join(str(folder / place) for place in texts))
        say("next: " + ", then ".join(_next(name, module, folder, package=package)))
    return Exit.OK


def _kind(module: str) -> str:
    """Return the name of the class: words begin with a capital."""
    return "".join(word[:1].upper() + word[1:] for word in module.split("_"))


def _text(starter: str, **words: str) -> str:
    """Return a text to begin with, its words filled in."""
    text = (files("experiments.starter") / starter).read_text(encoding="utf-8")
    return Template(text).substitute(words) if words else text


def _policy(module: str) -> str:
    return _text("soonest.py").replace("Soonest", _kind(module))


def _files(module: str) -> dict[str, str]:
    """Return the text of each file, a policy on its own."""
    test = _text("test_policy.txt", where=module, kind=_kind(module))
    return {f"{module}.py": _policy(module), f"test_{module}.py": test}


def _package(name: str, module: str) -> dict[str, str]:
    """Return the text of each file, a policy that can be installed."""
    kind = _kind(module)
    return {
        f"{name}/pyproject.toml": _text("pyproject.txt", name=name, module=module, kind=kind),
        f"{name}/src/{module}/__init__.py": '"""A dispatch policy for the last-mile twin."""\n',
        f"{name}/src/{module}/policy.py": _policy(module),
        f"{name}/tests/test_policy.py": _text(
            "test_policy.txt", where=f"{module}.policy", kind=kind
        ),
    }


def _name_problems(name: str, module: str, *, package: bool) -> Iterator[str]:
    """Yield what is wrong with a name, whether or not its files can be written."""
    if not _NAME.fullmatch(name):
        yield "is no name; expected letters, digits and single - or _, such as my-policy"
        return
    if len(name) > _LONGEST_NAME:
        yield f"has {len(name)} characters, expected at most {_LONGEST_NAME}"
    if keyword.iskeyword(module):
        yield "is a word of Python; choose another name"
    elif module in ROOMS:
        yield "is a package of the twin, which yours would hide; choose another name"
    elif module in sys.stdlib_module_names or _is_installed(module):
        yield f"is the name of another module, which {module}.py would hide; choose another name"
    if package and name in plugins.installed():
        yield "is an installed policy, and two cannot have one name; choose another name"


def _is_installed(module: str) -> bool:
    """Whether a module of that name comes from elsewhere than the current folder."""
    spec = importlib.util.find_spec(module)
    here = spec is not None and spec.origin and Path(spec.origin).parent == Path.cwd()
    return spec is not None and not here


def _taken(folder: Path, name: str, texts: Iterable[str]) -> Iterator[str]:
    """Yield which of the places are not free."""
    if not folder.is_dir():
        yield f"{folder}: there is no such folder, expected one that is there; make it first"
        return
    tops = dict.fromkeys(place.partition("/")[0] for place in texts)
    for top in tops if _NAME.fullmatch(name) else ():
        if os.path.lexists(folder / top):
            yield f"{folder / top}: is there and stays as it is; choose another name or folder"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:  # of two that write at once, one is told
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _next(name: str, module: str, folder: Path, *, package: bool) -> tuple[str, str]:
    if package:
        return f"pip install -e {quote(str(folder / name))}", f"twin policies check {name}"
    target = quote(f"{folder / module}.py:{_kind(module)}")
    return f"twin policies check {target}", f"twin run my-city.yaml --policy {target}"


def check(
    target: str, settings: Iterable[str], answer_s: float, *, as_json: bool, quiet: bool
) -> Exit:
    """Try what a policy promises, and print what became of each promise.

    Raises
    ------
    InputError, PolicyNotFound, StoppedError
        If there is no such policy, it cannot be loaded, or a parameter is not one of it.
    """
    chosen = Chosen(target, _typed(target, settings))
    chosen.code()  # a name that is not there needs no process to be told
    with tempfile.TemporaryDirectory(prefix="twin-check-") as folder:
        cell = Conformance("", "", folder, target, typed=chosen.typed, folder=folder)
        [record] = run_days([cell], limits=Limits.of_machine(1, answer_s), quiet=quiet)
        if record.ended is Ended.REFUSED:
            raise StoppedError(Exit.REFUSED, record.why)
        if record.ended in {Ended.MACHINE, Ended.BUG}:
            return exit_of([record])
        found = cell.found(record)
    broken = [one for one in found if one.broken]
    if as_json:
        put_json(_as_json(chosen, found))
    else:
        columns = (("promise", "<"), ("", "<"), ("where it broke, how, and what to do", "<"))
        put(table(f"{chosen.label}: what a policy promises", columns, [_row(one) for one in found]))
    if broken and not quiet:
        say(f"{chosen.label} breaks {len(broken)} of {len(found)} promises")
    return Exit.POLICY_STOPPED if broken else Exit.OK


def _typed(target: str, settings: Iterable[str]) -> dict[str, Typed]:
    """Return parameters as they would be typed in a scenario.

    Raises
    ------
    InputError
        With each that is no ``key=value``.
    """
    typed: dict[str, Typed] = {}
    problems: list[str] = []
    for setting in settings:
        key, equals, text = (part.strip() for part in setting.partition("="))
        value, wrong = scalar(text.strip("'\""))
        if not equals or not key or value is None:
            problems.append(f"--with {setting}: expected key=value such as reach='15 min'")
        elif key in typed:
            problems.append(f"--with {setting}: {key} is given twice, expected once")
        elif wrong:
            problems.append(f"--with {setting}: {wrong}")
        elif isinstance(value, bool | int | float | str):
            typed[key] = value
    if problems:
        raise InputError(f"policy {target}", problems)
    return typed


def _row(one: Tried) -> tuple[str, str, str]:
    return PROMISES[one.promise].says, _SAYS[one.held], one.in_words if one.broken else one.skipped


def _as_json(chosen: Chosen, found: Iterable[Tried]) -> dict[str, Any]:
    listed = [
        {
            "promise": one.promise,
            "says": PROMISES[one.promise].says,
            "kept": one.held,
            "broken": [{"day": broken.day, "what": broken.what} for broken in one.broken],
            "what_to_do": one.todo,
            "not_tried": one.skipped,
        }
        for one in found
    ]
    return {
        "policy": chosen.label,
        "parameters": dict(chosen.typed),
        "passes": not any(one["broken"] for one in listed),
        "promises": listed,
    }

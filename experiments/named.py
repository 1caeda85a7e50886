"""Whether the policies that a scenario names are there and take the parameters it gives them."""

import math
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from experiments.chosen import Chosen
from experiments.exits import of_stranger
from scenarios.yaml import MAX_BYTES, parse, read_text
from twin import plugins
from twin.errors import InputError, PolicyNotFound, ScenarioError

LOAD_LIMIT_S: Final = 30.0
"""Longest wall time that loading a policy's file may take."""


def policy_problems(chosen: Chosen, place: str, limit_s: float = LOAD_LIMIT_S) -> Iterator[str]:
    """Yield what is wrong with a policy that a scenario names.

    Loading a file runs its code, so that is done in a process of its own: it may hang, print or
    exit. What is installed is loaded here.

    Parameters
    ----------
    place
        Where the scenario names it: ``scenario.yaml:5: policies``.
    """
    found = _apart(chosen, limit_s) if ":" in chosen.name else _problems(chosen)
    for problem in found:
        yield f"{place}: {problem}"


def _problems(chosen: Chosen) -> list[str]:
    try:
        plugins.make_policy(chosen.name, chosen.settings())
    except InputError as error:
        return [f"{chosen.label}: {problem}" for problem in error.problems]
    except PolicyNotFound as error:
        return [str(error)]
    except BaseException as error:  # noqa: BLE001 # a stranger's module can raise anything
        return [f"{chosen.label}: cannot be imported: {of_stranger(error)}"]
    return []


def _apart(chosen: Chosen, limit_s: float) -> list[str]:
    context = multiprocessing.get_context("spawn")
    answers, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(chosen, theirs, limit_s))
    process.start()
    theirs.close()
    try:
        if not answers.poll(None if math.isinf(limit_s) else limit_s):
            return [
                f"{chosen.label}: was not imported within {limit_s:g} s; let it do nothing then"
            ]
        return answers.recv_bytes().decode().splitlines()
    except EOFError:
        return [f"{chosen.label}: ended its process when it was imported; let it do nothing then"]
    finally:
        process.kill()
        process.join()
        answers.close()


def _answer(chosen: Chosen, answers: Connection, limit_s: float) -> None:
    """Send the problems, one a line: the whole life of the process.

    It ends by itself some time after nobody waits for it any more.
    """
    if not math.isinf(limit_s):
        signal.alarm(math.ceil(limit_s) + 5)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    lines = (" ".join(problem.splitlines()) for problem in _problems(chosen))
    answers.send_bytes("\n".join(lines).encode("utf-8", "backslashreplace"))


def listed_in(file: Path) -> list[Chosen]:
    """Return the policies that a scenario's file seems to name, whatever else is wrong with it."""
    try:
        with file.open("rb") as data:
            settings = parse(read_text(data.read(MAX_BYTES), str(file)), str(file)).value
    except (ScenarioError, OSError):
        return []
    listed = settings.get("policies") if isinstance(settings, Mapping) else None
    found = [
        Chosen(_text(one, "name"), alias=_text(one, "as"))
        if isinstance(one, Mapping)
        else Chosen(_text({"name": one}, "name"))
        for one in (listed if isinstance(listed, list) else [])
    ]
    return [chosen for chosen in found if chosen.name]


def _text(listed: Mapping[str, Any], key: str) -> str:
    text = listed.get(key)
    return text if isinstance(text, str) else ""

"""``twin verify``: runs the promises on the user's own scenario."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from experiments.chosen import Chosen, choose, chosen_of
from experiments.exits import Exit, say
from experiments.given import Given
from experiments.progress import watched
from experiments.promises import Asked, Verified, verify
from experiments.promises_rows import Row
from experiments.runner import cpus
from experiments.show import put, put_json, table
from experiments.verbs.run import exit_of
from scenarios.load import load
from twin import plugins

_ALSO: Final = ("nearest", "insertion")
"""Who decides beside a scenario's only policy, so that two can be compared."""
_SAYS: Final = {True: "held", False: "NOT HELD", None: "skipped"}
_FOUND: Final = 3
"""How many problems of a promise are shown; the rest is counted."""


def verify_file(  # noqa: PLR0917 # what was typed
    file: Path,
    policies: str | None,
    overrides: tuple[str, ...],
    seed: int,
    days: int,
    jobs: int | None,
    answer_s: float,
    *,
    as_json: bool,
    quiet: bool,
) -> Exit:
    """Try every promise that applies to a scenario, and print what became of it."""
    given = Given(load(file, overrides), str(file), overrides)
    chosen = _chosen(given, policies)
    workers = min(jobs or cpus(), len(chosen) * days)
    asked = Asked(given, chosen, seed, days, workers, answer_s, quiet)
    with (
        tempfile.TemporaryDirectory(prefix="twin-verify-") as folder,
        watched(quiet=quiet) as on_progress,
    ):
        found = verify(asked, Path(folder), on_progress)
    if found.stopped:
        return exit_of(found.stopped)
    if as_json:
        put_json(_as_json(asked, found))
    else:
        _show(asked, found)
    broken = [row for row in found.rows if row.held is False]
    if broken and not quiet:
        say(f"{len(broken)} promises did not hold")
    return Exit.NOT_HELD if broken else Exit.OK


def _chosen(given: Given, names: str | None) -> list[Chosen]:
    """Return the policies named, or the scenario's own and another one if it has only one."""
    spec = given.loaded.spec
    if names is not None:
        return [choose(spec, name.strip()) for name in names.split(",") if name.strip()]
    there = plugins.installed()
    own = [chosen_of(one) for one in spec.policies if one.name in there or ":" in one.name]
    listed = [one.asked_as for one in own]
    more = [name for name in _ALSO if name in there and name not in {one.name for one in own}]
    wanted = listed if len(listed) > 1 else [*listed, *more[: 2 - len(listed)]]
    return [choose(spec, name) for name in wanted]


def _as_json(asked: Asked, found: Verified) -> dict[str, Any]:
    return {
        "scenario": asked.given.scenario_identity(),
        "network": asked.given.network_identity(),
        "seed": asked.seed,
        "days": asked.days,
        "policies": [one.label for one in asked.policies],
        "promises": [row.as_json() for row in found.rows],
        **{word: sum(row.held is held for row in found.rows) for word, held in _COUNTED},
    }


_COUNTED: Final = (("held", True), ("not_held", False), ("skipped", None))


def _show(asked: Asked, found: Verified) -> None:
    name = asked.given.loaded.spec.name
    columns = (("promise", "<"), ("", "<"), ("what was looked at", "<"))
    for group in dict.fromkeys(row.group for row in found.rows):
        rows = [row for row in found.rows if row.group == group]
        title = f"{group}: {name}, seed {asked.seed}"
        put(table(title, columns, [(row.promise, _SAYS[row.held], _about(row)) for row in rows]))
    for row in found.rows:
        if row.held is False:
            put(f"{row.promise}:", *_listed(row.found))


def _about(row: Row) -> str:
    return row.skipped or row.looked_at


def _listed(found: Sequence[str]) -> list[str]:
    more = [f"  and {len(found) - _FOUND} more"] if len(found) > _FOUND else []
    return [*(f"  {problem}" for problem in found[:_FOUND]), *more]

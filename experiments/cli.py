"""The command line: reads what was typed, and hands it to a verb.

Verbs are imported when they are called, so that ``twin --help`` loads nothing heavy.
"""
# ruff: noqa: PLC0415

import sys
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
import typer.main

from experiments.exits import StoppedError, install_bug_reporter, require_one_place, say, told
from experiments.streams import stand_in_for_closed

app = typer.Typer(
    name="twin",
    help="Live a delivery day on real streets before you change it.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
network = typer.Typer(help="Compile road networks and look at them.", no_args_is_help=True)
policies = typer.Typer(help="The policies that can be named.", no_args_is_help=True)
app.add_typer(network, name="network", rich_help_panel=None)
app.add_typer(policies, name="policies", rich_help_panel=None)

ScenarioFile = Annotated[Path, typer.Argument(metavar="FILE", help="Scenario, YAML.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no notes.")]
Seed = Annotated[int, typer.Option(help="Names the draw: equal seeds give equal days.", min=0)]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="DIR", help="The run folder; default runs/<name>."),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a setting of the file; repeatable."),
]
Fleet = Annotated[
    list[str] | None,
    typer.Option(metavar="TYPE=COUNT", help="As --set fleet.TYPE=COUNT; repeatable."),
]
Jobs = Annotated[
    int | None,
    typer.Option(help="How many days are lived at once; default one a processor.", min=1),
]
Journals = Annotated[
    bool, typer.Option("--journals", help="Keep the journals of all days, not of the first only.")
]
AnswerLimit = Annotated[
    float,
    typer.Option(
        metavar="SECONDS", help="Wall time after which an answer counts as a hang.", min=1
    ),
]


def _overrides(sets: list[str] | None, fleet: list[str] | None) -> tuple[str, ...]:
    return (*(sets or ()), *(f"fleet.{group}" for group in fleet or ()))


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        from experiments.exits import DISTRIBUTION

        sys.stdout.write(f"{DISTRIBUTION} {version(DISTRIBUTION)}\n")
        raise typer.Exit


@app.callback()
def _twin(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Live a delivery day on real streets before you change it."""


@app.command()
def demo(
    out: Out = None,
    seed: Seed = 1,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show a day on the bundled network under several policies, and a few days compared."""
    with told():
        from experiments.lived import Asked
        from experiments.verbs.demo import DAYS
        from experiments.verbs.demo import demo as verb

        code = verb(Asked(seed=seed, out=out, as_json=as_json, quiet=quiet, days=DAYS))
    raise typer.Exit(code)


@app.command()
def init(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The file is NAME.yaml.")],
    template: Annotated[str, typer.Option(help="A shipped scenario to begin with.")] = "six-lines",
    quiet: Quiet = False,
) -> None:
    """Write a commented scenario to begin with."""
    with told():
        from experiments.verbs.init import init as verb

        code = verb(name, template, quiet=quiet)
    raise typer.Exit(code)


@app.command()
def check(
    file: ScenarioFile,
    *,
    sets: Sets = None,
    fleet: Fleet = None,
    seed: Seed = 1,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show all problems of a scenario at once, or what it resolves to."""
    with told():
        from experiments.verbs.check import check as verb

        code = verb(file, _overrides(sets, fleet), seed, as_json=as_json, quiet=quiet)
    raise typer.Exit(code)


@app.command()
def run(
    file: ScenarioFile,
    *,
    policy: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Installed, or file.py:Name; default the first listed."),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(metavar="N", help="Live days 1 to N of the seed; default 1.", min=1),
    ] = None,
    day: Annotated[
        int | None, typer.Option(metavar="N", help="Live this day of the seed alone.", min=1)
    ] = None,
    jobs: Jobs = None,
    journals: Journals = False,
    sets: Sets = None,
    fleet: Fleet = None,
    seed: Seed = 1,
    out: Out = None,
    answer_limit: AnswerLimit = 600.0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Live days under one policy and print its KPIs, with intervals if there are several.

    \b
    twin run my-city.yaml --days 20
    lives days 1 to 20. The same command with more days lives only those that are new.
    """  # noqa: D301 # the mark keeps the lines of the example apart
    with told():
        from experiments.lived import Asked
        from experiments.verbs.run import days_of
        from experiments.verbs.run import run as verb

        asked = Asked(
            _overrides(sets, fleet), seed, out, as_json, quiet, answer_limit,
            days_of(days, day), jobs, journals,
        )  # fmt: skip
        code = verb(file, policy, asked)
    raise typer.Exit(code)


@app.command()
def compare(
    file: ScenarioFile,
    *,
    policies: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Which; default those of the scenario."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What the others are held against; default the first."),
    ] = None,
    days: Annotated[
        int, typer.Option(metavar="N", help="Live days 1 to N of the seed.", min=1)
    ] = 10,
    jobs: Jobs = None,
    journals: Journals = False,
    miss_price: Annotated[
        float,
        typer.Option(
            metavar="MONEY",
            help="Of a due order not served on time, where days are held against the oracle's.",
            min=0,
        ),
    ] = 17.2,
    sets: Sets = None,
    fleet: Fleet = None,
    seed: Seed = 1,
    out: Out = None,
    answer_limit: AnswerLimit = 600.0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Live the same days under several policies and say how they differ, and how surely.

    \b
    twin compare my-city.yaml --policies nearest,static,insertion --days 20
    lives days 1 to 20 of the seed under each and holds the others against nearest.
    The same command again, with more days or one more policy, lives only what is
    missing; so it does after Ctrl-C.
    """  # noqa: D301 # the mark keeps the lines of the example apart
    with told():
        from experiments.lived import Asked
        from experiments.verbs.compare import Compared
        from experiments.verbs.compare import compare as verb

        asked = Asked(
            _overrides(sets, fleet), seed, out, as_json, quiet, answer_limit,
            tuple(range(1, days + 1)), jobs, journals,
        )  # fmt: skip
        code = verb(file, Compared(policies, base, miss_price), asked)
    raise typer.Exit(code)


@app.command()
def explain(
    run_: Annotated[
        Path, typer.Argument(metavar="RUN", help="A run folder, or the file of a journal.")
    ],
    *,
    order: Annotated[
        str | None, typer.Option(metavar="ID", help="Why was it late, why did it fail?")
    ] = None,
    vehicle: Annotated[
        str | None, typer.Option(metavar="ID", help="Why did it go where it went?")
    ] = None,
    decision: Annotated[
        int | None, typer.Option(metavar="N", help="What did it change, and why was it made?")
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of a run of several; default the first listed."),
    ] = None,
    day: Annotated[
        int | None, typer.Option(metavar="N", help="Of a run of several days; default the first.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say why an order was late, why a vehicle went there, or what a decision changed."""
    with told():
        from experiments.verbs.explain import Question
        from experiments.verbs.explain import explain as verb

        code = verb(run_, Question(order, vehicle, decision, policy, day), as_json=as_json)
    raise typer.Exit(code)


@app.command()
def verify(
    file: ScenarioFile,
    *,
    policies: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Under which; default those of the scenario."),
    ] = None,
    days: Annotated[int, typer.Option(help="How many days are lived twice.", min=1)] = 1,
    jobs: Jobs = None,
    sets: Sets = None,
    fleet: Fleet = None,
    seed: Seed = 1,
    answer_limit: AnswerLimit = 600.0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Try on a scenario what the twin promises of any."""
    with told():
        from experiments.verbs.verify import verify_file

        code = verify_file(
            file, policies, _overrides(sets, fleet), seed, days, jobs, answer_limit,
            as_json=as_json, quiet=quiet,
        )  # fmt: skip
    raise typer.Exit(code)


@network.command("build")
def network_build(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="An OSM file, a csv of legs, or a place.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="Where it goes, .npz.")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compile a network, so that it opens at once."""
    with told():
        from experiments.verbs.network import build as verb

        code = verb(source, out, as_json=as_json, quiet=quiet)
    raise typer.Exit(code)


@network.command("info")
def network_info(
    source: Annotated[
        str, typer.Argument(metavar="FILE_OR_NAME", help="A file, or a bundled name.")
    ],
    as_json: Json = False,
) -> None:
    """Show size, modes, dropped parts and licence of a network."""
    with told():
        from experiments.verbs.network import info as verb

        code = verb(source, as_json=as_json)
    raise typer.Exit(code)


@policies.command("list")
def policies_list(as_json: Json = False) -> None:
    """List the installed policies with their parameters."""
    with told():
        from experiments.verbs.dictionary import policies as verb

        code = verb(as_json=as_json)
    raise typer.Exit(code)


@policies.command("new")
def policies_new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as my-policy.")],
    folder: Annotated[
        Path, typer.Option("-o", "--out", metavar="FOLDER", help="Where it goes; default here.")
    ] = Path(),
    *,
    package: Annotated[
        bool, typer.Option("--package", help="A package that can be installed, in folder NAME.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Write a policy that works as it is, with its test."""
    with told():
        from experiments.verbs.policies import new as verb

        code = verb(name, folder, package=package, quiet=quiet)
    raise typer.Exit(code)


@policies.command("check")
def policies_check(
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="An installed name, or file.py:Name.")
    ],
    *,
    settings: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="KEY=VALUE", help="A parameter; repeatable."),
    ] = None,
    answer_limit: AnswerLimit = 60.0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Try on tiny days what a policy promises, and say where it does not keep it."""
    with told():
        from experiments.verbs.policies import check as verb

        code = verb(target, settings or (), answer_limit, as_json=as_json, quiet=quiet)
    raise typer.Exit(code)


@app.command()
def kpis(as_json: Json = False) -> None:
    """Print the data dictionary: every KPI with unit and meaning."""
    with told():
        from experiments.verbs.dictionary import kpis as verb

        code = verb(as_json=as_json)
    raise typer.Exit(code)


@app.command()
def schema(
    journal: Annotated[
        bool, typer.Option("--journal", help="Of a journal's lines instead of a scenario.")
    ] = False,
) -> None:
    """Print the JSON Schema of a scenario, for editors."""
    with told():
        from experiments.verbs.dictionary import schema as verb

        code = verb(journal=journal)
    raise typer.Exit(code)


def _origin(package: str) -> str | None:
    spec = find_spec(package)
    return spec.origin if spec is not None else None


def _speak_utf_8() -> None:
    """Let output kept in a file be the same bytes in every locale; a terminal gets what it can."""
    if isinstance(sys.stdout, TextIOWrapper):
        encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")


def main() -> None:
    """Run the command line; what it exits with is in `experiments.exits.Exit`."""
    stand_in_for_closed()
    install_bug_reporter()
    _speak_utf_8()
    try:
        require_one_place(_origin)
    except StoppedError as stopped:
        say(str(stopped))
        sys.exit(stopped.code)
    typer.main.get_command(app)(prog_name="twin")

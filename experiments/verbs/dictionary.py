"""``twin kpis``, ``twin schema``, ``twin policies list``: what there is, printed from the code."""

import inspect
from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any

from experiments.exits import Exit
from experiments.journal_schema import journal_schema, kpi_rows
from experiments.show import put, put_json, table
from scenarios.schema import scenario_schema
from twin import plugins


def kpis(*, as_json: bool) -> Exit:
    """Print every KPI with its unit and meaning."""
    rows = kpi_rows()
    if as_json:
        put_json({"kpis": {row.pop("name"): row for row in rows}})
        return Exit.OK
    columns = (("KPI", "<"), ("unit", "<"), ("better", "<"), ("meaning", "<"))
    put(table("KPIs", columns, [tuple(row.values()) for row in rows]))
    return Exit.OK


def schema(*, journal: bool) -> Exit:
    """Print the JSON Schema of a scenario, or of a line of a journal."""
    put_json(journal_schema() if journal else scenario_schema())
    return Exit.OK


def policies(*, as_json: bool) -> Exit:
    """Print the installed policies, with their parameters."""
    rows = [_policy(name, point) for name, point in plugins.installed().items()]
    if as_json:
        put_json({"policies": rows})
        return Exit.OK
    columns = (("policy", "<"), ("from", "<"), ("what it does", "<"), ("parameters", "<"))
    put(
        table(
            "Installed policies; name another as file.py:Name",
            columns,
            [
                (
                    row["name"],
                    row["from"],
                    row["problem"] or row["does"],
                    ", ".join(f"{key}={value}" for key, value in row["parameters"].items()) or "-",
                )
                for row in rows
            ],
        )
    )
    return Exit.OK


def _policy(name: str, point: EntryPoint) -> dict[str, Any]:
    where = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
    row: dict[str, Any] = {"name": name, "from": where, "target": point.value}
    try:
        make = plugins.load(name)
        parameters = plugins.parameters(make)
    except Exception as error:  # noqa: BLE001 # a stranger's module raises what it likes; said in its row
        problem = f"cannot be loaded: {type(error).__name__}: {error}"
        return {**row, "does": "", "parameters": {}, "problem": problem}
    shown = {key: _default(parameter) for key, parameter in parameters.items()}
    return {**row, "does": _first_line(make), "parameters": shown, "problem": ""}


def _default(parameter: inspect.Parameter) -> str:
    if parameter.default is inspect.Parameter.empty:
        return "(needed)"
    return repr(parameter.default)


def _first_line(make: Callable[..., Any]) -> str:
    return (inspect.getdoc(make) or "no description").splitlines()[0]

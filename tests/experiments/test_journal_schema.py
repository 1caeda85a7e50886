"""The journal's schema: every line of a real day fits it, and every word of it is explained."""

import json

import pytest
from jsonschema import Draft202012Validator

from experiments.day import run_day
from experiments.journal_schema import attributes, journal_schema
from twin.kpi import KPIS
from twin.ledger import LINES


@pytest.fixture(scope="module")
def schema() -> dict[str, object]:
    """Return the schema as it is printed."""
    return json.loads(json.dumps(journal_schema()))


def test_it_is_a_json_schema(schema) -> None:
    """By the standard's own schema."""
    Draft202012Validator.check_schema(schema)


def test_every_line_of_a_day_fits_it_and_exactly_one_event(schema, cell, tmp_path) -> None:
    """Orders with windows, failed attempts and a refused plan are among them."""
    path = tmp_path / "day.jsonl"
    overrides = ("presence=50 %", "orders.windows={share: 50 %, width: 2 h}")
    run_day(cell("insertion", overrides=overrides, journal_path=str(path)))
    validator = Draft202012Validator(schema)

    lines = [json.loads(line) for line in path.read_bytes().splitlines()]

    assert len(lines) > 100
    problems = [error.message[:200] for line in lines for error in validator.iter_errors(line)]
    assert problems == []


def test_keys_stand_in_the_order_that_lines_have(schema, cell, tmp_path) -> None:
    """A reader may go by position."""
    path = tmp_path / "day.jsonl"
    run_day(cell(journal_path=str(path)))

    for line in map(json.loads, path.read_bytes().splitlines()):
        assert list(line) == list(schema["$defs"][line["event"]]["properties"])


def test_every_event_and_object_is_described(schema) -> None:
    """In words, from the class itself."""
    bare = [name for name, part in schema["$defs"].items() if not part.get("description")]

    assert bare == []


def test_fields_carry_their_description_where_the_class_gives_one(schema) -> None:
    """Two fields under one heading share it."""
    diverted = schema["$defs"]["Diverted"]["properties"]

    assert diverted["edges"]["description"] == diverted["lengths_m"]["description"]
    assert diverted["edges"]["description"].startswith("What was driven of the leg")


def test_all_that_kpis_are_made_of_is_there(schema) -> None:
    """The dictionary, the ledger's lines, the activities and what the words mean."""
    assert [row["name"] for row in schema["x-kpis"]] == [kpi.name for kpi in KPIS]
    assert [row["name"] for row in schema["x-ledger-lines"]] == [line.name for line in LINES]
    assert schema["x-activity"]["Departed"] == "driving"
    assert {"due", "late", "halt", "route", "paid time", "money"} <= set(schema["x-reading"])


def test_attributes_are_read_from_a_numpydoc_docstring() -> None:
    """Names before a comma share what stands below them."""
    docstring = """One line.

    Attributes
    ----------
    edges, nodes
        The way
        chosen.
    to
        Where it goes: ``home`` or not.
    """

    assert attributes(docstring) == {
        "edges": "The way chosen.",
        "nodes": "The way chosen.",
        "to": "Where it goes: 'home' or not.",
    }

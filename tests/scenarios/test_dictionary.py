"""The page of this room says what the code does."""

from pathlib import Path

import scenarios
from scenarios.defaults import DEFAULTS
from scenarios.dictionary import settings, with_tables
from scenarios.load import load_text

PAGE = Path(scenarios.__file__).with_name("README.md")


def test_the_tables_of_the_page_are_those_of_the_code():
    """Made anew by `python -m scenarios.dictionary`."""
    text = PAGE.read_text(encoding="utf-8")

    assert with_tables(text) == text


def test_every_setting_has_a_meaning():
    """In words, for the table and for editors."""
    assert [setting.path for setting in settings() if not setting.meaning] == []


def test_every_default_has_a_source_and_a_mark():
    """A number without one cannot be believed."""
    for row in DEFAULTS:
        assert row.source
        assert row.mark in ("computed", "read", "general", "choice")


def test_the_example_of_the_page_is_a_scenario(tmp_path):
    """As it stands."""
    example = PAGE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]

    assert load_text(example, "README.md", tmp_path).spec.name == "downtown"


def test_the_example_of_vehicles_and_money_is_a_scenario(tmp_path):
    """With a name, a network and orders before it."""
    section = PAGE.read_text(encoding="utf-8").split("## Vehicles, drivers, carriers, money")[1]
    example = section.split("```yaml\n")[1].split("```")[0]
    text = "name: x\nnetwork: demo-city\norders: 600\n" + example

    assert set(load_text(text, "README.md", tmp_path).spec.carriers) == {"acme", "partner", "post"}

"""Policies as a scenario names them, tried without being run."""

from pathlib import Path

import pytest

from experiments.chosen import Chosen
from experiments.named import listed_in, policy_problems


@pytest.mark.slow
def test_an_import_that_hangs_is_ended(policy_file) -> None:
    """Two seconds are given; it would take an hour."""
    chosen = Chosen(policy_file("return Plan()", "time.sleep(3600)"))

    [problem] = policy_problems(chosen, "x.yaml:5: policies.0", limit_s=2.0)

    assert problem.startswith("x.yaml:5: policies.0: mine.py:Mine: was not imported within 2 s")


def test_policies_are_found_in_a_file_that_is_wrong_elsewhere(tmp_path: Path) -> None:
    """By name alone, or with parameters; what is no name is left out."""
    path = tmp_path / "x.yaml"
    path.write_text("orders: -3\npolicies: [nearst, {name: insertion, reach: 3 s}, 7, {a: b}]\n")

    assert [chosen.name for chosen in listed_in(path)] == ["nearst", "insertion"]


@pytest.mark.parametrize("text", ["policies: 7\n", "- a\n", "a: [\n", "", "\0"])
def test_what_names_no_policies_lists_none(tmp_path: Path, text: str) -> None:
    """The file itself is refused elsewhere."""
    path = tmp_path / "x.yaml"
    path.write_text(text)

    assert listed_in(path) == []

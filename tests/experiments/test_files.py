"""Files that appear whole, and names that are safe."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.files import safe_name, write_whole


@given(st.text(max_size=300))
def test_any_name_becomes_a_name_of_one_folder(name: str) -> None:
    """No separator, no leading dot, no reserved character survives."""
    safe = safe_name(name)

    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", safe)
    assert len(safe) <= 100
    assert not safe.endswith(".")


@pytest.mark.parametrize("name", ["nearest", "my-policy_2", "acme.greedy"])
def test_a_safe_name_stays_as_it_is(name: str) -> None:
    """What people type is what they find."""
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [("a/b", "a_b"), ("a/b", "a:b"), ("../x", "x"), ("x" * 300, "x" * 301), ("con", "con-")],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    """A name that had to be changed carries its hash."""
    assert safe_name(one) != safe_name(other)


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    """Readers see the old bytes or the new ones."""
    path = tmp_path / "a.txt"

    write_whole(path, b"old")
    write_whole(path, b"new")

    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    """A folder stands where it should go: what was there stays, and no unfinished file."""
    path = tmp_path / "taken"
    path.mkdir()
    (path / "inside").write_text("x")

    with pytest.raises(OSError, match="taken"):
        write_whole(path, b"new")

    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["taken"]

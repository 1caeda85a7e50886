"""The house: what ships, what is declared, and what must never be in it."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from experiments.exits import ROOMS
from twin.kpi import KPIS
from twin.plugins import installed

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HEAVY = ("numpy", "scipy", "pandas", "pydantic", "simpy", "osmium", "pyvrp", "matplotlib", "rich")
WORKPLACE = ("/work" + "/", "/root" + "/", "pypi" + ".org", "python" + "hosted", "/simple" + "/")
"""Paths and hosts of the machines that this was written on."""
NOT_OURS = ("ARCHITECTURE", "STYLE", "PROMISES", "INTERFACE", "SEMANTICS", "VALIDATION")
"""Papers that are not part of the project, by name: a reader could not find them."""
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "XX" + "X:", "raise NotImplemented" + "Error")


def tracked() -> Iterator[Path]:
    """Yield the files that belong to the project, the lock files and data apart."""
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    for name in filter(None, listed):
        path = ROOT / name
        if path.is_file() and path.suffix not in (".lock", ".npz", ".png", ".gz"):
            yield path


def test_every_kpi_has_a_unit_a_meaning_and_a_name_of_its_own() -> None:
    """The data dictionary is part of the interface."""
    assert len({kpi.name for kpi in KPIS}) == len(KPIS)
    for kpi in KPIS:
        assert kpi.unit, kpi.name
        assert len(kpi.meaning) > 10, kpi.name
        assert kpi.better in ("more", "less", "neither"), kpi.name


def test_help_loads_nothing_heavy() -> None:
    """`twin --help` comes at once: heavy libraries wait for the verb that needs them."""
    program = (
        "import sys; sys.argv = ['twin', '--help']\n"
        "from experiments.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd="/"
    )

    assert done.stdout.splitlines()[-1] == "[]"
    assert "Usage: twin" in done.stdout


def policy_classes() -> list[tuple[str, str]]:
    """Return module and name of every class under policies/ that can decide."""
    return [
        (path.stem, node.name)
        for path in sorted((ROOT / "policies").glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(part, ast.FunctionDef) and part.name == "decide" for part in node.body)
    ]


def test_every_module_with_a_policy_has_its_entry_point() -> None:
    """Our own policies come through the door that everybody's come through."""
    declared = set(PROJECT["project"]["entry-points"]["twin.policies"].values())
    modules = {target.partition(":")[0] for target in declared}

    assert [name for name, _ in policy_classes() if f"policies.{name}" not in modules] == []
    for target in declared:
        module, _, name = target.partition(":")
        assert (module.removeprefix("policies."), name) in policy_classes(), target


def test_declared_policies_are_installed() -> None:
    """What the project file declares is what the command finds."""
    assert set(PROJECT["project"]["entry-points"]["twin.policies"]) <= set(installed())


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locked_packages_are_hashed_and_name_no_place(name: str) -> None:
    """Name, exact version and hash; no address of an index or a file."""
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "://" not in text
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert len(requirements) > 10
    for requirement in requirements:
        assert re.match(r"[A-Za-z0-9._-]+==\S+", requirement), requirement[:80]
        assert "--hash=sha256:" in requirement, requirement[:80]


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_says_what_lives_in_it(room: str) -> None:
    """A README in each."""
    assert (ROOT / room / "README.md").is_file()


def test_no_file_speaks_of_the_place_it_was_written_at() -> None:
    """Nor of papers that no reader of the project has."""
    words = [*WORKPLACE, *(f"{name}.md" for name in NOT_OURS)]
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked()
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]

    assert found == []


def test_nothing_is_left_for_later() -> None:
    """What is not in this version is refused by name, not stubbed."""
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked()
        if path.suffix == ".py"
        for word in UNFINISHED
        if word in path.read_text(encoding="utf-8")
    ]

    assert found == []


@pytest.mark.slow
def test_the_wheel_holds_the_five_packages_with_their_data_and_nothing_else(
    tmp_path: Path,
) -> None:
    """A stray top-level name would overwrite somebody else's package."""
    here = str(Path(sys.executable).parent)
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT],
        env={**os.environ, "PATH": f"{here}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=True,
    )
    [wheel] = tmp_path.glob("*.whl")

    names = zipfile.ZipFile(wheel).namelist()

    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)
    assert len(tops) == len(ROOMS) + 1
    shipped = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in tracked()
        if path.is_relative_to(ROOT / room)
    }
    assert shipped - set(names) == set()
    assert "twin/py.typed" in names
    assert "scenarios/library/six-lines.yaml" in names
    assert any(name.startswith("networks/data/") and name.endswith(".npz") for name in names)
    assert not [name for name in names if "__pycache__" in name]

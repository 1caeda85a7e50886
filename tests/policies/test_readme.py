"""The page that a stranger reads first: every block of it works, in the order it stands there."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from twin.testing import check_policy

PAGE = Path(__file__).parents[2] / "policies" / "README.md"
PIP = """\
#!/bin/sh
# Stands for pip on a machine without a package index: into a folder, with what is there.
verb=$1; shift
exec "{python}" -m pip "$verb" --quiet --disable-pip-version-check --no-index --no-deps \\
  --no-build-isolation --target "{target}" "$@"
"""


class Block(NamedTuple):
    """A block of code: its language, and the file whose name is its first line, if it has one."""

    language: str
    file: str
    text: str


def blocks() -> Iterator[Block]:
    """Yield the blocks of the page."""
    for language, text in re.findall(
        r"^```(\w+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        named = re.match(r"# (\S+)\n", text)
        yield Block(language, named[1] if named and language != "sh" else "", text)


def commands() -> Iterator[str]:
    """Yield the commands of the page, in their order."""
    for block in blocks():
        if block.language == "sh":
            yield from block.text.splitlines()


def test_the_policies_in_the_readme_pass_the_conformance_suite(tmp_path, monkeypatch):
    """Each class of the page that decides is a policy that holds to the contract."""
    for block in blocks():
        if block.language == "python":
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    code = "from one_each import OneEach\nfrom in_batches import InBatches\n"
    names: dict[str, object] = {}
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 # our own page

    check_policy(names["OneEach"])  # type: ignore[arg-type] # a class of that page
    check_policy(names["InBatches"])  # type: ignore[arg-type] # a class of that page


def test_every_block_of_the_readme_is_run_by_a_test():
    """None is of a language, or without a file, that nobody would try."""
    for block in blocks():
        assert block.language == "sh" or block.file, block.text


class Shell:
    """A terminal in an empty folder, with our commands and a pip that needs no index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._installed = folder.with_name(f"{folder.name}-installed")
        commands = folder.with_name(f"{folder.name}-bin")
        for place in (folder, self._installed, commands):
            place.mkdir()
        pip = commands / "pip"
        pip.write_text(PIP.format(python=sys.executable, target=self._installed))
        pip.chmod(0o755)
        here = str(Path(sys.executable).parent)
        self._env = {
            **os.environ,
            "PATH": os.pathsep.join([str(commands), here, os.environ["PATH"]]),
            "PYTHONPATH": str(self._installed),
            "XDG_CACHE_HOME": str(commands / "cache"),
            "NO_COLOR": "1",
        }

    def type(self, line: str) -> str:
        """Run a command and return what it printed."""
        done = subprocess.run(  # noqa: S602 # commands of our own page
            line, shell=True, cwd=self.folder, env=self._env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.mark.slow
def test_the_tutorial_does_what_it_says(tmp_path):
    """Its files are written and its commands typed, from the first to the last."""
    shell = Shell(tmp_path / "tutorial")
    said: dict[str, str] = {}

    for block in blocks():
        if block.file:
            path = shell.folder / block.file
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        else:
            said |= {line: shell.type(line) for line in block.text.splitlines()}

    assert list(said) == list(commands())
    for line, printed in said.items():
        if line.startswith("twin policies check"):
            assert printed.count(" kept") == 12, printed
        if line.startswith("twin run"):
            assert "served" in printed
    # A package from the words of the page alone, listed with its distribution.
    assert re.search(r"one-each +acme-dispatch 1\.0\.0 ", said["twin policies list"])
    for name in ("my-city", "patient", "one-each"):
        assert (shell.folder / "runs" / name / "results.csv").is_file()
    for test in ("test_one_each.py", "test_my_policy.py"):
        shell.type(f"python -m pytest -q -p no:cacheprovider {test}")


@pytest.mark.slow
def test_a_package_that_the_command_writes_is_found_by_its_name(tmp_path):
    """Written, installed, listed, checked, run; its own test passes."""
    shell = Shell(tmp_path / "package")

    shell.type("twin policies new acme-soonest --package")
    shell.type("pip install ./acme-soonest")

    assert re.search(r"acme-soonest +acme-soonest 0\.1\.0 ", shell.type("twin policies list"))
    assert shell.type("twin policies check acme-soonest --with most=10").count(" kept") == 12
    shell.type("twin init small")
    settings = "--set orders=40 --set fleet.van=3"
    assert "served" in shell.type(f"twin run small.yaml {settings} --policy acme-soonest")
    shell.type("python -m pytest -q -p no:cacheprovider acme-soonest/tests")

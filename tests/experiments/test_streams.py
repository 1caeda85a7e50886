"""What is written where nobody reads: it ends nothing before results are kept."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from experiments.exits import Exit, say, told
from experiments.show import put, put_json
from experiments.store import read_records
from experiments.streams import UnreadError, to_stderr

TWIN = [sys.executable, "-c", "from experiments.cli import main; main()"]


@pytest.fixture
def unread() -> Iterator[io.TextIOWrapper]:
    """Return a stream into a pipe that nobody reads any more."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as stream:
        yield stream


def test_what_is_said_to_nobody_ends_nothing(
    unread: io.TextIOWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does what follows, nor the end of the stream, which flushes what is left in it."""
    monkeypatch.setattr(sys, "stderr", unread)

    say("interrupted")
    to_stderr("x" * 100_000)

    unread.close()


def test_results_that_nobody_reads_end_a_command_quietly(
    unread: io.TextIOWrapper,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Tables and JSON; what follows them goes nowhere."""
    monkeypatch.setattr(sys, "stdout", unread)

    with pytest.raises(SystemExit) as left, told():
        put_json({"a": 1})

    assert left.value.code is Exit.OK
    assert capsys.readouterr().err == ""
    put("a line")  # its stream leads nowhere now


def test_a_table_that_nobody_reads_is_told_to_who_printed_it(
    unread: io.TextIOWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", unread)

    with pytest.raises(UnreadError):
        put("a line")


def test_a_pipe_that_breaks_elsewhere_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    """Such as that to a worker that died while it was started: nothing was lived."""
    with pytest.raises(SystemExit) as left, told():
        raise BrokenPipeError(32, "Broken pipe")

    assert left.value.code is Exit.MACHINE
    assert "Broken pipe" in capsys.readouterr().err


def test_days_are_lived_and_printed_though_nobody_reads_stderr(small, policy_file) -> None:
    """Under a policy that prints; the reader of stderr is gone from the start."""
    mine = policy_file("print('x' * 200); return Plan()")
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run(  # noqa: S603 # ours
        [*TWIN, "run", str(small), "--policy", mine, "--days", "2", "--json", "-o", "out"],
        stdout=subprocess.PIPE,
        stderr=write,
        check=False,
    )
    os.close(write)

    assert done.returncode == 0
    assert json.loads(done.stdout)["days"] == [1, 2]
    assert len(read_records(Path("out"))) == 2


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-"])
@pytest.mark.slow
def test_streams_that_were_closed_before_are_as_if_nobody_read_them(small, closed) -> None:
    """No file of ours takes their numbers, and the days are kept."""
    done = subprocess.run(  # noqa: S603 # ours
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *TWIN, "run", str(small)],
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0
    assert (b"served" in done.stdout) is (closed == "2>&-")
    assert done.stderr == b""
    assert len(read_records(Path("runs/small"))) == 1

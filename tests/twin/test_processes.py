"""What a process has started is ended with it, wherever it has gone."""

import os
import select
import signal
import subprocess
import sys

import pytest

from twin.processes import end_group, end_living

LEADS = """
import os, subprocess, sys, time
from twin.processes import lead_a_group

lead_a_group()
sleep = ["sleep", "86398.5"]
subprocess.run(["sh", "-c", "setsid sleep 86398.5 & echo $!"], check=True)
print(subprocess.Popen(sleep, start_new_session=True).pid)
print(subprocess.Popen(sleep).pid, flush=True)
time.sleep(3600)
"""


@pytest.fixture
def leader():
    """Return a process with a child in its group, one out of it, and one left by another child."""
    with subprocess.Popen([sys.executable, "-c", LEADS], stdout=subprocess.PIPE) as process:  # noqa: S603
        yield process
        process.kill()


def started(leader) -> list[int]:
    return [os.pidfd_open(int(leader.stdout.readline())) for _ in range(3)]


def ended(process: int) -> bool:
    """Whether it has ended, or does within ten seconds."""
    return bool(select.select([process], [], [], 10.0)[0])


def test_a_living_process_is_ended_with_all_that_it_started(leader):
    """Also with what is in another group, or has lost its parent."""
    children = started(leader)

    end_living(leader.pid)

    assert leader.wait(timeout=10) == -9
    assert all(ended(child) for child in children)


def test_a_process_that_is_gone_leaves_nobody_of_its_group(leader):
    """What was out of the group by then cannot be found any more; it is ended here."""
    daemon, other, member = started(leader)
    leader.kill()
    leader.wait()

    end_group(leader.pid)

    assert ended(member)
    for process in (daemon, other):
        assert not select.select([process], [], [], 0.0)[0]
        signal.pidfd_send_signal(process, signal.SIGKILL)
    end_group(leader.pid)  # nobody is left, which is no error

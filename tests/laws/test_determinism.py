"""The same bytes, whatever the process, the hash seed, or what a policy does to shared chance."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dispatchers import Chaos, decides
from hypothesis import given
from small_days import QUICK, day_of, policies, small_days, tried
from worlds import depot, line, order, place, van, world

from twin import Plan, Stop, run
from twin.errors import Livelock

HERE = Path(__file__).resolve()
SHOW = """
import sys
sys.path[:0] = [{tests!r}, {root!r}]
from small_days import QUICK, day_of, solver
from twin import run
for number in range(12):
    for name, make in sorted(QUICK.items()):
        print(number, name, run(day_of(number), make).fingerprint())
    print(number, "solver", run(day_of(number), solver).fingerprint())
"""


def shown(tmp_path: Path, hash_seed: str, options: tuple[str, ...] = ()) -> list[str]:
    """Return what another process prints: a line for each of some days under each policy."""
    code = SHOW.format(tests=str(HERE.parents[1]), root=str(HERE.parents[2]))
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    done = subprocess.run(  # noqa: S603 # our own interpreter with our own code
        [sys.executable, *options, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_two_processes_with_two_hash_seeds_write_the_same_bytes(tmp_path):
    """Another folder, locale and time zone, and once with asserts switched off."""
    first = shown(tmp_path, "1")

    assert len(first) == 12 * (len(QUICK) + 1)
    assert shown(tmp_path, "2", ("-O",)) == first


@tried(25)
@given(day=small_days(), make=policies)
def test_a_policy_that_seeds_the_global_generators_changes_nothing(day, make):
    """Whoever else draws from them, and however often."""
    import random  # noqa: PLC0415, TID251 # what a bad policy does

    def meddling(briefing):
        policy = make(briefing)
        decide = policy.decide

        def meddle(view):
            random.seed(0)
            np.random.seed(0)  # noqa: NPY002, TID251
            random.random()  # noqa: S311
            return decide(view)

        policy.decide = meddle
        return policy

    assert run(day, meddling).fingerprint() == run(day, make).fingerprint()


def test_a_policy_has_its_own_chance_by_its_name():
    """Drawing more or less of it changes no order, no door and no other policy's draws."""
    day = day_of(7)

    assert run(day, Chaos, name="a").fingerprint() == run(day, Chaos, name="a").fingerprint()
    assert run(day, Chaos, name="a").events[1:] != run(day, Chaos, name="b").events[1:]


def test_work_that_takes_no_time_again_and_again_is_a_livelock():
    """Sent back and forth between two places at one junction: stopped, with the last events."""
    day = world(line([600], 10), [depot(0), place("here", 0)], [order("a", "here")], [van()])

    def back_and_forth(view):
        free = [vehicle for vehicle in view.vehicles if vehicle.on_duty and not vehicle.route]
        return Plan({v.id: (Stop("here"), Stop("depot"), Stop("here")) for v in free})

    with pytest.raises(Livelock) as stopped:
        run(day, decides(back_and_forth), name="restless")

    words = str(stopped.value)
    assert "events at 00:00:00 under restless and no time passes" in words
    assert words.count("\n    ") == 6

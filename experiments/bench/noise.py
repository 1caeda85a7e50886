"""What chance costs: the same town's day with all noise against the day without any.

``python -m experiments.bench.noise SCENARIO POLICY`` prints one line of JSON for one policy.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from experiments.bench.clocks import Row, cpu_s
from experiments.bench.days import PORTO_ALEGRE
from scenarios.load import load
from scenarios.network import network_of
from scenarios.realise import realise
from scenarios.traffic import believed_travel
from twin import MakePolicy, World, run
from twin.plugins import load as load_policy

TARGET = 1.5
"""Most that a day with all noise may take of one without."""


def rows(data: Path, folder: Path) -> list[Row]:
    """Return the measurements; the scenario and copies of its data go to a folder."""
    source = data / "osm_mid_porto_alegre"
    for name in ("poa.osm.pbf", "poa_hexgrid.csv"):
        (folder / name).write_bytes((source / name).read_bytes())
    scenario = folder / "noisy.yaml"
    scenario.write_text(PORTO_ALEGRE)
    return [_row(scenario, policy) for policy in ("nearest", "insertion")]


def _row(scenario: Path, policy: str) -> Row:
    command = [sys.executable, "-m", "experiments.bench.noise", str(scenario), policy]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    note = (
        f"drawing the day {found['draw_on_s']:.2f} s against {found['draw_off_s']:.2f} s, living "
        f"it {found['on_s'] - found['draw_on_s']:.2f} s against "
        f"{found['off_s'] - found['draw_off_s']:.2f} s"
    )
    return Row(
        f"a day with all noise, {found['orders']:,} orders, {policy}",
        found["on_s"],
        "the day without",
        found["off_s"],
        f"{TARGET:g}",
        note,
    )


def measure(scenario: Path, policy: str) -> dict[str, float]:
    """Return the CPU seconds of drawing and living one day, with noise and without.

    The network and the rows of it that the days ask for are kept from a first run of each.
    """
    make = load_policy(policy)
    found: dict[str, float] = {}
    network = None
    for noise in ("on", "off"):
        loaded = load(scenario, (f"noise={noise}",))
        network = network or network_of(loaded.spec, loaded.base_dir, loaded.tables)
        travel = believed_travel(loaded.spec, network)
        draw = partial(realise, loaded.spec, network, 1, 1, loaded.tables, travel)
        found["orders"] = len(_lived(draw, make, policy).orders)
        found[f"draw_{noise}_s"] = cpu_s(draw)
        found[f"{noise}_s"] = cpu_s(partial(_lived, draw, make, policy))
    return found


def _lived(draw: Callable[[], World], make: MakePolicy, policy: str) -> World:
    world = draw()
    run(world, make, name=policy)
    return world


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]), sys.argv[2])) + "\n")

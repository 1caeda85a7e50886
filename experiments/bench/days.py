"""Whole days on streets: wall, CPU and peak memory, each in a process of its own.

``python -m experiments.bench.days SCENARIO POLICY`` prints one line of JSON for one of them.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from experiments.bench.clocks import Row, peak_mb
from scenarios.load import load
from scenarios.network import network_of
from scenarios.realise import realise
from twin import run
from twin.plugins import load as load_policy

PORTO_ALEGRE: Final = """
name: porto-alegre
network: {file: poa.osm.pbf}
orders:
  count: 1000
  where: {population: {csv: poa_hexgrid.csv}}
  arrivals: {known: 80 %, by_hour: {9: 1, 10: 1, 11: 1, 12: 1, 13: 1}}
  windows: {share: 30 %, width: {2 h: 100 %}, between: 09:00-17:00}
presence: {probability: 90 %}
fleet:
  north_vans: {type: van, count: 6, depot: north}
  south_vans: {type: van, count: 6, depot: south}
  north_bikes: {type: cargo_bike, count: 4, depot: north}
  south_bikes: {type: cargo_bike, count: 4, depot: south}
depots:
  north: {lat: -30.02, lon: -51.19}
  south: {lat: -30.06, lon: -51.21}
"""
CITY: Final = """
name: city
network: {city: {km2: 100, seed: 1}}
orders: {count: 10000, arrivals: {known: 90 %, by_hour: {9: 1, 10: 1, 11: 1, 12: 1}}}
presence: {probability: 90 %}
fleet: {van: 140}
"""


def rows(data: Path, folder: Path) -> list[Row]:
    """Return the measurements; scenarios and copies of their data go to a folder."""
    source = data / "osm_mid_porto_alegre"
    for name in ("poa.osm.pbf", "poa_hexgrid.csv"):
        (folder / name).write_bytes((source / name).read_bytes())
    (folder / "porto-alegre.yaml").write_text(PORTO_ALEGRE)
    (folder / "city.yaml").write_text(CITY)
    plan = (
        ("porto-alegre", "nearest"),
        ("porto-alegre", "insertion"),
        ("porto-alegre", "static"),
        ("city", "nearest"),
    )
    return [_row(folder / f"{scenario}.yaml", policy) for scenario, policy in plan]


def _row(scenario: Path, policy: str) -> Row:
    command = [sys.executable, "-m", "experiments.bench.days", str(scenario), policy]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    note = (
        f"wall {found['wall_s']:.1f} s, peak {found['peak_mb']:.0f} MB, first run with rows "
        f"{found['first_s']:.1f} s, network {found['network_s']:.1f} s, drawing the day "
        f"{found['realise_s']:.1f} s, {found['events']:,} events"
    )
    return Row(
        f"{found['orders']:,} orders on {scenario.stem}, {policy}", found["cpu_s"], note=note
    )


def measure(scenario: Path, policy: str) -> dict[str, float]:
    """Return what one day takes, the second time with the rows of the road graph cached."""
    loaded = load(scenario)
    clock = time.process_time
    began = clock()
    network = network_of(loaded.spec, loaded.base_dir, loaded.tables)
    opened = clock()
    world = realise(loaded.spec, network, 1, 1, loaded.tables)
    realised = clock()
    make = load_policy(policy)
    run(world, make, name=policy)
    first = clock()
    wall = time.perf_counter()
    journal = run(world, make, name=policy)
    return {
        "network_s": opened - began,
        "realise_s": realised - opened,
        "first_s": first - realised,
        "cpu_s": clock() - first,
        "wall_s": time.perf_counter() - wall,
        "peak_mb": peak_mb(),
        "events": len(journal),
        "orders": len(world.orders),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]), sys.argv[2])) + "\n")

"""All policies on two kinds of operation: where planning anew is dear, and where it is cheap.

``python -m experiments.bench.operations FOLDER [--days 10] [--jobs 2]`` writes the two scenarios
and the map data that they need into a folder, and runs ``twin compare`` on each. The tables in
`policies/README.md` were made so.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

TOWN: Final = """\
network: {file: poa.osm.pbf}
currency: EUR
breakdowns: {every: 3000 km}
service: {parking: downtown}
costs: {message: 0.10}
foresight: true                            # for the oracle only
policies: [{name: manual, dispatchers: 6}]  # a morning of 800 orders takes them 2 h 15 min
depots:
  north: {lat: -30.02, lon: -51.19}
  south: {lat: -30.06, lon: -51.21}
"""
"""What both operations share, written below either."""

LOADED: Final = """\
# Parcels: what is known in the morning is loaded then; what comes later waits at its depot.
name: parcels-loaded
orders:
  count: 1000
  where: {population: {csv: poa_hexgrid.csv}}
  arrivals: {known: 80 %, by_hour: {8: 1, 9: 1, 10: 1, 11: 1, 12: 1, 13: 1}, ready_after: 20 min}
  windows: {share: 30 %, width: {2 h: 60 %, 4 h: 40 %}, between: 09:00-17:00}
  parcels: typical
presence: {probability: 90 %}
service_classes: {standard: {max_attempts: 2, retry: tomorrow}}
dispatch: {load_lock: 60 min}
fleet:
  north_vans: {type: van, count: 7, depot: north, overtime: 1 h}
  south_vans: {type: van, count: 7, depot: south, overtime: 1 h}
"""
PICKED: Final = """\
# Groceries: short tours, each picked when it leaves; every order has its window.
name: picked-per-tour
orders:
  count: 1000
  where: {population: {csv: poa_hexgrid.csv}}
  arrivals: {known: 80 %, by_hour: {8: 1, 9: 1, 10: 1, 11: 1, 12: 1, 13: 1}, ready_after: 30 min}
  windows: {share: 100 %, width: {2 h: 70 %, 1 h: 30 %}, between: 09:00-19:00}
  parcels: typical
presence: {probability: 95 %}
service_classes: {standard: {max_attempts: 2, retry: tomorrow}}
dispatch: {preloaded: false}
fleet:
  north_vans:
    {type: van, count: 10, depot: north, shift: 09:00-18:00, overtime: 1 h, capacity: {parcels: 24}}
  south_vans:
    {type: van, count: 10, depot: south, shift: 10:00-19:30, overtime: 1 h, capacity: {parcels: 24}}
"""
POLICIES: Final = (
    "static", "manual", "nearest", "slack", "insertion", "waves", "districts", "rolling", "risk",
    "oracle",
)  # fmt: skip
DATA: Final = ("poa.osm.pbf", "poa_hexgrid.csv")


def written(data: Path, folder: Path) -> list[Path]:
    """Write both scenarios and what they need into a folder, and return their files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in DATA:
        (folder / name).write_bytes((data / "osm_mid_porto_alegre" / name).read_bytes())
    paths = [folder / "parcels-loaded.yaml", folder / "picked-per-tour.yaml"]
    for path, text in zip(paths, (LOADED, PICKED), strict=True):
        path.write_text(text + TOWN)
    return paths


def main() -> int:
    """Write, compare, and return the worst exit code."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--days", type=int, default=10)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--policies", default=",".join(POLICIES))
    given = asked.parse_args()
    root = Path(__file__).resolve().parents[2]
    data = Path(os.environ.get("TWIN_DATA", root.parent / "shared" / "data"))
    worst = 0
    for scenario in written(data, given.folder):
        command = [
            "twin", "compare", str(scenario), "--policies", given.policies, "--days",
            str(given.days), "--jobs", str(given.jobs), "-o", str(given.folder / scenario.stem),
        ]  # fmt: skip
        done = subprocess.run(
            [str(Path(sys.executable).parent / command[0]), *command[1:]], check=False
        )
        worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    raise SystemExit(main())

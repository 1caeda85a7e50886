"""Each mechanism of the stochastic day alone: what it moves, on the Porto Alegre day.

``python -m experiments.bench.mechanisms [DAYS]`` prints a table; each row is the same days with one
setting changed, under `insertion`. Shares and ratios are ratios of sums over the days.
"""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from networks.network import Network
from scenarios.load import load
from scenarios.network import network_of
from scenarios.realise import realise
from scenarios.traffic import believed_travel
from twin import run
from twin.kpi import Figure, figures
from twin.plugins import load as load_policy

BASE: Final = """
name: porto-alegre-mechanisms
network: {file: poa.osm.pbf}
currency: EUR
orders:
  count: 1000
  where: {population: {csv: poa_hexgrid.csv}}
  arrivals: {known: 80 %, by_hour: {6: 1, 7: 1, 8: 1, 9: 1, 10: 1, 11: 1}}
  windows: {share: 30 %, width: {2 h: 100 %}, between: 09:00-17:00}
traffic: {believed: free flow}
presence: {probability: 90 %}
service_classes: {standard: {max_attempts: 2, retry: tomorrow}}
breakdowns: {every: 2000 km}
service: {parking: downtown}
walking: {radius: 100 m}
familiarity: {share: 30 %, learning_visits: 20}
dispatch: {load_lock: 60 min}
depots:
  north: {lat: -30.02, lon: -51.19}
  south: {lat: -30.06, lon: -51.21}
fleet:
  north_vans: {type: van, count: 6, depot: north, overtime: 3 h}
  south_vans: {type: van, count: 6, depot: south, overtime: 3 h}
  north_bikes: {type: cargo_bike, count: 4, depot: north, overtime: 3 h}
  south_bikes: {type: cargo_bike, count: 4, depot: south, overtime: 3 h}
"""

VARIANTS: Final[Mapping[str, Sequence[str]]] = {
    "as it is": (),
    "no chance at all": ("noise=off",),
    "no traffic: free flow": ("traffic.profile=free flow",),
    "traffic twice as dense": ("traffic.level=78 %",),
    "traffic believed in": ("traffic.believed=profile",),
    "absence at doors x2": ("presence.probability=80 %",),
    "breakdowns x10": ("breakdowns.every=200 km",),
    "rain": ("weather.kind=rain",),
    "20 % of drivers absent": ("absence.share=20 %",),
    "flash sale at 11, x4 for 1 h": ("orders.bursts=[{at: 11:00, lasts: 1 h, factor: 4}]",),
    "walking off": ("walking.radius=0 m",),
    "load lock off": ("dispatch.load_lock=0 s",),
    "familiarity off": ("familiarity.share=0 %",),
    "adherence 80 %": ("adherence=80 %",),
}

SHOWN: Final = (
    ("orders", "orders_placed", 1),
    ("on time %", "on_time_share", 100),
    ("served %", "delivered_share", 100),
    ("first try %", "first_attempt_share", 100),
    ("stops/h", "stops_per_hour", 1),
    ("km", "distance_km", 1),
    ("parking %", "time_parking_share", 100),
    ("walking %", "time_walking_share", 100),
    ("down %", "time_down_share", 100),
    ("waiting %", "time_waiting_share", 100),
    ("in planned order %", "route_adherence", 100),
    ("overtime h", "overtime_h", 1),
    ("breakdowns", "breakdowns", 1),
)
"""What is shown: heading, KPI and factor."""


def main() -> None:
    """Live every variant and print the table."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    root = Path(__file__).resolve().parents[2]
    data = Path(os.environ.get("TWIN_DATA", root.parent / "shared" / "data"))
    with tempfile.TemporaryDirectory() as folder:
        for name in ("poa.osm.pbf", "poa_hexgrid.csv"):
            source = data / "osm_mid_porto_alegre" / name
            (Path(folder) / name).write_bytes(source.read_bytes())
        scenario = Path(folder) / "day.yaml"
        scenario.write_text(BASE)
        network: Network | None = None
        sys.stdout.write(f"| | {' | '.join(heading for heading, *_ in SHOWN)} |\n")
        sys.stdout.write(f"|---|{'---|' * len(SHOWN)}\n")
        for name, overrides in VARIANTS.items():
            loaded = load(scenario, overrides)
            if network is None:
                network = network_of(loaded.spec, loaded.base_dir, loaded.tables)
            travel = believed_travel(loaded.spec, network)
            make = load_policy("insertion")
            found = []
            for day in range(1, days + 1):
                world = realise(loaded.spec, network, 1, day, loaded.tables, travel)
                found.append(figures(run(world, make, name="insertion")))
            cells = " | ".join(_cell(found, kpi, factor) for _, kpi, factor in SHOWN)
            sys.stdout.write(f"| {name} | {cells} |\n")
            sys.stdout.flush()


def _cell(days: Sequence[Mapping[str, Figure]], kpi: str, factor: float) -> str:
    """Return a ratio of sums over the days, or a mean a day of what is counted."""
    if days[0][kpi].denominator is None:
        return f"{factor * sum(day[kpi].value or 0.0 for day in days) / len(days):.1f}"
    above = sum(day[kpi].numerator or 0.0 for day in days)
    below = sum(day[kpi].denominator or 0.0 for day in days)
    return f"{factor * above / below:.1f}" if below else "-"


if __name__ == "__main__":
    main()

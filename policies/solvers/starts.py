"""How each vehicle goes on in the middle of a day: what stays of its line, and what is aboard."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from policies.blocks.items import Item
from policies.blocks.lines import Line
from policies.blocks.planned import binds
from policies.blocks.stops import needs_goods
from twin import Collect, Deliver, Load, LoadOrders, OrderView, PlaceKind, Route, UnloadOrders
from twin.model import NodeId, OrderId, PlaceId
from twin.plan import Action, HandOver
from twin.rows import Status


@dataclass(frozen=True, slots=True)
class Start:
    """Where and when a vehicle is free to be planned anew, and with what.

    Attributes
    ----------
    line
        What it is going to do as things stand.
    kept
        How many stops of that stay as they are.
    at_s
        When it has done them, seconds since midnight.
    place
        Where it is then, if that is a place it stops at or stands at.
    to_deliver
        Goods that it has then and that can be delivered, in no order that matters.
    other
        How much else is aboard then.
    """

    line: Line
    kept: int
    node: NodeId
    at_s: float
    place: PlaceId | None
    to_deliver: tuple[OrderView, ...]
    other: Load

    @property
    def route(self) -> Route:
        """The stops that stay."""
        return self.line.route()[: self.kept]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is aboard."""
        return not self.to_deliver and self.other == Load()


def start_of(line: Line, keep_until_s: float) -> Start:
    """Return how a vehicle goes on after the stops that it comes to before an instant.

    Stops up to the last hand-over, recharge or break stay too: others rely on them.
    """
    kept = _kept(line, keep_until_s)
    place = line.items[kept - 1].place.id if kept else line.vehicle.place
    aboard = _aboard_after(line, kept)
    rows = [line.view.by_order[o] for o in aboard if o in line.view.by_order]
    to_deliver = tuple(
        replace(row, status=Status.ABOARD, place=None, vehicle=line.vehicle.id)
        for row in rows
        if row.can_be_planned and needs_goods(row)
    )
    mine = {row.id for row in to_deliver}
    other = Load()
    for row in rows:
        if row.id not in mine:
            other = other + row.order.load
    return Start(
        line, kept, line.nodes[kept], float(line.departs_s[kept]), place, to_deliver, other
    )


def _kept(line: Line, until_s: float) -> int:
    """Return how many stops stay: those begun by an instant, and those before one that binds."""
    binding = [k for k, item in enumerate(line.items) if any(map(binds, item.actions))]
    return max(line.begun_by(until_s), binding[-1] + 1 if binding else 0)


def _aboard_after(line: Line, kept: int) -> list[OrderId]:
    """Return what a vehicle carries after its first stops, as far as its line says."""
    aboard = dict.fromkeys(line.vehicle.aboard)
    for k, item in enumerate(line.items[:kept]):
        for action in item.actions:
            _apply(action, aboard, line)
        if item.place.kind is PlaceKind.DEPOT:
            needed = set(_needed(line.items[k + 1 :]))
            for order_id in [o for o in aboard if o not in needed]:
                del aboard[order_id]
    return list(aboard)


def _needed(items: Iterable[Item]) -> Iterator[OrderId]:
    """Yield the orders that later stops deliver or hand over."""
    for item in items:
        for action in item.actions:
            if isinstance(action, Deliver):
                yield action.order
            elif isinstance(action, HandOver):
                yield from action.orders


def _apply(action: Action, aboard: dict[OrderId, None], line: Line) -> None:
    """Let an action change what is aboard."""
    if isinstance(action, LoadOrders):
        aboard.update(dict.fromkeys(action.orders))
    elif isinstance(action, Collect):
        aboard[action.order] = None
    elif isinstance(action, Deliver):
        aboard.pop(action.order, None)
    elif isinstance(action, UnloadOrders):
        for order_id in action.orders:
            aboard.pop(order_id, None)
    elif isinstance(action, HandOver):
        for order_id in action.orders:
            if action.giver == line.vehicle.id:
                aboard.pop(order_id, None)
            else:
                aboard[order_id] = None

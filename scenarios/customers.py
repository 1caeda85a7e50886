"""What customers will answer if they are asked for another window or a locker."""

from collections.abc import Iterable

from scenarios.demand import Chance
from scenarios.schema import ScenarioSpec
from twin.model import Order, OrderId
from twin.units import tick_s
from twin.world import Reply


def replies_of(spec: ScenarioSpec, orders: Iterable[Order], chance: Chance) -> dict[OrderId, Reply]:
    """Return what the customer of each order will answer; without noise no, after the mean time.

    One number of an order says whether it takes another window, one whether it takes a locker:
    who says no once says no again, so asking until somebody agrees is of no use.
    """
    asked = spec.customers
    if spec.noise == "off":
        no = Reply(after_s=tick_s(asked.answer_s.mean))
        return dict.fromkeys((order.id for order in orders), no)
    return {
        order.id: Reply(
            (chance.uniform("takes window", order.id) < asked.accept_window,),
            (chance.uniform("takes locker", order.id) < asked.accept_locker,),
            tick_s(asked.answer_s.at(chance.uniform("answers", order.id))),
        )
        for order in orders
    }

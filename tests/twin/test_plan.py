"""What a plan says about orders, and what is left of a route without some of them."""

from twin import Collect, Deliver, LoadOrders, Stop, UnloadOrders
from twin.plan import Break, HandOver, Recharge, orders_in, orders_of, without

ROUTE = (
    Stop("depot", (UnloadOrders(("x",)), LoadOrders(("a", "b")))),
    Stop("near", (Deliver("a"), Collect("c"))),
    Stop("yard"),
    Stop("depot", (UnloadOrders(),)),
    Stop("far", (Deliver("b"),)),
)


def test_each_order_of_a_route_is_named_once_in_the_order_of_its_first_action():
    """Put down, loaded, collected."""
    assert orders_in(ROUTE) == ("x", "a", "b", "c")
    assert orders_in(()) == ()


def test_actions_say_which_orders_they_are_about():
    """One, several or none."""
    assert orders_of(Deliver("a")) == orders_of(Collect("a")) == ("a",)
    assert orders_of(LoadOrders(("a", "b"))) == ("a", "b")
    assert orders_of(HandOver(("a",), "v1", "v2")) == ("a",)
    assert orders_of(Recharge()) == orders_of(Break(60.0)) == orders_of(UnloadOrders()) == ()


def test_a_route_without_an_order_has_no_action_about_it():
    """Stops left with nothing to do go too; places to go to, and unnamed unloading, stay."""
    assert without(ROUTE, frozenset({"a", "b", "x"})) == (
        Stop("near", (Collect("c"),)),
        Stop("yard"),
        Stop("depot", (UnloadOrders(),)),
    )


def test_a_route_without_nothing_is_the_route():
    """Stop by stop the same."""
    assert without(ROUTE, frozenset()) == ROUTE
    assert without(ROUTE, frozenset({"z"})) == ROUTE


def test_what_is_left_of_an_action_keeps_its_other_orders():
    """B alone is loaded."""
    assert without(ROUTE[:1], frozenset({"a"})) == (
        Stop("depot", (UnloadOrders(("x",)), LoadOrders(("b",)))),
    )

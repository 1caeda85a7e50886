"""Whose vehicles, how duties are paid, and what overflow carriers make of what is given to them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from scenarios.resolve import resolve, to_yaml
from twin.model import Carrier, CarrierKind
from twin.world import Pay

TOWN = "name: x\nnetwork: demo-city\norders: 40\n"
FLEET = "fleet: {van: 2, extra: {type: van, count: 1, carrier: acme}}\n"
HIRED = "carriers: {acme: {kind: hired, call_by: 06:30, pay: {duty: 180, hour: 20, least: 6 h}}}\n"
PAID = "carriers: {acme: {kind: contracted, pay: {stop: 2.5, parcel: 0.4, guarantee: 120}}}\n"
POST = "carriers: {post: {kind: overflow, tender_by: 07:30, cap: 30, parcel: 4.20}}\n"


def of_van(world, vehicle):
    """Return the only duty of a vehicle."""
    (duty,) = [duty for duty in world.duties if duty.vehicle == vehicle]
    return duty


def test_all_is_our_own_unless_said_otherwise(live):
    """One carrier, no pay rules: drivers are paid by the rates of the vehicle type."""
    world = live(TOWN + "fleet: {van: 2}\n")

    assert world.carriers == (Carrier("own"),)
    assert world.rates.pay == {}
    assert world.tendered == {}
    assert {vehicle.carrier for vehicle in world.vehicles} == {"own"}
    assert {duty.pay for duty in world.duties} == {""}


def test_a_hired_duty_is_called_by_a_time_and_paid_by_its_rule(live):
    """180 for the duty and 20 an hour, six hours at least, called until 6:30."""
    world = live(TOWN + FLEET + HIRED)
    duty = of_van(world, "extra-001")

    assert duty.call_by_s == 6.5 * 3600
    assert world.rates.pay[duty.pay] == Pay(duty=Decimal(180), hour=Decimal(20), least_hours=6)
    assert of_van(world, "van-001").pay == ""
    assert of_van(world, "van-001").call_by_s is None
    assert Carrier("acme", CarrierKind.HIRED) in world.carriers


def test_what_a_carrier_takes_holds_its_vehicle(live):
    """35 a day and 0.20 a km are what our own vans cost; those of others only if said so."""
    rates = live(TOWN + FLEET + PAID).rates

    assert rates.vehicle_day == {"van": Decimal(35), "van of acme": Decimal(0)}
    assert rates.vehicle_km == {"van": Decimal("0.2"), "van of acme": Decimal(0)}
    fuel = FLEET.replace("carrier: acme", "carrier: acme, cost: {km: 0.15}")
    rates = live(TOWN + fuel + PAID).rates
    assert rates.vehicle_km == {"van": Decimal("0.2"), "van of acme": Decimal("0.15")}
    flat = live(TOWN + FLEET + PAID + "costs: {vehicle_day: 50}\n").rates
    assert flat.vehicle_day == {"van": Decimal(50), "van of acme": Decimal(0)}


def test_a_van_of_another_carrier_is_the_same_van(live):
    """Capacity, mode, energy and what chance decides of it do not depend on whose it is."""
    own = live(TOWN + FLEET.replace(", carrier: acme", ""))
    other = live(TOWN + FLEET + PAID)
    one, two = (
        next(van for van in world.vehicles if van.id == "extra-001") for world in (own, other)
    )

    assert replace(two, type=one.type, carrier=one.carrier) == one
    assert other.breakdowns == own.breakdowns
    assert other.drivers == own.drivers


def test_a_group_may_be_paid_in_its_own_way(live):
    """Before the rule of its carrier; our own drivers too."""
    text = TOWN + FLEET.replace("van: 2", "van: {count: 2, pay: {hour: 18, guarantee: 100}}")
    world = live(text + PAID)

    assert of_van(world, "van-001").pay == "group van"
    assert world.rates.pay["group van"] == Pay(hour=Decimal(18), guarantee=Decimal(100))
    assert of_van(world, "extra-001").pay == "acme"
    all_own = live(
        TOWN + "fleet: {van: 1}\ncarriers: {own: {pay: {route: 90, breaks_paid: false}}}\n"
    )
    assert of_van(all_own, "van-001").pay == "own"
    assert all_own.rates.pay["own"] == Pay(route=Decimal(90), breaks_paid=False)


def test_every_order_has_one_fate_outside(live):
    """Served between 10 and 18, told an hour later; 98 % of them."""
    world = live(TOWN + "fleet: {van: 1}\n" + POST, "orders=2000")
    (post,) = [carrier for carrier in world.carriers if carrier.id == "post"]

    assert post == Carrier("post", CarrierKind.OVERFLOW, 7.5 * 3600, 30)
    assert world.rates.tendered_parcel == {"post": Decimal("4.20")}
    assert world.rates.tendered_order == {}
    assert set(world.tendered) == {order.id for order in world.orders}
    served = [one for one in world.tendered.values() if one.served_at_s is not None]
    # 2,000 x 0.02 = 40 fail, sd sqrt(40 x 0.98) = 6.3; within five of them.
    assert abs(2000 - len(served) - 40) < 32
    assert all(36_000 <= one.served_at_s <= 64_800 for one in served)
    assert all(one.told_at_s == one.served_at_s + 3600 for one in served)


def test_fates_outside_move_with_nothing_else(live):
    """More orders, a price or a cap more: each order's fate is what it was."""
    text = TOWN + "fleet: {van: 1}\n" + POST
    before = live(text).tendered

    for override in ("carriers.post.cap=5", "carriers.post.parcel=9", "orders=80", "fleet.van=3"):
        after = live(text, override).tendered
        assert {order: after[order] for order in before} == before
    worse = live(text, "carriers.post.success=10 %").tendered
    assert all(
        before[order].served_at_s == one.served_at_s
        for order, one in worse.items()
        if one.served_at_s is not None
    )
    assert sum(one.served_at_s is None for one in worse.values()) > 20


def test_without_noise_everything_given_away_is_delivered_at_the_middle(live):
    """14:00 between 10:00 and 18:00, told at 15:00."""
    world = live(TOWN + "fleet: {van: 1}\nnoise: off\n" + POST)

    assert {(one.served_at_s, one.told_at_s) for one in world.tendered.values()} == {
        (14 * 3600, 15 * 3600)
    }


def test_a_parcel_carrier_without_a_price_has_that_of_the_currency(live):
    """3.50 EUR, 4.75 USD; in other currencies none, and the line is not included."""
    text = TOWN + "fleet: {van: 1}\n" + POST.replace(", parcel: 4.20", "")

    assert live(text).rates.tendered_parcel == {"post": Decimal("3.5")}
    assert live(text + "currency: USD\n").rates.tendered_parcel == {"post": Decimal("4.75")}
    assert live(text + "currency: JPY\n").rates.tendered_parcel == {}
    by_order = text.replace("cap: 30", "cap: 30, order: 6")
    assert live(by_order).rates.tendered_parcel == {}
    assert live(by_order).rates.tendered_order == {"post": Decimal(6)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("carriers: {acme: {kind: gig}}", "not in this version ('gig'"),
        ("carriers: {acme: {kind: hired}}", "add `pay: {duty: 180}`"),
        ("carriers: {acme: {kind: contracted}}", "add `pay: {stop: 2.50}`"),
        ("carriers: {acme: {kind: hired, pay: {}}}", "no amount, expected one of"),
        ("carriers: {acme: {kind: hired, pay: {duty: 9, least: 4 h}}}", "add `hour:`"),
        ("carriers: {post: {kind: overflow}}", "add `tender_by: 07:00`"),
        ("carriers: {acme: {kind: own, cap: 4}}", "only for overflow; remove it"),
        (
            "carriers: {post: {kind: overflow, tender_by: 07:00, call_by: 06:00}}",
            "only for hired; remove it",
        ),
        (
            "carriers: {post: {kind: overflow, tender_by: 07:00, pay: {stop: 1}}}",
            "only for own or hired or contracted",
        ),
        ("carriers: {own: {kind: hired, pay: {duty: 9}}}", "our own carrier of another kind"),
        (
            "carriers: {post: {kind: overflow, tender_by: 11:00}}",
            "before it has the orders (10:00 < tender_by 11:00)",
        ),
        (
            (
                "carriers: {a: {kind: overflow, tender_by: 07:00}, "
                "b: {kind: overflow, tender_by: 07:00, success: 90 %}}"
            ),
            "expected the same for all overflow carriers",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_way_out(problems, text, words):
    """One slip each, in the words of the setting."""
    assert words in "\n".join(problems(TOWN + "fleet: {van: 1}\n" + text + "\n"))


def test_carriers_and_groups_must_fit_together(problems):
    """Names that exist, calls between the plan and the shift, one way of paying."""

    def words(text):
        return "\n".join(problems(TOWN + text))

    assert "unknown carrier ('acme')" in words(FLEET)
    assert "did you mean 'acme'?" in words(FLEET.replace("acme", "acma") + HIRED)
    assert "takes single orders ('acme')" in words(FLEET + POST.replace("post", "acme"))
    assert "after a shift of 'extra' begins (09:00 > 08:00)" in words(
        FLEET + HIRED.replace("06:30", "09:00")
    )
    assert "before the day is planned (05:00 < 06:00)" in words(
        FLEET + HIRED.replace("06:30", "05:00")
    )
    assert "expected them there; write `pay: {hour: }`" in words(
        FLEET.replace("carrier: acme", "carrier: acme, cost: {hour: 20}") + HIRED
    )


def test_carriers_are_written_out_and_read_again(read, live):
    """Resolved, an overflow carrier says when, how well and for what it delivers."""
    carriers = HIRED[:-2] + ", post: {kind: overflow, tender_by: 07:30}}\n"
    resolved = resolve(read(TOWN + FLEET + carriers).spec)
    first, again = live(TOWN + FLEET + carriers), live(to_yaml(resolved))

    assert resolved["carriers"]["post"] == {
        "kind": "overflow",
        "tender_by": "07:30",
        "parcel": 3.5,
        "delivers": "10:00-18:00",
        "success": "98 %",
        "told_after": "3600 s",
    }
    for name in ("carriers", "tendered", "duties", "vehicles", "rates"):
        assert getattr(again, name) == getattr(first, name)

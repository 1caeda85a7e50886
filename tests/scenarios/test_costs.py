"""Every rate of the twin can be said; what is not said costs nothing and is listed."""

from dataclasses import fields
from decimal import Decimal

import pytest

from scenarios.resolve import resolve, to_yaml
from twin.world import EmissionFactor, Rates

TOWN = "name: x\nnetwork: demo-city\norders: 20\n"
VAN = TOWN + "fleet: {van: 1}\n"
ALL = """\
fleet: {van: 1, hired: {type: van, count: 1, carrier: acme}}
carriers:
  acme: {kind: hired, pay: {duty: 180}}
  post: {kind: overflow, tender_by: 07:00, order: 2, parcel: 3}
costs:
  vehicle_day: 30
  vehicle_km: 0.1
  labour_hour: 20
  overtime_hour: 30
  late_order: 5
  late_minute: 0.1
  failed_attempt: 2
  returned: 3
  declined: 4
  carried_over: 6
  depot_parcel: 0.2
  energy: {diesel: 1.60}
  dispatcher_hour: 32
  contact: 1.5
  message: 0.05
  claim: 40
  repair: 250
  tow: 400
  overhead_day: 500
"""


def test_every_rate_of_the_twin_can_be_said(live):
    """None is left at its default where all are said: a rate added later fails here."""
    rates, none = live(TOWN + ALL).rates, Rates()

    assert [f.name for f in fields(Rates) if getattr(rates, f.name) == getattr(none, f.name)] == [
        "currency"
    ]
    assert rates.energy_unit == {"diesel": Decimal("1.6")}
    assert rates.dispatcher_hour == Decimal(32)
    assert rates.overhead_day == Decimal(500)


def test_what_is_not_said_has_no_rate(live):
    """Vehicles and labour have those of the currency; everything else is not included."""
    rates = live(VAN).rates

    assert rates.vehicle_km == {"van": Decimal("0.2")}
    assert rates.energy_unit == {}
    for name in ("late_order", "failed_attempt", "contact", "claim", "repair", "overhead_day"):
        assert getattr(rates, name) is None


def test_emissions_follow_fuel_and_scope(live):
    """Well to wheel 3.2 kg a litre and 0.29 a kWh; tank to wheel 2.51 and nothing."""
    text = TOWN + "fleet: {van: 1, e_van: 1}\n"
    whole, wheel = (
        live(text).rates.emissions,
        live(text + "emissions: tank-to-wheel\n").rates.emissions,
    )

    assert (whole["van"].kg, whole["e_van"].kg) == (3.2, 0.29)
    assert (wheel["van"].kg, wheel["e_van"].kg) == (2.51, 0.0)
    assert {factor.per for factor in whole.values()} == {"unit"}
    assert {factor.scope for factor in whole.values()} == {"well-to-wheel"}
    assert {factor.scope for factor in wheel.values()} == {"tank-to-wheel"}
    assert "Energy Saving Trust" in whole["van"].source
    assert live(text + "emissions: none\n").rates.emissions == {}


def test_own_factors_are_of_the_scope_and_the_source_that_is_said(live):
    """By kWh, or by kilometre of a type; in grams too."""
    own = "emissions: {electricity: 85 g/kWh, types: {van: 280 g/km}, source: Fingrid 2025}\n"
    found = live(TOWN + "fleet: {van: 1, e_van: 1}\n" + own).rates.emissions

    assert found["van"] == EmissionFactor(0.28, "km", "well-to-wheel", "Fingrid 2025")
    assert found["e_van"] == EmissionFactor(0.085, "unit", "well-to-wheel", "Fingrid 2025")


def test_vehicles_of_other_carriers_emit_what_ours_do(live):
    """A hired van burns diesel too; one of which nothing is known has no factor."""
    found = live(TOWN + ALL + "emissions: {types: {van: 0.3 kg/km}}\n").rates.emissions
    assert found["van of acme"] == found["van"]
    odd = live(TOWN + "fleet: {kite: {count: 1, mode: drive}}\n").rates.emissions
    assert odd == {}
    walker = "fleet: {walker: {count: 1, mode: drive, energy: {fuel: muscle}}}\n"
    assert live(TOWN + walker).rates.emissions["walker"].kg == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("costs: {energy: {diesel: 1.6}}", "energy is priced twice"),
        ("costs: {energy: {coal: 1}, vehicle_km: 0.1}", "not an option ('coal')"),
        ("costs: {repair: -1}", "negative"),
        ("costs: {kwh: 0.25}", "write `energy: {electricity: 0.25}`"),
        ("costs: {vehicle_km: {lorry: 1}}", "no vehicles of that type ('lorry')"),
        ("emissions: {types: {lorry: 1 kg/km}}", "no vehicles of that type ('lorry')"),
        ("emissions: {diesel: 3.2}", "no unit (3.2)"),
        ("emissions: {electricity: 0.3 kg/l}", "unknown unit 'kg/l'"),
        ("emissions: {scope: none, diesel: 3 kg/l}", "factors without a scope"),
        ("emissions: well-to-tank", "not an option ('well-to-tank')"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_way_out(problems, text, words):
    """One slip each, in the words of the setting."""
    assert words in "\n".join(problems(VAN + text + "\n"))


def test_energy_of_a_contracted_carrier_is_in_its_pay(problems):
    """Priced by the litre it would be paid twice."""
    text = ALL.replace("kind: hired", "kind: contracted")
    assert "is paid for by carrier 'acme', whose pay holds it" in "\n".join(problems(TOWN + text))


def test_money_and_emissions_move_no_draw(live):
    """Rates are read after the day, not by it."""
    plain, priced = live(VAN), live(VAN + "costs: {repair: 250}\nemissions: tank-to-wheel\n")
    for name in ("orders", "visits", "presence", "breakdowns", "duties", "rules"):
        assert getattr(priced, name) == getattr(plain, name)


def test_rates_are_written_out_and_read_again(read, live):
    """Resolved, every factor is in sight, and the day costs the same."""
    text = TOWN + ALL + "emissions: {types: {van of acme: 0.3 kg/km}}\n"
    resolved = resolve(read(text).spec)

    assert resolved["emissions"]["diesel"] == "3.2 kg/l"
    assert resolved["costs"]["energy"] == {"diesel": 1.6}
    again = live(to_yaml(resolved))
    assert again.rates == live(text).rates

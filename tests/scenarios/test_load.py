"""A scenario comes in with everything that is wrong with it told at once, each with its line."""

import json
from contextlib import suppress
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.load import library, library_text, load, load_text
from scenarios.resolve import resolve, to_yaml
from scenarios.schema import CsvOrders, SyntheticOrders, scenario_schema
from scenarios.wording import LATER
from scenarios.yaml import parse
from twin.errors import ScenarioError

SIX_LINES = """\
name: downtown
network: demo-city
orders: 60
fleet: {van: 3}
policies: [static, insertion]
"""


def test_six_lines_are_a_scenario(read):
    """Exactly 60 orders of one parcel, known in the morning, no windows, shift 08:00-17:00."""
    spec = read(SIX_LINES).spec

    assert isinstance(spec.orders, SyntheticOrders)
    assert spec.orders.count.first == 60
    assert spec.orders.count.is_fixed
    assert spec.orders.parcels == {1: 1.0}
    assert spec.orders.windows.share == 0
    assert spec.orders.arrivals.known == 1
    (shift,) = spec.fleet["van"].shifts
    assert (shift.opens_at_s, shift.closes_at_s) == (8 * 3600, 17 * 3600)
    assert [policy.name for policy in spec.policies] == ["static", "insertion"]


BAD = [
    # setting, the words of what was found, the words of what was expected or how to mend it
    ("orders: -3", "orders.count: not a count (-3)", "0 or more"),
    ("orders: 6.5", "orders.count: not a count (6.5)", "whole number"),
    ("orders: many", "orders.count: not a count ('many')", "whole number"),
    ("orders: {count: 6, scale: 0}", "orders.scale: too small (0)", "more than 0"),
    ("orders: {count: 6, scale: -1}", "orders.scale: too small (-1)", "more than 0"),
    ("orders: {mean: 600}", "orders.count: not a spread (keys mean)", "{mean: , cv: }"),
    ("orders: {mean: 600, cv: 0 %}", "cv is out of range ('0 %')", "above 0"),
    ("orders: {cuont: 6}", "unknown setting ('cuont'); did you mean 'count'?", "expected one of"),
    ("orders: {count: 6, max_snap: 300}", "no unit (300)", "write '300 m'"),
    ("orders: {count: 6, merge: sometimes}", "not a way to merge ('sometimes')", "30 m"),
    ("orders: {count: 6, unreachable: ignore}", "not an option ('ignore')", "refuse or nearest"),
    (
        "orders: {count: 6, parcels: {1: 60 %, 2: 30 %}}",
        "orders.parcels: shares add up to 90 %",
        "expected 100 %",
    ),
    ("orders: {count: 6, parcels: {0: 100 %}}", "not a number of parcels ('0')", "typical"),
    (
        "orders: {count: 6, arrivals: {known: 50 %}}",
        "orders.arrivals: some orders arrive in the day",
        "write `by_hour: e-commerce`",
    ),
    (
        "orders: {count: 6, arrivals: {known: 50 %, by_hour: {25h: 3}}}",
        "not an hour ('25h')",
        "{9: 5, 10: 8}",
    ),
    (
        "orders: {count: 6, windows: {share: 30, width: 2 h}}",
        "outside 0 % to 100 % (30)",
        "write '30 %'",
    ),
    (
        "orders: {count: 6, windows: {share: 30 %, width: 9 h}}",
        "a width of 32400 s does not fit",
        "widen `between`",
    ),
    (
        "orders: {count: 6, windows: {kind: hard}}",
        "no such setting here ('kind')",
        "service_classes: {standard: {window: hard}}",
    ),
    ("orders: {count: 6, classes: {exprss: 100 %}}", "unknown service class", "standard"),
    ("orders: {count: 6, collections: 10}", "outside 0 % to 100 % (10)", "write '10 %'"),
    ("orders: {count: 6, skills: {cold: most}}", "orders.skills.cold:", "12 %"),
    ("orders: {count: 6, priorities: {0: 10 %}}", "not a priority ('0')", "{1: 10 %}"),
    (
        "orders: {count: 6, priorities: {1: 60 %, 2: 60 %}}",
        "shares add up to 120 %",
        "at most 100 %",
    ),
    ("collections: 10 %", "no such setting here ('collections')", "collections: 10 %}"),
    ("depots: {door/a1: {lat: 0, lon: 0}}", "a name of doors and sites", "another beginning"),
    ("orders: {csv: ../orders.csv}", "a path out of the scenario's folder", "copy the file"),
    ("orders: {csv: /etc/passwd}", "a path out of the scenario's folder", "copy the file"),
    ("orders: {csv: none.csv}", "orders.csv: no such file ('none.csv')", "check its name"),
    ("fleet: {van: -1}", "fleet.van.count: too small (-1)", "0 or more"),
    ("fleet: {vna: 3}", "unknown vehicle type ('vna'); did you mean 'van'?", "cargo_bike"),
    ("fleet: {van: {count: 3, shift: 17:00-08:00}}", "closes before it opens", "17:00-32:00"),
    ("fleet: {van: {count: 3, shift: 8-17}}", "not a time of day ('8')", "08:30"),
    (
        "fleet: {van: {count: 3, shift: [06:00-14:00, 13:00-22:00]}}",
        "overlap",
        "make them two groups",
    ),
    ("fleet: {van: {count: 3, capacity: {weight: 900}}}", "no unit (900)", "write '900 kg'"),
    ("fleet: {van: {count: 3, capacity: {weight: -9 kg}}}", "negative ('-9 kg')", "0 or more"),
    ("fleet: {van: {count: 3, depot: north}}", "unknown depot ('north')", "expected one of depot"),
    ("fleet: {van: {count: 3, pace: 0}}", "fleet.van.pace: zero (0)", "more than 0"),
    ("fleet: {van: {count: 3, end: hme}}", "not an option ('hme')", "depot or none"),
    ("fleet: [{count: 3}]", "a group without a type", "{type: van, count: 6}"),
    (
        "fleet: [{type: van, count: 3}, {type: van, count: 4}]",
        "a second group called 'van'",
        "add `name:`",
    ),
    ("depots: {north: {lat: 100, lon: 3}}", "out of range (100)", "lat and lon swapped?"),
    ("depots: {north: {lat: 48.2}}", "only half a place", "add `lon:`"),
    ("depots: {north: {lat: 48.2, lon: 3, node: 7}}", "two places", "remove one"),
    (
        "depots: {a: {lat: 1, lon: 2, share: 60 %}, b: {lat: 1, lon: 3, share: 30 %}}",
        "shares add up to 90 %",
        "expected 100 %",
    ),
    ("depots: {a: {docks: 0}}", "depots.a.docks: too small (0)", "1 or more"),
    ("service: {fixed: 90}", "service.fixed: no unit (90)", "write '90 s'"),
    ("service: {fixed: {mean: 90 s, sd: 3 s}}", "not a spread (keys mean, sd)", "{mean: , cv: }"),
    ("service: {fixed: {from: 90 s, to: 30 s}}", "falls", "swap them"),
    ("presence: 1.2", "presence.probability: outside 0 % to 100 % (1.2)", "12 %"),
    ("presence: {probability: 90 %, holds: 0 s}", "presence.holds: zero ('0 s')", "none"),
    ("failures: {no_access: 60 %, refused: 50 %}", "failures add up to 110 %", "100 %"),
    ("service_classes: {standard: {max_attempts: 0}}", "too small (0)", "1 or more"),
    ("service_classes: {standard: {retry: latr}}", "not an option ('latr')", "today"),
    ("traffic: {profile: jammed}", "not an option ('jammed')", "calibrated"),
    ("traffic: {level: 139 %}", "outside 0 % to 100 % (139 %)", "share"),
    ("dispatch: {diversion: NO}", "neither true nor false ('NO')", "true or false"),
    ("dispatch: {horizon: 07:00}", "the day ends (07:00) before it begins", "later"),
    ("dispatch: {plans_at: 09:00}", "after the first shift begins (09:00 > 08:00)", "earlier"),
    ("dispatch: {latency: 5}", "dispatch.latency: no unit (5)", "write '5 s'"),
    ("currency: euro", "not a currency ('euro')", "EUR"),
    ("costs: {vehicle_km: 0.30 EUR}", "not an amount ('0.30 EUR')", "`currency: EUR`"),
    ("costs: {late_order: -3}", "negative (-3)", "plain amount"),
    ("costs: {vehicle_day: {vna: 3}}", "no vehicles of that type ('vna')", "did you mean 'van'?"),
    ("costs: {currency: EUR}", "no such setting here ('currency')", "it stands at the top"),
    ("date: 05/01/2026", "not a date ('05/01/2026')", "year first"),
    ("date: 2026-02-30", "no such day ('2026-02-30')", "2026-01-05"),
    ("time_zone: Europe/Helsinky", "did you mean 'Europe/Helsinki'?", "Europe/Helsinki"),
    ("name: ../../x", "not a name ('../../x')", "letters, digits"),
    ("name: 7", "not a name (7)", "put it in quotes"),
    ("network: demo-ctiy", "no network of that name ('demo-ctiy')", "did you mean 'demo-city'?"),
    ("network: {file: a.osm.pbf, place: Ghent}", "2 sources (place, file)", "expected one of"),
    ("network: {file: none.osm.pbf}", "no such file ('none.osm.pbf')", "check its name"),
    ("network: {city: {km2: 0}}", "network.city.km2: too small (0)", "more than 0"),
    ("policies: {name: static}", "not a list (a mapping of 1 keys)", "[a, b]"),
    ("policies: [3]", "not a policy (3)", "write `static`"),
    ("policies: [{insertion: {reach: 3 s}}]", "a policy without a name", "name: insertion"),
    ("policies: [{name: x, y: [1]}]", "policies.0.settings.y: not a plain value", "reach: 15"),
    ("seed: 7", "no such setting here ('seed')", "--seed 7"),
    ("shift: 08:00-17:00", "no such setting here ('shift')", "fleet: {van: {count: 12"),
    ("netwrok: demo-city", "unknown setting ('netwrok')", "did you mean 'network'?"),
]


@pytest.mark.parametrize(("setting", "found", "remedy"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_setting_is_told_with_line_place_and_remedy(problems, setting, found, remedy):
    """The setting stands on line 6, or takes the place of the one of the six that it repeats."""
    key = setting.split(":")[0]
    lines = SIX_LINES.splitlines()
    at = next((n for n, line in enumerate(lines) if line.startswith(f"{key}:")), len(lines))
    lines[at : at + 1] = [setting]

    told = problems("\n".join(lines) + "\n")

    said = "\n".join(told)
    assert found in said
    assert remedy in said
    assert any(line.startswith((f"day.yaml:{at + 1}: ", "none.csv:1: ")) for line in told)


def test_with_two_depots_each_group_names_its_own(problems):
    """It is the group that lacks something, so the message stands on its line."""
    (told,) = problems(SIX_LINES + "depots: {a: {lat: 1, lon: 2}, b: {lat: 1, lon: 3}}\n")

    assert told == "day.yaml:4: fleet.van: no depot, expected one of a, b; add `depot:`"


def test_all_problems_are_told_at_once(problems):
    """A value refused by YAML, a slip, a missing unit, a missing setting, and two that disagree."""
    told = problems(
        "name: x\n"
        "network: demo-city\n"
        "presence: .nan\n"
        "fleet: {van: {count: 3, depot: north}, bus: 2}\n"
        "service: {fixed: 90}\n"
        "traffic: {levle: 30 %}\n"
    )

    assert [line.split(": ")[1] for line in told] == [
        "orders",
        "presence",
        "fleet.van.depot",
        "fleet.bus",
        "service.fixed",
        "traffic.levle",
    ]


def test_tables_are_read_in_the_same_pass(problems):
    """A slip in the settings does not hide a bad row of the table."""
    told = problems(
        "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\n"
        "fleet: {van: 1}\nservice: 90 sec?\n",
        orders="id,lat,lon\n1,95,3\n",
    )

    assert len(told) == 2
    assert "service.fixed" in "".join(told)
    assert "orders.csv:2: lat: out of range (95)" in "".join(told)


@pytest.mark.parametrize(
    "text",
    ["", "[1, 2]\n", "name\n", "a: 1\n---\nb: 2\n", "{" * 20_000, "\ta: 1\n", "a: [\n", "- a\n"],
)
def test_what_is_no_scenario_at_all_is_refused(problems, text):
    """With file and line, and never anything but a ScenarioError."""
    assert problems(text)[0].startswith("day.yaml:")


@pytest.mark.parametrize(
    ("section", "word"), [(section, word) for section in LATER for word in sorted(LATER[section])]
)
def test_words_of_later_versions_are_refused_by_name(problems, section, word):
    """They are neither ignored nor taken for a slip of another word."""
    inside = {"": "", "fleet": "van", "depots": "north", "service_classes": "standard"}
    setting = f"{word}: 3"
    for name in (inside.get(section, ""), section):
        setting = f"{name}: {{{setting}}}" if name else setting
    text = "".join(
        line + "\n" for line in SIX_LINES.splitlines() if not line.startswith(f"{section or '-'}:")
    )

    told = "\n".join(problems(text + setting + "\n"))

    assert f"not in this version ('{word}'" in told
    assert f"{word}'; did you mean" not in told


def test_overrides_go_through_the_same_validation(read):
    """--set changes a part of a section and leaves the rest of it."""
    text = SIX_LINES.replace("{van: 3}", "{van: {count: 3, shift: 07:00-15:00}}")

    spec = read(text, "orders.scale=2", "fleet.van=9", "presence=90 %", "name=other").spec

    assert spec.orders.scale == 2
    assert spec.orders.count.first == 60
    assert spec.fleet["van"].count == 9
    assert spec.fleet["van"].shifts[0].opens_at_s == 7 * 3600
    assert spec.presence.probability == 0.9
    assert spec.name == "other"


@pytest.mark.parametrize(
    ("override", "said"),
    [
        (
            "orders.scal=2",
            "--set orders.scal=2: orders.scal: unknown setting ('scal'); did you mean",
        ),
        ("orders.scale=-2", "--set orders.scale=-2: orders.scale: too small (-2)"),
        ("orders.scale={a: b", "orders.scale: not a value ('{a: b')"),
        ("orders.scale", "not a setting, expected path=value"),
        ("=2", "not a setting, expected path=value"),
        ("a..b=2", "not a setting, expected path=value"),
        ("fleet.van.count=&x 3", "an anchor"),
        ("extends=base.yaml", "cannot be set here"),
    ],
)
def test_a_bad_override_names_itself(problems, override, said):
    """It has no line, so the option itself is the place."""
    assert any(said in line for line in problems(SIX_LINES, override))


def test_extends_inherits_what_is_not_said(read):
    """Sections are inherited part by part; a spread or a window is replaced whole."""
    base = SIX_LINES + "service: {fixed: {mean: 90 s, cv: 50 %}, parking: 30 s}\npresence: 90 %\n"

    spec = read(
        "name: child\nextends: base.yaml\nservice: {fixed: {median: 60 s, log_sd: 0.5}}\n",
        base_yaml=base,
    ).spec

    assert spec.name == "child"
    assert spec.orders.count.first == 60
    assert spec.service.fixed_s.first == 60
    assert spec.service.parking_s.first == 30
    assert spec.presence.probability == 0.9


def test_another_source_of_orders_replaces_the_one_inherited(read):
    """A table takes the place of a count; the two are never mixed."""
    spec = read(
        "name: child\nextends: base.yaml\norders: {csv: orders.csv}\n",
        base_yaml=SIX_LINES,
        orders="id,lat,lon\n1,0.001,0.001\n",
    ).spec

    assert isinstance(spec.orders, CsvOrders)


@pytest.mark.parametrize(
    ("extends", "files", "said"),
    [
        ("../base.yaml", {}, "day.yaml:2: extends: a path out of the scenario's folder"),
        ("none.yaml", {}, "day.yaml:2: extends: cannot be read ('none.yaml')"),
        ("7", {}, "day.yaml:2: extends: not a file (7)"),
        ("base.yaml", {"base_yaml": "extends: day.yaml\n"}, "base.yaml:1: extends: extends a"),
        ("base.yaml", {"base_yaml": "orders: 6\nordrs: 3\n"}, "base.yaml:2: ordrs: unknown"),
    ],
)
def test_a_bad_base_is_told_with_its_own_line(problems, extends, files, said):
    """A problem inherited is a problem of the file that has it."""
    told = problems(f"name: x\nextends: {extends}\n", **files)

    assert any(line.startswith(said) for line in told)


def test_a_missing_file_is_no_traceback(tmp_path):
    """`twin run typo.yaml` says so."""
    with pytest.raises(ScenarioError, match="no such file"):
        load(tmp_path / "typo.yaml")
    with pytest.raises(ScenarioError, match="not a file"):
        load(tmp_path)


@pytest.mark.parametrize("name", library())
def test_shipped_scenarios_load_and_fit_the_json_schema(name, tmp_path):
    """What editors accept is what the loader accepts; shipped days are both."""
    validator = jsonschema.Draft202012Validator(scenario_schema())

    loaded = load_text(library_text(name), name, tmp_path)

    assert list(validator.iter_errors(parse(library_text(name), name).value)) == []
    assert list(validator.iter_errors(resolve(loaded.spec))) == []


def test_the_json_schema_is_a_json_schema():
    """And it can be written as JSON, so that an editor can read it."""
    schema = json.loads(json.dumps(scenario_schema()))

    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(parse(SIX_LINES, "x").value)
    assert not validator.is_valid({"name": "x", "ordrs": 3})


@pytest.mark.parametrize("name", library())
def test_what_a_scenario_resolves_to_is_the_same_scenario(name, tmp_path):
    """Written out with every default and read again, it resolves to itself."""
    resolved = resolve(load_text(library_text(name), name, tmp_path).spec)

    again = load_text(to_yaml(resolved), "resolved.yaml", tmp_path)

    assert resolve(again.spec) == resolved
    assert to_yaml(resolve(again.spec)) == to_yaml(resolved)


def test_paths_of_the_machine_are_not_in_what_it_resolves_to(read, tmp_path):
    """Files keep the names they were given."""
    loaded = read(
        "name: x\nnetwork: demo-city\norders: {csv: orders.csv}\nfleet: {van: 1}\n",
        orders="id,lat,lon\n1,0.001,0.001\n",
    )

    assert str(tmp_path) not in to_yaml(resolve(loaded.spec))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "name",
        "network",
        "orders",
        "fleet",
        "vehicles",
        "depots",
        "service",
        "presence",
        "failures",
        "service_classes",
        "traffic",
        "dispatch",
        "currency",
        "costs",
        "policies",
        "extends",
        "date",
        "time_zone",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_settings_are_a_scenario_or_refused(values):
    """Whatever stands where, nothing but ScenarioError comes out."""
    text = json.dumps(values)  # JSON is YAML, save for NaN, which is text

    with suppress(ScenarioError):
        load_text(text, "x", Path("nowhere"))

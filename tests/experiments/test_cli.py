"""The command line as its users meet it: what it prints where, and how it exits."""

import json
import re
from pathlib import Path

import pytest

from experiments import lived
from experiments.exits import BUG_FILE
from experiments.record import DayRecord, Ended
from experiments.store import read_records
from twin.kpi import KPIS


def test_a_run_prints_kpis_keeps_them_and_says_what_it_wrote(twin, small) -> None:
    """Data to stdout, the rest to stderr; the folder is runs/<name>."""
    said = twin("run", small)

    assert said.code == 0, said.err
    assert "no --policy: running the first of the scenario, nearest" in said.err
    assert "cost_per_delivery" in said.out
    assert "Not included in the costs: " in said.out
    assert "of 12 due orders" in said.out
    for name in ("results.csv", "journals/nearest/day-0001.jsonl.gz", "routes.png"):
        assert f"runs/small/{name}" in said.err
        assert (Path("runs/small") / name).is_file()
    for name in (
        "scenario.yaml",
        "resolved.yaml",
        "manifest.json",
        "results.sqlite",
        "timing.json",
    ):
        assert (Path("runs/small") / name).is_file()
    assert Path("runs/small/scenario.yaml").read_text() == small.read_text()
    assert max(map(len, said.out.splitlines())) <= 100


def test_the_answer_comes_first_and_each_kpi_has_one_line(twin, small) -> None:
    """Served, on time, cost and use on the first screen; then the groups."""
    said = twin("run", small, "--quiet")

    lines = [line.strip() for line in said.out.splitlines()]
    assert [line.split("  ")[0] for line in lines[1:5]] == [
        "served", "on time", "cost per delivery", "vehicles busy",
    ]  # fmt: skip
    assert "12 of 12 due orders (100.0%)" in lines[1]
    assert "EUR, without the" in lines[3]
    assert lines[5].startswith("Not included in the costs: ")
    begins = [line.split(" ")[0] for line in lines]
    for kpi in KPIS:
        # A ledger line without a rate is named as not included instead.
        assert kpi.name.startswith("cost_") or begins[7:].count(kpi.name) == 1, kpi.name
    assert begins.index("Service") < begins.index("Attempts") < begins.index("Costs")


def test_json_has_every_kpi_with_its_unit_and_nothing_of_the_machine(twin, small) -> None:
    """A program reads value and unit by the KPI's name."""
    said = twin("run", small, "--json", "--quiet", "-o", "kept-here")

    assert said.code == 0
    assert said.err == ""
    assert list(said.json["kpis"]) == [kpi.name for kpi in KPIS]
    assert said.json["kpis"]["delivered"] == {"value": 12.0, "unit": "count"}
    assert said.json["currency"] == "EUR"
    assert "overhead_day" in said.json["not_included"]
    assert said.json["policy"] == "nearest"
    assert said.json["seed"] == 1
    for trace in (str(Path.cwd()), "kept-here", "wall", "seconds"):
        assert trace not in said.out


def test_a_setting_of_the_command_line_is_checked_as_in_the_file(twin, small) -> None:
    """Same validation, same words."""
    said = twin("run", small, "--set", "orders=-5", "--set", "orders.sclae=2", "--fleet", "van=x")

    assert said.code == 2
    assert said.out == ""
    assert "--set orders=-5" in said.err
    assert "scale" in said.err
    assert "fleet.van" in said.err
    assert not Path("runs").exists()


def test_the_fleet_option_sets_how_many(twin, small) -> None:
    """Five vans instead of two."""
    said = twin("check", small, "--fleet", "van=5", "--json")

    assert said.json["facts"]["vehicles"] == {"van": 5}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "nowhere.yaml"), "no such file"),
        (("check", "nowhere.yaml"), "no such file"),
        (("run", "small.yaml", "--policy", "nearst"), "did you mean 'nearest'"),
        (("run", "small.yaml", "--policy", "mine.py:Mine"), "no such file or module (mine.py)"),
        (("run", "small.yaml", "--sead", "3"), "No such option"),
        (("run", "small.yaml", "--seed", "-1"), "'--seed'"),
        (("run", "small.yaml", "--days", "0"), "'--days'"),
        (("run", "small.yaml", "--days", "2", "--day", "2"), "give one of them"),
        (("compare", "small.yaml"), "at least two are needed to compare (nearest)"),
        (("compare", "small.yaml", "--policies", "nearest"), "at least two are needed"),
        (("compare", "small.yaml", "--policies", "nearest,nearest,static"), "named 2 times"),
        (("compare", "small.yaml", "--policies", "nearest,nearst"), "did you mean 'nearest'"),
        (("compare", "small.yaml", "--policies", "nearest,static", "--base", "statc"), "'static'"),
        (("compare", "small.yaml", "--miss-price", "inf"), "expected an amount of money"),
        (("compare", "small.yaml", "--jobs", "0"), "'--jobs'"),
        (("run",), "Missing argument"),
        (("runn", "small.yaml"), "No such command"),
        (("init", "small"), "stays as it is"),
        (("init", "x", "--template", "nope"), "six-lines"),
        (("init", "nowhere/x"), "make it first"),
        (("run", "small.yaml", "--policy", "..x:Y"), "expected file.py:Name"),
        (("init", "../a:b"), "name"),
        (("network", "info", "demo-cty"), "did you mean 'demo-city'"),
        (("network", "info", "nowhere.osm.pbf"), "nowhere.osm.pbf"),
        (("network", "build", "demo-city", "-o", "x.bin"), ".npz"),
    ],
)
@pytest.mark.usefixtures("small")
def test_a_mistake_of_the_user_is_told_in_words_and_exits_2(twin, arguments, words) -> None:
    """Nothing is simulated, nothing is written, no traceback."""
    before = sorted(entry.name for entry in Path.cwd().iterdir())

    said = twin(*arguments)

    assert said.code == 2
    assert words in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    assert sorted(entry.name for entry in Path.cwd().iterdir()) == before


def test_a_policy_fault_exits_4_and_the_day_is_kept_as_stopped(twin, small, policy_file) -> None:
    """The message names policy, instant and question; no KPI of half a day is shown."""
    said = twin("run", small, "--policy", policy_file("raise KeyError('o7')"), "-o", "out")

    assert said.code == 4
    assert "mine.py:Mine failed at 06:00:00, question 1: KeyError: 'o7'" in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    assert [(row[0], str(row[2])) for row in read_records(Path("out"))] == [
        ("mine.py:Mine", "stopped by its policy")
    ]


def test_a_policy_that_changes_the_folder_loses_no_results(twin, small, policy_file) -> None:
    """The files of the run go where they were asked for."""
    said = twin("run", small, "--policy", policy_file("os.chdir('/'); return Plan()"), "-o", "out")

    assert said.code == 0, said.err
    assert len(list(Path("out/journals").rglob("*.jsonl.gz"))) == 1


def test_kept_faults_exit_3_with_results(twin, small, policy_file) -> None:
    """Finished, and the faults are counted in the table."""
    policy = policy_file("raise KeyError('o7')")

    said = twin("run", small, "--policy", policy, "--set", "dispatch.on_fault=keep_last")

    assert said.code == 3
    assert "answers were refused or never came" in said.err
    assert re.search(r"policy_faults +[1-9]", said.out)


def test_a_disk_that_does_not_let_us_exits_5(twin, small) -> None:
    """A file stands where the run folder should be."""
    Path("taken").write_text("x")

    said = twin("run", small, "-o", "taken")

    assert said.code == 5
    assert "taken" in said.err
    assert Path("taken").read_text() == "x"


def test_a_folder_of_another_seed_is_refused_and_named(twin, small) -> None:
    """With what differs, and the way out."""
    assert twin("run", small, "-o", "out", "--quiet").code == 0

    said = twin("run", small, "-o", "out", "--seed", "2")

    assert said.code == 2
    assert "seed: 1 there, 2 now" in said.err
    assert "-o out-2" in said.err


def test_a_folder_of_other_settings_is_refused_with_those_that_differ(twin, small) -> None:
    """Not by their fingerprint; so with settings that only one of the two has."""
    assert twin("run", small, "-o", "out", "--quiet").code == 0

    said = twin(
        "run", small, "-o", "out", "--set", "fleet.van.count=1", "--set", "fleet.van.spares=1"
    )

    assert said.code == 2
    assert "fleet.van.count: 2 there, 1 now" in said.err
    assert "fleet.van.spares: 0 there, 1 now" in said.err
    assert "sha256" not in said.err


def test_a_folder_of_other_orders_in_the_same_table_is_refused_as_such(twin, small) -> None:
    """No setting differs: the file that one of them names does."""
    rows = "id,lat,lon\na,0,0\nb,0,0.001\n"
    small.write_text(
        "name: rows\nnetwork: {plane: {}}\norders: {csv: orders.csv}\nfleet: {van: 1}\n"
        "depots: {depot: {lat: 0, lon: 0.002}}\npolicies: [nearest]\n"
    )
    Path("orders.csv").write_text(rows)
    assert twin("run", small, "-o", "out", "--quiet").code == 0
    Path("orders.csv").write_text(rows.replace("0.001", "0.003"))

    said = twin("run", small, "-o", "out")

    assert said.code == 2
    assert "content of the scenario's tables: " in said.err


def test_check_tells_all_problems_at_once(twin, small) -> None:
    """A wrong setting and a typo, each with its line."""
    small.write_text(
        "name: small\nnetwork: {city: {km2: 2, seed: 1}}\norders: -12\nfleat: {van: 2}\n"
    )

    said = twin("check", small)

    assert said.code == 2
    assert "small.yaml:3: orders" in said.err
    assert "did you mean 'fleet'" in said.err
    assert "2 problems" in said.err


def test_check_tells_what_is_wrong_with_policies_too(twin, small) -> None:
    """A name that is not installed, and a parameter that it does not have."""
    small.write_text(
        small.read_text().replace("[nearest]", "[nearst, {name: insertion, spread: 3 s}]")
    )

    said = twin("check", small)

    assert said.code == 2
    assert "did you mean 'nearest'" in said.err
    assert "spread: no such parameter" in said.err


def test_check_tells_of_policies_beside_other_mistakes(twin, small) -> None:
    """One pass, although the orders cannot be read."""
    small.write_text(small.read_text().replace("12", "-12").replace("[nearest]", "[nearst]"))

    said = twin("check", small)

    assert said.code == 2
    assert "small.yaml:3: orders" in said.err
    assert "did you mean 'nearest'" in said.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("sys.exit(3)", "called sys.exit(3)"),
        ("os._exit(3)", "ended its process when it was imported"),
        ("raise KeyboardInterrupt", "cannot be imported: KeyboardInterrupt"),
        ("import nowhere", "No module named 'nowhere'"),
        ("print('on stdout')\nraise OSError('disk')", "disk"),
    ],
)
def test_a_policy_file_that_does_not_load_is_told_by_check(
    twin, small, policy_file, head, words
) -> None:
    """Whatever its import does, check says so with the line of the scenario."""
    name = policy_file("return Plan()", head)
    small.write_text(small.read_text().replace("[nearest]", f"[{name}]"))

    said = twin("check", small)

    assert said.code == 2
    assert said.out == ""
    assert "small.yaml:5: policies.0: mine.py:Mine: " in said.err
    assert words in said.err


def test_a_network_that_cannot_be_read_is_named(twin, small) -> None:
    """The file's name stands before what is wrong with it."""
    Path("cut.osm.pbf").write_bytes(b"no map")
    small.write_text(small.read_text().replace("{city: {km2: 2, seed: 1}}", "{file: cut.osm.pbf}"))

    said = twin("check", small)

    assert said.code == 2
    assert "  cut.osm.pbf: is not a whole OSM file" in said.err


def test_check_shows_what_a_scenario_resolves_to(twin, small) -> None:
    """Load against shifts, the network, the depot, defaults with their sources."""
    said = twin("check", small)

    assert said.code == 0
    first, rest = said.out.split("How this was found")
    for words in (
        "12 at 12 doors", "12 known when the day begins at 06:00", "2 van; 6.0 orders per vehicle",
        "hours of work for 18.0 hours of shift", "depot depot", "lat 45.00", "junctions",
        "farthest door",
    ):  # fmt: skip
        assert words in first, words
    assert len(first.splitlines()) < 24
    details, defaults = rest.split("Defaults in force")
    for words in ("nearest-neighbour tour", "weight set a day", "dropped nodes 0"):
        assert words in " ".join(details.split()), words
    for words in ("presence.holds", "75 min", "general"):
        assert words in defaults, words
    assert "can be run" in said.err
    assert max(map(len, said.out.splitlines())) <= 100
    assert not Path("runs").exists()


def test_init_writes_a_scenario_that_check_accepts(twin, tmp_path, monkeypatch) -> None:
    """About six lines, named as asked."""
    monkeypatch.chdir(tmp_path)

    assert twin("init", "my-city").code == 0

    lines = Path("my-city.yaml").read_text().splitlines()
    assert lines[0].startswith("name: my-city")
    assert len(lines) <= 8


def test_the_version_is_told(twin) -> None:
    """As a bug report needs it."""
    assert re.fullmatch(r"last-mile-twin [0-9.a-z]+\n", twin("--version").out)


def test_init_never_overwrites(twin, small) -> None:
    """What is there stays, to the byte."""
    before = small.read_bytes()

    assert twin("init", "small").code == 2
    assert small.read_bytes() == before


def test_the_data_dictionary_is_printed_from_the_code(twin) -> None:
    """Every KPI, for people and for programs."""
    table, data = twin("kpis"), twin("kpis", "--json")

    assert list(data.json["kpis"]) == [kpi.name for kpi in KPIS]
    for kpi in KPIS:
        assert kpi.name in table.out
        assert data.json["kpis"][kpi.name]["meaning"] == kpi.meaning
    assert max(map(len, table.out.splitlines())) <= 100


def test_schemas_are_json(twin) -> None:
    """Of a scenario, and of a journal's lines."""
    assert "fleet" in twin("schema").json["properties"]
    assert "Delivered" in twin("schema", "--journal").json["$defs"]


def test_installed_policies_are_listed_with_their_parameters(twin) -> None:
    """Name, where it comes from, the first line of its description."""
    rows = {row["name"]: row for row in twin("policies", "list", "--json").json["policies"]}

    assert rows["nearest"]["from"].startswith("last-mile-twin")
    assert rows["nearest"]["does"].endswith(".")
    assert all(not row["problem"] for row in rows.values())
    assert "nearest" in twin("policies", "list").out


def test_a_network_is_built_and_shown(twin, tmp_path, monkeypatch) -> None:
    """Compiled once, then named by its file; its credit is shown."""
    monkeypatch.chdir(tmp_path)
    assert twin("network", "build", "helsinki-centre", "-o", "town.npz", "--quiet").code == 0

    said = twin("network", "info", "town.npz", "--json")

    assert said.json["nodes"] > 500
    assert "OpenStreetMap" in said.json["licence"]
    assert "OpenStreetMap" in twin("network", "info", "town.npz").out


def test_a_hostile_name_steers_no_terminal_and_no_folder(twin, small) -> None:
    """Escape sequences and paths in a scenario's name are refused before anything is written."""
    small.write_text(small.read_text().replace("name: small", 'name: "\\e[31m../../x"'))

    said = twin("run", small)

    assert said.code == 2
    assert "\x1b" not in said.err


def test_help_and_version_of_the_verbs(twin) -> None:
    """Only verbs that work are offered."""
    said = twin("--help")

    offered = re.findall(r"^  ([a-z]+)  ", said.out, re.MULTILINE)
    assert offered == [
        "demo", "init", "check", "run", "compare", "explain", "verify", "kpis", "schema", "network",
        "policies",
    ]  # fmt: skip


@pytest.mark.slow
def test_the_demo_compares_its_policies(twin, tmp_path, monkeypatch) -> None:
    """Side by side, with the files it wrote; a second demo finds the same results."""
    monkeypatch.chdir(tmp_path)

    said, again = twin("demo", "--json"), twin("demo", "--json", "--quiet")

    assert said.code == 0, said.err
    assert len(said.json["policies"]) >= 2
    assert "runs/demo/results.csv" in said.err
    assert again.json == said.json
    assert not Path("runs/demo-2").exists()


def test_a_fault_of_ours_in_a_worker_exits_1_with_a_file(twin, small, monkeypatch) -> None:
    """Its traceback travels in the record, not on the screen."""
    broken = DayRecord("nearest", 1, Ended.BUG, why="ValueError: x", trace="line 1\nline 2")
    monkeypatch.setattr(lived, "days_as_finished", lambda *_, **__: (one for one in [(0, broken)]))

    said = twin("run", small)

    assert said.code == 1
    assert json.loads(Path(BUG_FILE).read_text())["traceback"] == ["line 1", "line 2"]
    assert "line 2" not in said.err


SEER = """\
from twin import Plan


class Seer:
    clairvoyant = True

    def __init__(self, briefing):
        self.orders = len(briefing.foresight.orders)

    def decide(self, view):
        return Plan(why=f"knows of {self.orders} orders")
"""


def test_a_policy_that_knows_the_day_is_marked_wherever_its_results_are(twin, small) -> None:
    """In the title, as JSON, of one day and of several; others are not."""
    small.write_text(small.read_text() + "foresight: true\n")
    Path("seer.py").write_text(SEER)

    one = twin("run", small, "--policy", "seer.py:Seer", "--quiet")
    as_json = twin("run", small, "--policy", "seer.py:Seer", "--quiet", "--json")
    several = twin("run", small, "--policy", "seer.py:Seer", "--quiet", "--days", 2)
    other = twin("run", small, "--quiet", "--json")

    assert "(clairvoyant, knows the day), seed 1" in one.out.splitlines()[0]
    assert as_json.json["clairvoyant"] is True
    assert "(clairvoyant, knows the day), seed 1" in several.out.splitlines()[0]
    assert other.json["clairvoyant"] is False


def test_a_policy_that_knows_the_day_is_refused_where_the_scenario_does_not_say_so(
    twin, small
) -> None:
    """Nothing is simulated, and it is said what to set."""
    Path("seer.py").write_text(SEER)

    said = twin("run", small, "--policy", "seer.py:Seer", "--quiet")

    assert said.code == 2
    assert "set `foresight: true`" in said.err

"""A given table of legs is a network too."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from networks.matrix import MatrixNetwork
from networks.traffic import SpeedProfile
from twin.errors import NetworkError, UnknownNode, Unreachable
from twin.model import BIKE, DRIVE, NodeId

GOOD = "from,to,m,s\nD,A,1000,100\nA,D,1200,90\n"


def legs(tmp_path: Path, text: str) -> Path:
    """Return a file of legs."""
    path = tmp_path / "legs.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_of_legs_is_read_as_it_stands(tmp_path: Path) -> None:
    """There and back differ; ids are text, stops come in the order first named."""
    network = MatrixNetwork.read_csv(legs(tmp_path, GOOD))
    travel = network.travel(SpeedProfile.flat())

    assert network.ids == ("D", "A")
    assert travel.matrix([NodeId(0), NodeId(1)], DRIVE, 0.0).tolist() == [[0, 100], [90, 0]]
    assert travel.lengths([NodeId(0), NodeId(1)], DRIVE).tolist() == [[0, 1000], [1200, 0]]
    path = travel.path(NodeId(1), NodeId(0), DRIVE, 0.0)
    assert (path.edges, path.lengths_m) == ((2,), (1200,))
    assert travel.drive(path, DRIVE, 50.0) == (50, 140)


def test_007_and_7_are_two_stops(tmp_path: Path) -> None:
    """Ids are never numbers, and NA is a name."""
    text = "from,to,m,s\n" + "".join(
        f"{a},{b},1,1\n" for a in ("007", "7", "NA") for b in ("007", "7", "NA") if a != b
    )

    assert MatrixNetwork.read_csv(legs(tmp_path, text)).ids == ("007", "7", "NA")


def test_every_problem_of_a_table_is_named_with_its_line(tmp_path: Path) -> None:
    """Negative, not a number, too large, twice, ragged, nameless, missing: all in one pass."""
    text = (
        "from,to,m,s\nD,A,1000,-1\nA,D,nan,90\nD,A,1,1\nD,B,1e400,1\n,A,1,1\nB,D,1\n"
        "B,B,5,0\nA,B,1,1\n"
    )

    with pytest.raises(NetworkError) as refused:
        MatrixNetwork.read_csv(legs(tmp_path, text))

    number = "expected a number of at least 0 with a decimal point"
    cells = "3 cells, expected 4 as in the first line; put text with commas in double quotes"
    missing = "is missing, expected a line for every ordered pair; add it"
    assert [line.removeprefix(f"{tmp_path}/") for line in refused.value.problems] == [
        f"legs.csv:2: s is '-1', {number}",
        f"legs.csv:3: m is 'nan', {number}",
        "legs.csv:4: leg 'D' to 'A' stands here again; keep one",
        f"legs.csv:5: m is '1e400', {number}",
        "legs.csv:6: a stop has no name, expected its id",
        f"legs.csv:7: {cells}",
        "legs.csv:8: leg 'B' to itself is 5 m and 0 s, expected 0; take the line out",
        f"legs.csv: leg 'B' to 'D' {missing}",
        f"legs.csv: leg 'B' to 'A' {missing}",
    ]


@pytest.mark.parametrize("seconds", ["0", "1", "8.4"])
def test_a_leg_that_no_vehicle_drives_is_refused(tmp_path: Path, seconds: str) -> None:
    """1,200 m in 8.4 s are 514 km/h: minutes stand where seconds should."""
    text = f"from,to,m,s\nD,A,1200,{seconds}\nA,D,1200,60\n"

    with pytest.raises(NetworkError) as refused:
        MatrixNetwork.read_csv(legs(tmp_path, text))

    [problem] = refused.value.problems
    assert f"legs.csv:2: leg 'D' to 'A' is 1,200 m in {seconds} s" in problem
    assert "400 km/h; m is in metres and s in seconds" in problem


def test_seconds_that_a_table_rounded_are_granted(tmp_path: Path) -> None:
    """Neighbours 8 m apart, 0 s after rounding."""
    text = "from,to,m,s\nD,A,8,0\nA,D,8,1\n"

    assert MatrixNetwork.read_csv(legs(tmp_path, text)).node_count == 2


def test_a_table_of_many_stops_and_few_legs_is_refused_at_once(tmp_path: Path) -> None:
    """100,000 stops want ten thousand million legs: the first missing are named."""
    text = "from,to,m,s\n" + "".join(f"D,{k},1,1\n" for k in range(100_000))

    with pytest.raises(NetworkError, match="and 1 more problem"):
        MatrixNetwork.read_csv(legs(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "legs.csv:1: columns are missing, expected from,to,m,s"),
        ("from,to,km,min\n", "legs.csv:1: columns are 'from,to,km,min', expected from,to,m,s"),
        ("from,to,m,s\n", "has no leg"),
        ('from,to,m,s\nA,"B,1,1\n', "unexpected end of data"),
    ],
)
def test_what_is_no_table_of_legs_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    """Wrong columns, nothing in it, a quote that never ends."""
    with pytest.raises(NetworkError) as refused:
        MatrixNetwork.read_csv(legs(tmp_path, text))

    assert any(problem in line for line in refused.value.problems)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    """A missing file, and one in another encoding."""
    with pytest.raises(NetworkError, match="No such file"):
        MatrixNetwork.read_csv(tmp_path / "none.csv")
    (tmp_path / "legs.csv").write_bytes("from,to,m,s\nä,b,1,1\n".encode("utf-16"))
    with pytest.raises(NetworkError, match="is not UTF-8 text"):
        MatrixNetwork.read_csv(tmp_path / "legs.csv")


def test_a_misspelt_stop_gets_a_hint() -> None:
    """The nearest name there is."""
    network = MatrixNetwork.of_streets("line", [("depot", "market", 100.0)], mps=10)

    with pytest.raises(NetworkError, match="has no stop 'maket'; did you mean 'market'"):
        network.node_of("maket")
    assert network.node_of("market") == 1


def test_a_table_given_as_arrays_is_checked() -> None:
    """NaN, negative, a diagonal that is not zero, one table infinite and the other not."""
    bad = np.array([[0.0, np.nan], [-1.0, 3.0]])
    with pytest.raises(NetworkError) as refused:
        MatrixNetwork("table", ("a", "b"), bad, np.zeros((2, 2)))
    assert len(refused.value.problems) == 3
    with pytest.raises(NetworkError, match="infinite for the same legs"):
        MatrixNetwork(
            "table", ("a", "b"), np.array([[0, np.inf], [1, 0]]), np.array([[0, 1.0], [1, 0]])
        )
    with pytest.raises(NetworkError, match="stops named twice: 'a'"):
        MatrixNetwork("table", ("a", "a"), np.zeros((2, 2)), np.zeros((2, 2)))


def test_a_leg_without_a_way_is_unreachable() -> None:
    """Infinite in both tables; the other direction still works."""
    table = np.array([[0.0, np.inf], [10.0, 0.0]])
    travel = MatrixNetwork("table", ("a", "b"), table, table).travel(SpeedProfile.flat())

    assert travel.between(NodeId(0), NodeId(1), DRIVE, 0.0) == np.inf
    with pytest.raises(Unreachable):
        travel.path(NodeId(0), NodeId(1), DRIVE, 0.0)
    with pytest.raises(UnknownNode):
        travel.between(NodeId(0), NodeId(2), DRIVE, 0.0)
    with pytest.raises(NetworkError, match="has no mode 'bike', only drive"):
        travel.between(NodeId(0), NodeId(1), BIKE, 0.0)


def test_two_stops_may_be_at_one_place() -> None:
    """A leg of no metres may still take time, and is a way."""
    travel = MatrixNetwork(
        "table", ("a", "b"), np.zeros((2, 2)), np.array([[0.0, 30.0], [0.0, 0.0]])
    ).travel(SpeedProfile.flat())
    there = travel.path(NodeId(0), NodeId(1), DRIVE, 0.0)
    back = travel.path(NodeId(1), NodeId(0), DRIVE, 0.0)

    assert travel.drive(there, DRIVE, 0.0) == (0, 30)
    assert travel.drive(back, DRIVE, 0.0) == (0, 0)
    assert len(back.edges) == 1


def test_the_line_of_the_day_worked_by_hand() -> None:
    """D -6 km- A -4- B -2- C, 30 km/h but 15 from 08:00 to 08:30: C 08:14 to D takes 32 min.

    16 min at 15 km/h are 4 km, the other 8 km take 16 min at 30 km/h: 08:46.
    """
    line = [("D", "A", 6000.0), ("A", "B", 4000.0), ("B", "C", 2000.0), ("D", "E", 5000.0)]
    network = MatrixNetwork.of_streets("line", line, mps=30 / 3.6)
    half_hours = [1.0] * 48
    half_hours[16] = 2.0
    travel = network.travel(SpeedProfile.of_times({}, half_hours))
    home = travel.path(network.node_of("C"), network.node_of("D"), DRIVE, 0.0)

    arrive_at_s = travel.drive(home, DRIVE, 8 * 3600 + 14 * 60.0)[-1]

    assert home.lengths_m == (12_000,)
    assert arrive_at_s == pytest.approx(8 * 3600 + 46 * 60, abs=1e-6)
    assert travel.latest_departure(home, DRIVE, arrive_at_s) == pytest.approx(8 * 3600 + 14 * 60)
    rest = type(home)(home.nodes, home.edges, (3750.0,))  # the last 3.75 km
    assert travel.drive(rest, DRIVE, 9 * 3600.0)[-1] == pytest.approx(9 * 3600 + 450)


def test_noise_on_legs_slows_that_leg_only() -> None:
    """Real legs are the believed ones with a factor for each leg."""
    network = MatrixNetwork.of_streets("line", [("a", "b", 1000.0)], mps=10)
    believed = network.steps(SpeedProfile.flat(), DRIVE)
    noisy = type(believed)(believed.slot_s, believed.pace, np.zeros(4, np.int32)).with_noise(
        86_400.0, np.array([[1.0, 0.5, 1.0, 1.0]])
    )

    travel = network.streets({DRIVE: noisy})

    assert travel.between(NodeId(0), NodeId(1), DRIVE, 0.0) == 200
    assert travel.between(NodeId(1), NodeId(0), DRIVE, 0.0) == 100


def test_names_do_not_change_the_hash_and_legs_do() -> None:
    """The hash is over what can change a day."""
    one = MatrixNetwork.of_streets("one", [("a", "b", 1000.0)], mps=10)
    other = MatrixNetwork.of_streets("other", [("a", "b", 1000.0)], mps=10)
    longer = MatrixNetwork.of_streets("one", [("a", "b", 1001.0)], mps=10)

    assert one.sha256 == other.sha256 != longer.sha256


def test_a_real_table_of_factories_is_a_network(data_dir: Path, tmp_path: Path) -> None:
    """154 factories, all 23,562 ordered pairs, kilometres, 30 km/h on every leg."""
    path = tmp_path / "routes.csv"
    path.write_bytes(gzip.decompress((data_dir / "dpdp_huawei/route_info.csv.gz").read_bytes()))

    network = MatrixNetwork.read_csv(
        path,
        columns={"from": "start_factory_id", "to": "end_factory_id", "m": "distance", "s": "time"},
        m_per_unit=1000,
    )

    assert network.node_count == 154
    far = network.metres > 1000
    assert network.metres[far] / network.seconds[far] == pytest.approx(30 / 3.6, rel=1e-2)


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"from": "a", "to": "b", "m": "c"}, "no column is given for 's'"),
        ({"from": "from", "to": "to", "m": "km", "s": "s"}, "column 'km' appears 0 times"),
    ],
)
def test_a_wrong_mapping_of_columns_is_refused(
    tmp_path: Path, columns: dict[str, str], problem: str
) -> None:
    """A column that is not mapped, and one that is not there."""
    with pytest.raises(NetworkError, match=problem):
        MatrixNetwork.read_csv(legs(tmp_path, GOOD), columns=columns)

"""The door for a policy of one's own: ``twin policies new`` and ``twin policies check``."""

import ast
import importlib
import re
import tomllib
from pathlib import Path

import breakers
import faulty
import pytest

from experiments.exits import ROOMS
from twin.promises import PROMISES
from twin.testing import tiny_worlds

OUTPUT_BY_CHANCE = """
from twin import Plan

class Sets:
    def __init__(self, briefing, reach_s: float = 900.0, by: str = "names"):
        self.why = f"{by} within {reach_s:g} s"
        if by == "none":
            raise ValueError(f"reach is {reach_s:g} s")

    def decide(self, view):
        return Plan(why=self.why)
"""


NEEDS = """
class Needs(Sets):
    def __init__(self, briefing, every_s: float):
        self.why = ""

class Deaf:
    pass
"""


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """Return an empty folder, the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def code_lines(text: str) -> int:
    """Return how many lines are neither empty nor comment nor docstring."""
    tree, told = ast.parse(text), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            told |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(
        number not in told and bool(line.strip()) and not line.strip().startswith("#")
        for number, line in lines
    )


def test_new_writes_a_policy_with_its_test_and_says_what_comes_next(twin, here):
    """Under thirty lines of code, with comments and docstrings beside them."""
    said = twin("policies", "new", "my-greedy")

    assert said.code == 0, said.err
    assert sorted(path.name for path in here.iterdir()) == ["my_greedy.py", "test_my_greedy.py"]
    text = Path("my_greedy.py").read_text()
    assert code_lines(text) < 30
    assert "class MyGreedy:" in text
    assert "Soonest" not in text
    assert "check_policy(MyGreedy)" in Path("test_my_greedy.py").read_text()
    assert said.err.splitlines()[1] == (
        "next: twin policies check my_greedy.py:MyGreedy, "
        "then twin run my-city.yaml --policy my_greedy.py:MyGreedy"
    )


@pytest.mark.usefixtures("here")
def test_new_writes_where_it_is_told_to_and_overwrites_nothing(twin):
    """Each file that is there is named, and stays as it is."""
    Path("lab").mkdir()
    Path("lab/mine.py").write_text("mine\n")
    Path("lab/test_mine.py").symlink_to("nowhere")

    said = twin("policies", "new", "mine", "-o", "lab")

    assert said.code == 2
    assert "policy 'mine': 2 problems" in said.err
    assert "lab/mine.py: is there and stays as it is" in said.err
    assert "lab/test_mine.py: is there" in said.err
    assert Path("lab/mine.py").read_text() == "mine\n"
    assert twin("policies", "new", "other", "-o", "lab", "--quiet").err == ""
    assert Path("lab/other.py").is_file()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("class", "is a word of Python"),
        ("policies", "is a package of the twin"),
        ("random", "is the name of another module, which random.py would hide"),
        ("numpy", "is the name of another module"),
        ("../x", "is no name; expected letters, digits"),
        ("9lives", "is no name"),
        ("a--b", "is no name"),
        ("größe", "is no name"),
        ("", "is no name"),
        ("a" * 61, "has 61 characters, expected at most 60"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_name_that_cannot_be_is_refused(twin, name, words):
    """With all that is wrong, the folder too; nothing is written."""
    said = twin("policies", "new", name, "-o", "nowhere")

    assert said.code == 2
    assert words in said.err
    assert "nowhere: there is no such folder" in said.err
    assert "2 problems" in said.err
    assert not list(Path.cwd().iterdir())


def test_new_writes_a_package_of_a_name_of_its_own(twin, here):
    """Its entry point, and no package that would hide one of ours."""
    said = twin("policies", "new", "my-greedy", "--package")

    assert said.code == 0, said.err
    project = tomllib.loads(Path("my-greedy/pyproject.toml").read_text())
    points = project["project"]["entry-points"]["twin.policies"]
    assert points == {"my-greedy": "my_greedy.policy:MyGreedy"}
    packages = [path.name for path in (here / "my-greedy/src").iterdir()]
    assert packages == ["my_greedy"]
    assert not {*packages} & {*ROOMS}
    assert "next: pip install -e my-greedy, then twin policies check my-greedy" in said.err
    assert twin("policies", "new", "my-greedy", "--package").code == 2
    assert "'nearest' is" not in said.err
    taken = twin("policies", "new", "nearest", "--package")
    assert "is an installed policy, and two cannot have one name" in taken.err


def test_what_new_writes_passes_and_runs(twin, small):
    """As it is: the suite, and a day."""
    twin("policies", "new", "my-greedy")

    checked = twin("policies", "check", "my_greedy.py:MyGreedy", "--with", "most=3")
    ran = twin("run", small, "--policy", "my_greedy.py:MyGreedy", "--quiet", "--json")

    assert checked.code == 0, checked.err + checked.out
    assert checked.out.count(" kept") == len(PROMISES)
    assert ran.code == 0, ran.err
    assert ran.json["kpis"]["delivered"]["value"] == 12


@pytest.mark.parametrize("make", [breakers.Heedless, breakers.OrderOfASet])
def test_check_says_which_promise_is_broken_and_exits_4(twin, make):
    """Its day, its question, what to do; the others are kept."""
    said = twin("policies", "check", f"{breakers.__file__}:{make.__name__}", "--json", "--quiet")

    assert said.code == 4
    assert said.err == ""
    rows = {row["promise"]: row for row in said.json["promises"]}
    assert list(rows) == list(PROMISES)
    broken = breakers.BREAKERS[make]
    assert [key for key, row in rows.items() if row["kept"] is False] == [broken]
    assert said.json["passes"] is False
    assert said.json["policy"] == f"breakers.py:{make.__name__}"
    assert {one["day"] for one in rows[broken]["broken"]} <= set(tiny_worlds())
    assert rows[broken]["what_to_do"] == PROMISES[broken].todo


def test_check_prints_a_line_for_each_promise(twin):
    """What broke stands beside it."""
    said = twin("policies", "check", f"{breakers.__file__}:Shares")

    words = re.sub(r"\s+", " ", said.out)
    assert said.code == 4
    assert said.out.count("BROKEN") == 1
    assert "Shares failed at 06:00:00, question 0" in words
    assert said.err == "breakers.py:Shares breaks 1 of 12 promises\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (faulty.Sleeps, "gave no answer within 1 s; its process was ended"),
        (faulty.Segfaults, "its process ended (signal SIGSEGV) instead of an answer"),
        (faulty.Leaves, "its process ended (exit code 0) instead of an answer"),
    ],
)
def test_a_policy_that_hangs_or_crashes_gets_its_verdict(twin, policy, words):
    """Named, with the day, the time and the question; the rest could not be tried."""
    target = f"{faulty.__file__}:{policy.__name__}"

    said = twin("policies", "check", target, "--answer-limit", "1", "--json")

    assert said.code == 4
    rows = {row["promise"]: row for row in said.json["promises"]}
    [broken] = rows["answers"]["broken"]
    assert broken["day"] == "an ordinary morning"
    assert broken["what"].startswith(f"faulty.py:{policy.__name__} failed at ")
    assert f"question {faulty.FIRST}: " in broken["what"]
    assert words in broken["what"]
    assert rows["again"]["kept"] is None
    assert "was ended before its verdict" in rows["again"]["not_tried"]


def test_a_policy_that_runs_out_of_memory_is_told_so_in_words(twin, policy_file):
    """With its line; the process cannot be trusted to try the rest."""
    target = policy_file("bytearray(1 << 60)")

    said = twin("policies", "check", target, "--json")

    assert said.code == 4
    rows = {row["promise"]: row for row in said.json["promises"]}
    [broken] = rows["answers"]["broken"]
    assert broken == {
        "day": "an ordinary morning",
        "what": "mine.py:Mine failed at 06:00:00, question 1: ran out of memory "
        "(mine.py, line 10, in decide)",
    }
    assert {row["kept"] for key, row in rows.items() if key != "answers"} == {None}


@pytest.mark.slow
@pytest.mark.parametrize("policy", [faulty.LeavesChild, faulty.LeavesDaemon, faulty.ForksAndStays])
def test_what_a_policy_starts_and_leaves_does_not_keep_its_check(twin, policy):
    """Neither here nor in other processes."""
    target = f"{faulty.__file__}:{policy.__name__}"

    said = twin("policies", "check", target, "--json")

    assert said.code == 0, said.err + said.out
    assert {row["kept"] for row in said.json["promises"]} == {True}


@pytest.mark.slow
def test_a_policy_that_hangs_while_it_is_loaded_gets_its_verdict(twin, here):
    """Question 0, of no day."""
    (here / "slow.py").write_text("import time\ntime.sleep(3600)\n")

    said = twin("policies", "check", "slow.py:Slow", "--answer-limit", "1", "--json")

    assert said.code == 4
    [broken] = said.json["promises"][0]["broken"]
    assert broken["day"] == "while it was loaded"
    assert "slow.py:Slow failed at 00:00:00, question 0: gave no answer" in broken["what"]


@pytest.mark.slow
def test_parameters_are_read_as_in_a_scenario(twin, here):
    """Quantities reach the keyword with their unit."""
    (here / "sets.py").write_text(OUTPUT_BY_CHANCE)

    fine = twin("policies", "check", "sets.py:Sets", "--with", "reach=15 min", "--with", "by=ids")
    bad = twin(
        "policies",
        "check",
        "sets.py:Sets",
        "--with",
        "reach='0.25 h'",
        "--with",
        "by=none",
        "--json",
    )

    assert fine.code == 0, fine.out
    assert bad.code == 4
    assert "ValueError: reach is 900 s" in bad.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nearst",), "did you mean 'nearest'"),
        (("sets.py",), "is a file, expected a name in it: sets.py:Sets"),
        (("rolling", "--with", "mode=foo"), "mode is 'foo', expected one of all, keep_vehicle"),
        (("sets.py:Needs",), "every: has no default, expected a value for it: `every: 15 min`"),
        (("sets.py:Needs",), "`--with every='15 min'` in `twin policies check`"),
        (("sets.py:Deaf",), "takes no Briefing, expected a maker that is called with one"),
        (("none.py:Mine",), "no such file or module (none.py)"),
        (("sets.py:Sats",), "has no policy 'Sats'; did you mean 'Sets'?"),
        (("sets.py:Sets", "--with", "reech=15 min"), "reech: no such parameter"),
        (("sets.py:Sets", "--with", "reach=15"), "reach: "),
        (
            ("sets.py:Sets", "--with", "reach", "--with", "by=1", "--with", "by=2"),
            "--with reach: expected key=value",
        ),
        (
            ("sets.py:Sets", "--with", "reach", "--with", "by=1", "--with", "by=2"),
            "--with by=2: by is given twice",
        ),
    ],
)
def test_a_target_or_parameter_that_is_not_there_is_refused(twin, here, arguments, words):
    """Exit 2: nothing was tried."""
    (here / "sets.py").write_text(OUTPUT_BY_CHANCE + NEEDS)

    said = twin("policies", "check", *arguments)

    assert said.code == 2
    assert words in said.err
    assert said.out == ""


def test_two_distributions_with_one_name_are_told_by_every_verb(twin, small, monkeypatch):
    """Naming both: neither is taken by chance."""
    for name in ("acme", "zenith"):
        info = Path(f"{name}-1.0.dist-info")
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[twin.policies]\nswift = {name}:Swift\n")
    monkeypatch.syspath_prepend(str(Path.cwd()))
    importlib.invalidate_caches()

    for arguments in (
        ("policies", "list"),
        ("policies", "check", "swift"),
        ("run", small, "--policy", "swift"),
    ):
        said = twin(*arguments)
        assert said.code == 2
        assert (
            "policy 'swift' is claimed by acme (acme:Swift) and zenith (zenith:Swift)" in said.err
        )

"""What policies have against the parameters of a scenario is heard before it is run."""

import pytest

SCENARIO = """\
name: small
network: {{city: {{km2: 2, seed: 1}}}}
orders: 12
fleet: {{van: 2}}
policies: [nearest, {policy}]
"""

FUSSY = """
from twin.errors import InputError

class Fussy:
    def __init__(self, briefing, van: str = "", reach_s: float = 900.0):
        if van and van not in [vehicle.id for vehicle in briefing.vehicles]:
            raise InputError("policy fussy", [f"van is {van}, which is not of this day"])
        if reach_s > 3600:
            raise ValueError("too far")

    def decide(self, view):
        return None
"""


@pytest.fixture
def checked(twin, tmp_path, monkeypatch):
    """Return what `twin check` says of a scenario with a policy."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fussy.py").write_text(FUSSY)

    def said(policy):
        (tmp_path / "small.yaml").write_text(SCENARIO.format(policy=policy))
        return twin("check", "small.yaml", "--quiet")

    return said


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (
            "{name: rolling, mode: foo}",
            "small.yaml:5: policies.1: rolling: mode is 'foo', expected one of all, keep_vehicle",
        ),
        (
            "{name: 'fussy.py:Fussy', van: van-77}",
            "small.yaml:5: policies.1: fussy.py:Fussy: van is van-77, which is not of this day",
        ),
        (
            "{name: replay, journal: fussy.py}",
            "small.yaml:5: policies.1: replay: fussy.py:",
        ),
    ],
)
def test_a_parameter_that_a_policy_refuses_is_bad_input(checked, policy, words):
    """With file and line, as the run would refuse it."""
    said = checked(policy)

    assert said.code == 2
    assert words in said.err
    assert "can be run" not in said.err


@pytest.mark.parametrize(
    "policy",
    [
        "{name: rolling, mode: keep_vehicle}",
        "{name: 'fussy.py:Fussy', van: van-001}",
        "{name: 'fussy.py:Fussy', reach: 2 h}",
    ],
)
def test_what_is_right_for_the_day_itself_is_not_refused(checked, policy):
    """A van of the day; and a maker that fails is a fault of the policy, which the run tells."""
    said = checked(policy)

    assert said.code == 0, said.err
    assert "small.yaml can be run" in said.err

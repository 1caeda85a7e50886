"""Manifests that grow: which days of which policies, and what keeps results apart."""

from experiments.manifest import clashes, days_by_policy, grown, text_of, with_days

EMPTY = {"code_sha256": "c", "policies": [], "seed": 1, "days": []}
A = {"name": "a", "sha256": "1"}
B = {"name": "b", "sha256": "2"}


def made(days: dict[str, list[int]]) -> dict[str, object]:
    entries = {**EMPTY, "policies": [B, A]}
    return with_days(entries, days)


def test_it_is_the_same_in_whatever_order_it_grew() -> None:
    """By policies, by days, or all at once: equal bytes."""
    whole = made({"b": [1, 2, 3], "a": [3, 2, 1]})

    by_policies = grown(made({"b": [1, 2, 3]}), made({"a": [1, 2, 3]}))
    by_days = grown(made({"a": [3], "b": [3]}), made({"a": [1, 2], "b": [1, 2]}))

    assert text_of(by_policies) == text_of(by_days) == text_of(whole)
    assert [policy["name"] for policy in whole["policies"]] == ["a", "b"]
    assert whole["days"] == [1, 2, 3]
    assert "days" not in whole["policies"][0]


def test_a_policy_with_fewer_days_names_its_own() -> None:
    """Equal manifests mean equal results, so the days are told for each."""
    found = made({"a": [1], "b": [1, 2]})

    assert found["policies"] == [{**A, "days": [1]}, B]
    assert days_by_policy(found) == {"a": [1], "b": [1, 2]}


def test_policies_and_days_may_grow_and_nothing_else_may_differ() -> None:
    """Another seed clashes; so does another policy of the same name."""
    there = made({"a": [1]})

    assert clashes(made({"b": [1, 2]}), there) == ([], [])
    assert clashes({**there, "seed": 2}, there) == (["seed: 1 there, 2 now"], [])
    changed = with_days({**EMPTY, "policies": [{**A, "sha256": "9"}]}, {"a": [1]})
    assert clashes(changed, there) == ([], ["a"])

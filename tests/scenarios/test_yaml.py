"""YAML comes in by one door: small, safe, predictable, each value with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.yaml import MAX_BYTES, MAX_DEPTH, parse, read_text
from twin.errors import ScenarioError


def refusal(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        parse(text, "day.yaml")
    return "\n".join(caught.value.problems)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12:30", "12:30"),  # stock PyYAML reads 750
        ("17:00:00", "17:00:00"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("0123", "0123"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("2026-01-05", "2026-01-05"),
        ("12 %", "12 %"),
        ("'7'", "7"),
        ("7", 7),
        ("-3", -3),
        ("0.30", 0.3),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("true", True),
        ("False", False),
        ("null", None),
        ("", None),
        ("emoji 🚚", "emoji 🚚"),
    ],
)
def test_scalars_are_those_of_yaml_1_2_and_the_rest_is_text(written, meant):
    """No octal or hexadecimal numbers, no words for true but true, no times as numbers."""
    value = parse(f"open: {written}\n", "day.yaml").value

    assert value == {"open": meant}
    assert type(value["open"]) is type(meant)


def test_every_value_knows_its_line():
    """Lines count from 1; a mapping's value stands on the line of its key."""
    lines = parse("a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n", "day.yaml").lines

    assert lines["a",] == 1
    assert lines["b", 0] == 3
    assert lines["b", 1, "d"] == 5


@pytest.mark.parametrize(
    ("text", "line", "said", "remedy"),
    [
        ("a: &x 1\n", 1, "an anchor (&x)", "remove it"),
        ("a: 1\nb: *x\n", 2, "an alias (*x)", "write it out"),
        ("a: 1\n<<: {b: 2}\n", 2, "a merge key (<<)", "write them out"),
        ("a: !!python/object:os.system x\n", 1, "a tag", "remove it"),
        ("a: 1\nb: 2\na: 3\n", 3, "duplicate key ('a'), first on line 1", "keep one of them"),
        ("a: .nan\n", 1, "not a finite number ('.nan')", "give one"),
        ("a: -.inf\n", 1, "not a finite number ('-.inf')", "give one"),
        ("a: 1e999\n", 1, "a number too large ('1e999')", "expected one that fits"),
        ("a: 12345678901234567\n", 1, "a number too large", "at most 15 digits"),
        ('a: "\\e[31mred"\n', 1, "control character ('\\x1b[31mred')", "expected plain text"),
        ('a: "\\ud800"\n', 1, "control character", "expected plain text"),
    ],
)
def test_what_is_refused_value_by_value_is_told_with_its_line(text, line, said, remedy):
    """One bad value does not hide the others: each is a problem of the document."""
    document = parse(text, "day.yaml")

    (problem,) = document.problems
    assert str(problem).startswith(f"day.yaml:{line}: ")
    assert said in problem.words
    assert remedy in problem.words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "day.yaml:1: empty, expected settings"),
        ("# only a comment\n", "day.yaml:1: empty"),
        ("a: 1\n---\nb: 2\n", "day.yaml:2: a second document, expected one"),
        ("a:\n\tb: 1\n", "day.yaml:2: a tab as indentation, expected spaces"),
        ("a: 1\n b: 2\n", "day.yaml:2: not YAML"),
        ("a: [1, 2\n", "not YAML"),
        ("a: 'open\n", "not YAML"),
        ("? [a]\n: 1\n", "a mapping or list as a key"),
        ("[" * 20_000, f"nested deeper than {MAX_DEPTH} levels"),
        ("- " * 20_000, f"nested deeper than {MAX_DEPTH} levels"),
        ("{a: " * 20_000, f"nested deeper than {MAX_DEPTH} levels"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused_in_words(text, said):
    """Twenty thousand brackets end at the depth limit, not at the bottom of Python's stack."""
    assert said in refusal(text)


def test_an_alias_bomb_costs_nothing():
    """Nine levels of nine aliases would be 387 million values; none of them is made."""
    text = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )

    document = parse(text, "day.yaml")

    assert len(document.problems) == 9 + 8 * 9


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("a: 1".encode("utf-16"), "UTF-16"),
        (b"a: 1\nb: \xff\n", "day.yaml:2: byte 0xff is not UTF-8"),
        (b"a: 1\nb: \x00\n", "day.yaml:2: control character ('\\x00')"),
        (b"a: \x1b[31m\n", "day.yaml:1: control character"),
        (b"a" * (MAX_BYTES + 1), "too large (more than 2,000,000 bytes)"),
    ],
)
def test_bytes_that_are_no_plain_utf_8_are_refused(data, said):
    """The message names line and byte, and never prints the byte itself."""
    with pytest.raises(ScenarioError) as caught:
        read_text(data, "day.yaml")

    assert said in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_byte_order_mark_is_no_text():
    """Editors that write one are forgiven."""
    assert read_text(b"\xef\xbb\xbfname: x\n", "day.yaml") == "name: x\n"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    """Nothing but ScenarioError ever comes out."""
    try:
        document = parse(read_text(text.encode("utf-8", "surrogatepass"), "x"), "x")
    except ScenarioError:
        return
    assert isinstance(document.lines, dict)


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@, \n?.~<", max_size=80))
def test_any_yaml_like_text_is_read_or_refused(text):
    """The characters that mean something, in any order."""
    try:
        document = parse(text, "x")
    except ScenarioError:
        return
    assert document.lines

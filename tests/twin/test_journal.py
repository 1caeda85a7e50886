"""The record: written whole or not at all, read strictly, the same exactly if it looks the same."""

import gzip
import json
from pathlib import Path

import pytest
from dispatchers import Fifo
from hypothesis import given
from hypothesis import strategies as st
from worlds import depot, line, order, place, van, world

from twin import Journal, run
from twin.errors import JournalError
from twin.events import Arrived, DayBegan, Delivered, Departed, OrderPlaced, VehicleFree
from twin.journal import KINDS, from_line, to_line


@pytest.fixture(scope="module")
def journal() -> Journal:
    return run(
        world(line([600], 10), [depot(0), place("door", 1)], [order("o1", "door")], [van()]), Fifo
    )


def test_a_line_begins_with_when_and_what(journal):
    """Keys in a fixed order: the time, the event, then its fields."""
    free = VehicleFree(60.125, "v1")

    assert to_line(free) == b'{"at_s":60.125,"event":"VehicleFree","vehicle":"v1"}'
    for event in journal:
        keys = list(json.loads(to_line(event)))
        assert keys[:2] == ["at_s", "event"]
        assert from_line(to_line(event)) == event


@given(st.text(), st.text())
def test_any_text_can_be_a_name(vehicle, place_id):
    """Quotes, line ends, control characters: one line, read back as it was."""
    event = Delivered(1.0, vehicle, place_id, "o\n\"1'\x00", 1, 0.5)
    try:
        text = to_line(event)
    except ValueError:  # half of a surrogate pair is no text
        assert any("\ud800" <= letter <= "\udfff" for letter in vehicle + place_id)
        return

    assert b"\n" not in text
    assert from_line(text) == event


def test_events_of_one_class_come_in_order(journal):
    """And nothing else."""
    assert [event.to for event in journal.of(Departed)] == ["door", "depot"]
    assert len(journal) == len(list(journal)) == len(journal.events)


def test_the_fingerprint_is_of_every_byte(journal):
    """One tick later, one event fewer, or another policy's name is another journal."""
    first = journal.fingerprint()
    late = [VehicleFree(e.at_s + 0.125, e.vehicle) if type(e) is VehicleFree else e
            for e in journal]  # fmt: skip

    assert Journal(journal.events).fingerprint() == first
    assert Journal(late).fingerprint() != first
    assert Journal(journal.events[:-1]).fingerprint() != first


def test_a_packed_journal_is_the_same_bytes_whenever_and_under_whatever_name(journal, tmp_path):
    """No time and no file name in it; unpacked it is the other form."""
    for name in ("a.jsonl.gz", "b.jsonl.gz", "c.jsonl"):
        journal.write(tmp_path / name)

    packed = (tmp_path / "a.jsonl.gz").read_bytes()
    assert packed == (tmp_path / "b.jsonl.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "c.jsonl").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.jsonl.gz", "b.jsonl.gz", "c.jsonl",
    ]  # fmt: skip


def test_a_journal_that_cannot_be_written_leaves_the_old_one(journal, tmp_path):
    """An event that is none stops the writing; the file is as it was."""
    path = tmp_path / "day.jsonl"
    journal.write(path)
    before = path.read_bytes()

    with pytest.raises(ValueError, match="surrogates not allowed"):
        Journal([*journal.events, Delivered(1.0, "v1", "\ud800", "o1", 1, 1.0)]).write(path)

    assert path.read_bytes() == before


CLOSES_FIRST = (
    b'{"at_s":0,"event":"OrderPlaced","order":{"id":"o","origin":"a","destination":"b",'
    b'"window":{"opens_at_s":2,"closes_at_s":1}},"places":[]}'
)
BROKEN = {
    "no JSON": (b"Delivered at nine", "no JSON object: Expecting value at column 1"),
    "an empty line": (b"", "no JSON object: Expecting value at column 1"),
    "a number": (b"7", "expected a JSON object whose 'event' is one of the known kinds"),
    "no event": (b'{"at_s": 1.0}', "expected a JSON object whose 'event' is one of the known"),
    "an unknown event": (b'{"at_s": 1.0, "event": "Exploded"}', "expected a JSON object whose"),
    "a list for an event": (b'{"at_s": 1.0, "event": ["Arrived"]}', "expected a JSON object"),
    "a field missing": (b'{"at_s":1.0,"event":"VehicleFree"}',
                        "VehicleFree: vehicle: field required"),
    "a word for a time": (b'{"at_s":"soon","event":"VehicleFree","vehicle":"v1"}',
                          "VehicleFree: at_s: input should be a valid number"),
    "not a number": (b'{"at_s":NaN,"event":"VehicleFree","vehicle":"v1"}',
                     "NaN is no number of JSON"),
    "never": (b'{"at_s":Infinity,"event":"VehicleFree","vehicle":"v1"}',
              "Infinity is no number of JSON"),
    "two that do not fit": (b'{"at_s":"x","event":"VehicleFree","vehicle":7}',
                            "VehicleFree: at_s: input should be a valid number"),
    "a window that closes first": (
        CLOSES_FIRST,
        "OrderPlaced: order.window: value error, a window closes"),
    "twenty thousand brackets": (b"[" * 20_000, "no JSON object: nested too deeply"),
    "no text": (b'{"at_s":1.0,"event":"\xff"}', "codec can't decode"),
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
@pytest.mark.parametrize(("text", "words"), BROKEN.values(), ids=BROKEN)
def test_a_line_that_is_no_event_is_named_with_its_file(journal, tmp_path, text, words, suffix):
    """After three good lines it is the fourth."""
    path = tmp_path / f"day{suffix}"
    lines = [to_line(event) for event in journal.events[:3]]
    content = b"\n".join([*lines, text, b""])
    path.write_bytes(gzip.compress(content) if suffix.endswith("gz") else content)

    with pytest.raises(JournalError) as refused:
        Journal.read(path)

    assert str(refused.value).startswith(f"{path}:4: ")
    assert words in str(refused.value)


@pytest.mark.parametrize("damage", ["cut", "no archive", "flipped"])
def test_a_damaged_archive_is_told_as_such(journal, tmp_path, damage):
    """Cut off, no archive at all, or with a bit flipped in the middle."""
    path = tmp_path / "day.jsonl.gz"
    journal.write(path)
    packed = bytearray(path.read_bytes())
    if damage == "flipped":
        packed[len(packed) // 2] ^= 255
    path.write_bytes({"cut": packed[:-9], "no archive": b"day", "flipped": packed}[damage])

    with pytest.raises(JournalError, match=r"day\.jsonl\.gz:"):
        Journal.read(path)


def test_every_event_has_a_name_in_the_journal():
    """The class's own."""
    assert KINDS["DayBegan"] is DayBegan
    assert KINDS["Arrived"] is Arrived
    assert KINDS["OrderPlaced"] is OrderPlaced
    assert all(name == kind.__name__ for name, kind in KINDS.items())


def test_a_journal_that_is_not_there_is_the_file_systems_to_tell(tmp_path: Path):
    """Not a fault of the journal."""
    with pytest.raises(FileNotFoundError):
        Journal.read(tmp_path / "none.jsonl")

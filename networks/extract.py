"""One pass over an OSM file: what its ways, points and relations say, not yet a graph."""

from bz2 import BZ2File
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from gzip import GzipFile
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from networks.classes import CLASS_INDEX
from networks.tags import KEYS as STREET_KEYS
from networks.tags import Tags, Use, never_street, use
from networks.wanted import KEYS, address_of
from twin.errors import NetworkError
from twin.model import Mode

if TYPE_CHECKING:
    from osmium.index import LocationTable
    from osmium.io import File
    from osmium.osm import Way

Stream = FileIO | GzipFile | BZ2File

_OPENERS: Final[dict[str, tuple[str, Callable[[Path], Stream]]]] = {
    ".osm": ("osm", FileIO),
    ".osm.gz": ("osm.gz", GzipFile),
    ".osm.bz2": ("osm.bz2", BZ2File),
    ".osm.pbf": ("pbf", FileIO),
    ".pbf": ("pbf", FileIO),
}
SUFFIXES: Final = tuple(_OPENERS)
"""Endings of files that `networks.osm.read_osm` takes."""

_SIGNS: Final = frozenset(STREET_KEYS) - {"name"}


@dataclass
class Gathered:
    """What one pass over a map collects.

    Attributes
    ----------
    refs, sizes
        Ids of the map nodes of all kept ways one after another, and how many each way has.
    classes, names, uses
        Of each kept way: class, place in `name_index`, and use by each mode.
    points
        Addresses that are nodes: x and y in steps of 1e-7 degrees, then as `address_of` says.
    outline_refs, outline_sizes, outlines
        The same for addresses that are ways.
    skipped
        How many streets were left out, by reason.
    where
        x and y of map nodes by id, in steps of 1e-7 degrees.
    known_uses
        What was found out about a set of tags, for one set of modes.
    """

    refs: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    classes: list[int] = field(default_factory=list)
    names: list[int] = field(default_factory=list)
    uses: list[tuple[Use, ...]] = field(default_factory=list)
    name_index: dict[str, int] = field(default_factory=lambda: {"": 0})
    points: list[tuple[int, int, int, bool, str]] = field(default_factory=list)
    outline_refs: list[int] = field(default_factory=list)
    outline_sizes: list[int] = field(default_factory=list)
    outlines: list[tuple[int, bool, str]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    ways_read: int = 0
    restrictions: int = 0
    where: dict[int, tuple[int, int]] = field(default_factory=dict)
    known_uses: dict[frozenset[tuple[str, str]], tuple[Use, ...]] = field(default_factory=dict)


def gather(
    path: Path, modes: tuple[Mode, ...], *, service_roads: bool, addresses: bool
) -> Gathered:
    """Return what an OSM file says about streets and addresses.

    Raises
    ------
    NetworkError
        If the file is missing, no OSM file, cut, corrupt, or XML with a document type.
    """
    file_format = _checked_format(path)
    import osmium  # noqa: PLC0415, slow to import and only needed here

    keys = ("highway", *KEYS) if addresses else ("highway",)
    found = Gathered()
    try:
        source = osmium.io.File(str(path), file_format)
        processor = (
            osmium.FileProcessor(source)
            .with_locations()
            .with_filter(osmium.filter.KeyFilter(*keys, "restriction"))
        )
        for thing in processor:
            if isinstance(thing, osmium.osm.Way):
                _take_way(found, thing, modes, service_roads=service_roads, addresses=addresses)
            elif isinstance(thing, osmium.osm.Node):
                if addresses and thing.location.valid():
                    place = thing.location
                    take_point(found, place.x, place.y, address_of(dict(thing.tags)))
            elif thing.tags.get("type") == "restriction":
                found.restrictions += 1
        if processor.node_location_storage is not None:
            _locate(found, processor.node_location_storage)
        _locate_negative(found, source)
    except (osmium.InvalidLocationError, RuntimeError, ValueError, OSError) as fault:
        raise NetworkError(
            str(path), [f"is not a whole OSM file ({fault}); download or cut it again"]
        ) from fault
    return found


def _checked_format(path: Path) -> str:
    """Return how to read a file, refusing XML with a document type before any reader sees it."""
    lowered = path.name.lower()
    suffix = next((end for end in SUFFIXES if lowered.endswith(end)), None)
    if suffix is None:
        raise NetworkError(str(path), [f"the name must end in one of {', '.join(SUFFIXES)}"])
    file_format, opener = _OPENERS[suffix]
    try:
        with opener(path) as stream:
            if file_format != "pbf":
                _refuse_doctype(path, stream)
            elif not stream.read(1):
                raise NetworkError(str(path), ["is empty; download or cut it again"])
    except FileNotFoundError as fault:
        raise NetworkError(str(path), ["there is no such file"]) from fault
    except (OSError, EOFError) as fault:
        raise NetworkError(str(path), [f"cannot be read: {fault}"]) from fault
    return file_format


def _refuse_doctype(path: Path, stream: Stream) -> None:
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415, the exception only

    from defusedxml.common import DefusedXmlException  # noqa: PLC0415, only needed here
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415, only needed here

    try:
        _, root = next(iter(iterparse(stream, events=("start",), forbid_dtd=True)))
    except DefusedXmlException as fault:
        raise NetworkError(
            str(path), ["has a document type or entities, which OSM files never need; remove them"]
        ) from fault
    except (ParseError, StopIteration) as fault:
        raise NetworkError(str(path), [f"is not XML ({fault}); download it again"]) from fault
    if root.tag != "osm":
        raise NetworkError(str(path), [f"begins with <{root.tag}>, an OSM file begins with <osm>"])


def _take_way(
    found: Gathered, way: "Way", modes: tuple[Mode, ...], *, service_roads: bool, addresses: bool
) -> None:
    highway = way.tags.get("highway")
    if highway is not None and never_street(highway, modes):
        found.ways_read += 1  # most ways of a map are footpaths: not worth reading their tags
        found.skipped[f"highway={highway} is no street for {modes[0]}"] += 1
        return
    tags = dict(way.tags)
    if highway is not None:
        uses = _uses(found, tags, modes, service_roads=service_roads)
        if uses is not None:
            _keep_street(found, tags, [node.ref for node in way.nodes], uses)
    elif addresses:
        address = address_of(tags)
        if address is not None:
            refs = [node.ref for node in way.nodes]
            found.outlines.append(address)
            found.outline_refs.extend(refs)
            found.outline_sizes.append(len(refs))


def take_street(
    found: Gathered,
    tags: Tags,
    refs: list[int],
    modes: tuple[Mode, ...],
    *,
    service_roads: bool,
) -> None:
    """Add a way with a highway tag, if any of the modes may use it."""
    uses = _uses(found, tags, modes, service_roads=service_roads)
    if uses is not None:
        _keep_street(found, tags, refs, uses)


def take_point(found: Gathered, x: int, y: int, address: tuple[int, bool, str] | None) -> None:
    """Add an address point, steps of 1e-7 degrees; None is no address."""
    if address is not None:
        found.points.append((x, y, *address))


def _uses(
    found: Gathered, tags: Tags, modes: tuple[Mode, ...], *, service_roads: bool
) -> tuple[Use, ...] | None:
    """Return what a street is to each mode; None, and a note why, if it is closed to all."""
    found.ways_read += 1
    signs = frozenset(pair for pair in tags.items() if pair[0] in _SIGNS)
    uses = found.known_uses.get(signs)
    if uses is None:  # towns put the same few signs on thousands of streets
        uses = tuple(use(tags, mode, service_roads=service_roads) for mode in modes)
        found.known_uses[signs] = uses
    if all(one.why_closed for one in uses):
        found.skipped[uses[0].why_closed] += 1
        return None
    return uses


def _keep_street(found: Gathered, tags: Tags, refs: list[int], uses: tuple[Use, ...]) -> None:
    found.uses.append(uses)
    found.classes.append(CLASS_INDEX[tags["highway"]])
    street = tags.get("name", "")
    found.names.append(found.name_index.setdefault(street, len(found.name_index)))
    found.refs.extend(refs)
    found.sizes.append(len(refs))


def _locate(found: Gathered, store: "LocationTable") -> None:
    """Look up where all nodes are; those the extract does not contain stay unknown."""
    for ref in {*found.refs, *found.outline_refs}:
        if ref >= 0:
            try:
                place = store.get(ref)
            except KeyError:
                continue
            if place.valid():
                found.where[ref] = (place.x, place.y)


def _locate_negative(found: Gathered, source: "File") -> None:
    """Look up nodes that were never uploaded: the store knows positive ids only."""
    import osmium  # noqa: PLC0415, slow to import and only needed here

    wanted = {ref for ref in (*found.refs, *found.outline_refs) if ref < 0}
    if wanted:
        for node in osmium.FileProcessor(source, osmium.osm.NODE):
            if isinstance(node, osmium.osm.Node) and node.id in wanted and node.location.valid():
                found.where[node.id] = (node.location.x, node.location.y)

"""Road graphs on disk: one ``.npz``, the same bytes for the same graph, nothing executable."""

import json
import os
import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from networks.addresses import Addresses
from networks.graph import RoadGraph
from twin.errors import NetworkError
from twin.model import Mode, NodeId

FORMAT_VERSION: Final = 1

_LARGEST_BYTES: Final = 4 * 2**30
"""Unpacked size above which a file is taken for a trap; 50,000 junctions take about 20 MB."""

_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    KeyError,
    TypeError,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
)
"""What reading a cut or forged archive can raise."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def save(graph: RoadGraph, path: Path, *, packed: bool = True) -> None:
    """Write a graph; the file appears whole or not at all.

    Parameters
    ----------
    packed
        Whether to compress. Without it a file is three times as large and opens twice as fast.

    Raises
    ------
    OSError
        If the place cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as part:
        try:
            part.write(to_bytes(graph, packed=packed))
            part.flush()
            os.fsync(part.fileno())
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    Path(part.name).chmod(0o644)  # a temporary file is private
    Path(part.name).replace(path)


def to_bytes(graph: RoadGraph, *, packed: bool = True) -> bytes:
    """Return a graph as the bytes of its file: a zip of arrays, without any time in it."""
    about = {
        "format": FORMAT_VERSION,
        "name": graph.name,
        "origin": graph.origin,
        "attribution": graph.attribution,
        "modes": list(graph.modes),
        "names": list(graph.names),
        "labels": list(graph.addresses.labels),
        "depot": graph.depot,
        "report": graph.report,
        "sha256": graph.sha256,
    }
    text = json.dumps(about, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    arrays = {"about": np.frombuffer(text.encode(), np.uint8), **graph.arrays()}
    written = BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(written, "w", method, compresslevel=6) as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=_EPOCH)
            entry.compress_type = method
            entry.create_system = 3
            content = BytesIO()
            array = arrays[name]
            little = array.astype(array.dtype.newbyteorder("<"), copy=False)
            np.lib.format.write_array(content, little, version=(1, 0), allow_pickle=False)
            archive.writestr(entry, content.getvalue())
    return written.getvalue()


def load(path: Path) -> RoadGraph:
    """Return the graph of a file.

    Raises
    ------
    NetworkError
        If the file is missing, cut, of another format, or its content is not a valid graph.
    """
    try:
        return from_bytes(path.read_bytes(), str(path))
    except OSError as fault:
        raise NetworkError(str(path), [f"cannot be read: {fault.strerror}"]) from fault


def from_bytes(content: bytes, source: str) -> RoadGraph:
    """Return the graph that bytes of a file hold; `source` is what errors call it.

    Raises
    ------
    NetworkError
        If the bytes are cut, of another format, or no valid graph.
    """
    try:
        arrays = _unpack(content, source)
        about = json.loads(arrays.pop("about").tobytes())
        _check_format(about["format"], source)
        graph = _graph(about, arrays)
    except NetworkError:
        raise
    except _BROKEN as fault:
        raise NetworkError(
            source, [f"is not a whole network file ({fault}); build or download it again"]
        ) from fault
    if graph.sha256 != about["sha256"]:
        raise NetworkError(source, ["content and its SHA-256 differ; build or download it again"])
    return graph


def _check_format(found: object, source: str) -> None:
    if found != FORMAT_VERSION:
        problem = f"has format {found}, expected {FORMAT_VERSION}; build it again"
        raise NetworkError(source, [problem])


def _unpack(content: bytes, source: str) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
        if size > _LARGEST_BYTES:
            raise NetworkError(source, [f"unpacks to {size} bytes, at most {_LARGEST_BYTES}"])
        return {
            entry.filename.removesuffix(".npy"): _array(archive.read(entry))
            for entry in archive.infolist()
        }


def _array(content: bytes) -> NDArray[Any]:
    """Return the array of an ``.npy`` file; what it says of its size must be true."""
    stream = BytesIO(content)
    np.lib.format.read_magic(stream)
    shape, in_fortran_order, kind = np.lib.format.read_array_header_1_0(stream)
    if kind.hasobject or in_fortran_order:
        raise ValueError("an array of objects or in Fortran order")
    return np.frombuffer(content, kind, offset=stream.tell()).reshape(shape)


def _graph(about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> RoadGraph:
    modes = [Mode(mode) for mode in about["modes"]]
    expected: dict[str, Any] = {
        "node_lat": np.float64,
        "node_lon": np.float64,
        "edge_from": np.int32,
        "edge_to": np.int32,
        "edge_m": np.float64,
        "edge_class": np.int16,
        "edge_name": np.int32,
        "shape_start": np.int64,
        "shape_lat": np.int32,
        "shape_lon": np.int32,
    }
    others: dict[str, Any] = {
        "address.lat": np.float64,
        "address.lon": np.float64,
        "address.kind": np.int8,
    }
    others["address.numbered"] = np.bool_
    others |= {f"free_mps.{mode}": np.float64 for mode in modes}
    others |= {f"strong.{mode}": np.bool_ for mode in modes}
    for name, kind in {**expected, **others}.items():
        if arrays[name].dtype != np.dtype(kind) or arrays[name].ndim != 1:
            raise ValueError(f"{name} is {arrays[name].dtype}, {arrays[name].ndim}-dimensional")
    return RoadGraph(
        name=str(about["name"]),
        origin=str(about["origin"]),
        attribution=str(about["attribution"]),
        names=tuple(about["names"]),
        free_mps={mode: arrays[f"free_mps.{mode}"] for mode in modes},
        strong={mode: arrays[f"strong.{mode}"] for mode in modes},
        addresses=Addresses(
            arrays["address.lat"],
            arrays["address.lon"],
            arrays["address.kind"],
            arrays["address.numbered"],
            tuple(about["labels"]),
        ),
        depot=None if about["depot"] is None else NodeId(int(about["depot"])),
        report=about["report"],
        **{name: arrays[name] for name in expected},
    )

"""Dynamic pick-up and delivery between factories: explicit legs, docks, goods in pallets.

Folder of csv files: ``factory_info.csv``, ``route_info.csv.gz`` (or ``.csv``),
``instance_<k>_<orders>_<n>.csv`` and ``instance_<k>_vehicle_info_<n>.csv``.
"""

import csv
import gzip
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from networks.matrix import MatrixNetwork
from scenarios.importers.instance import Instance
from scenarios.problems import shown
from scenarios.requests import Request, Spot, VehicleRow
from twin.errors import ScenarioError
from twin.model import DRIVE, Parcel, PlaceKind, TimeWindow
from twin.units import DAY_S, parse_clock

DOCKING_S: Final = 1800.0
"""Each visit to a factory, before goods are handled."""
PALLET_S: Final = 240.0
"""Loading or unloading one standard pallet; smaller items take their share."""
GRAMS_PER_PALLET: Final = 1000
SIZES: Final = (("q_standard", 1.0), ("q_small", 0.5), ("q_box", 0.25))
"""Items an order is split into, in the order of their numbers, in pallets."""
DAYS_S: Final = 2 * DAY_S
"""End of the shifts: what is open at the end of the first day is brought on the second."""
MAX_LISTED: Final = 20

Cells = Mapping[str, str]


def read_dpdp(folder: Path, source: str, instance: int, starts: Sequence[int]) -> Instance:
    """Return an instance; each item of an order is an order of its own.

    Parameters
    ----------
    instance
        The number in the file names.
    starts
        Where each vehicle begins: the row of its factory, counted from 0.

    Raises
    ------
    ScenarioError
        With file, line, what was found and what was expected.
    """
    problems: list[str] = []
    factories = list(_rows(folder / "factory_info.csv", source, problems))
    orders = list(_rows(_only(folder, f"instance_{instance}_[0-9]*.csv", source), source, problems))
    fleet = _only(folder, f"instance_{instance}_vehicle_info_*.csv", source)
    vehicles = list(_rows(fleet, source, problems))
    ids = [_cell(cells, "factory_id", where, problems) for where, cells in factories]
    if len(starts) != len(vehicles):
        problems.append(
            f"{source}: {len(starts)} starts for {len(vehicles)} vehicles, expected one row of "
            "factory_info for each; write `starts: [98, 107, 10, 66, 130]`"
        )
    problems += [
        f"{source}: start at row {row}, expected 0 to {len(ids) - 1}"
        for row in starts
        if not 0 <= row < len(ids)
    ]
    requests = [
        item for where, cells in orders for item in _items(cells, where, set(ids), problems)
    ]
    if problems:
        raise ScenarioError(source, problems[:MAX_LISTED])
    network = _network(folder, source, ids, factories)
    docks = {f"door/{cells['factory_id']}": int(cells["port_num"]) for _, cells in factories}
    return Instance(
        name=f"dpdp-{instance}",
        requests=tuple(sorted(requests, key=lambda request: request.id)),
        vehicles=tuple(
            VehicleRow(
                id=cells["car_num"],
                type="truck",
                shift=TimeWindow(0.0, DAYS_S),
                mode=DRIVE,
                starts=_factory(ids[row]),
                ends_anywhere=True,
                grams=round(float(cells["capacity"]) * GRAMS_PER_PALLET),
            )
            for (_, cells), row in zip(vehicles, starts, strict=True)
        ),
        network=network,
        depots={"depot": Spot("depot", node=ids[starts[0]], kind=PlaceKind.DEPOT)},
        docks=docks,
        visit_s=dict.fromkeys(docks, DOCKING_S),
        starts_empty=True,
    )


def _factory(factory_id: str) -> Spot:
    """Return a factory as origin or start: the same place as its door."""
    return Spot(f"door/{factory_id}", node=factory_id, kind=PlaceKind.BUSINESS)


def _only(folder: Path, pattern: str, source: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        words = f"{len(found)} files {pattern}, expected one; check folder and instance"
        raise ScenarioError(source, [f"{source}: {words}"])
    return found[0]


def _rows(path: Path, source: str, problems: list[str]) -> Iterator[tuple[str, Cells]]:
    """Yield the rows of a csv file with where they stand."""
    try:
        with path.open("rb") as raw:
            content = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
            file = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
            reader = csv.DictReader(file, strict=True)
            for cells in reader:
                where = f"{source}/{path.name}:{reader.line_num}"
                if None in cells or None in cells.values():
                    problems.append(f"{where}: a ragged row, expected a cell for each column")
                else:
                    yield where, cells
    except FileNotFoundError:
        words = f"no file {path.name}, expected it"
        raise ScenarioError(source, [f"{source}: {words}"]) from None
    except (csv.Error, UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        words = f"not csv ({error}), expected a table"
        raise ScenarioError(source, [f"{source}/{path.name}: {words}"]) from None


def _cell(cells: Cells, name: str, where: str, problems: list[str]) -> str:
    if name not in cells:
        problems.append(f"{where}: no column {name}, expected it")
        return ""
    return cells[name]


def _items(cells: Cells, where: str, factories: set[str], problems: list[str]) -> Iterator[Request]:
    """Yield the items of an order, numbered from the largest size to the smallest."""
    before = len(problems)
    for name in ("pickup_id", "delivery_id"):
        factory = _cell(cells, name, where, problems)
        if factory not in factories:
            problems.append(f"{where}: {name} {shown(factory)}, expected a factory of factory_info")
    created_s, committed_s = (
        _time(cells, name, where, problems)
        for name in ("creation_time", "committed_completion_time")
    )
    counts = [(_count(cells, name, where, problems), pallets) for name, pallets in SIZES]
    total = sum(count * pallets for count, pallets in counts)
    if len(problems) == before and total == 0:
        problems.append(f"{where}: an order of nothing, expected at least one item")
    for name in ("load_time", "unload_time"):
        given = cells.get(name)
        if len(problems) == before and given != f"{total * PALLET_S:.0f}":
            problems.append(
                f"{where}: {name} {given}, expected {total * PALLET_S:.0f}: {PALLET_S:.0f} s for "
                f"each of {total:g} pallets"
            )
    if len(problems) > before:
        return
    if committed_s < created_s:
        committed_s += DAY_S  # a committed time before the creation is of the next day
    sizes = [pallets for count, pallets in counts for _ in range(count)]
    width = len(str(len(sizes)))
    for number, pallets in enumerate(sizes, start=1):
        yield Request(
            id=f"{cells['order_id']}-{number:0{width}d}",
            door=Spot(cells["delivery_id"], node=cells["delivery_id"], kind=PlaceKind.BUSINESS),
            placed_at_s=created_s,
            ready_at_s=created_s,
            promise=TimeWindow(created_s, committed_s),
            parcels=(Parcel(grams=round(pallets * GRAMS_PER_PALLET)),),
            origin=_factory(cells["pickup_id"]),
            load_s=pallets * PALLET_S,
            unload_s=pallets * PALLET_S,
        )


def _time(cells: Cells, name: str, where: str, problems: list[str]) -> float:
    text = _cell(cells, name, where, problems)
    try:
        return parse_clock(text)
    except ValueError:
        problems.append(f"{where}: {name} {shown(text)}, expected a time such as 00:03:48")
        return 0.0


def _count(cells: Cells, name: str, where: str, problems: list[str]) -> int:
    text = _cell(cells, name, where, problems)
    if not re.fullmatch(r"[0-9]{1,4}", text):
        problems.append(f"{where}: {name} {shown(text)}, expected a whole number")
        return 0
    return int(text)


def _network(
    folder: Path, source: str, ids: Sequence[str], factories: Sequence[tuple[str, Cells]]
) -> MatrixNetwork:
    """Return the legs between factories as a network."""
    problems: list[str] = []
    rows = {factory: row for row, factory in enumerate(ids)}
    metres = np.full((len(ids), len(ids)), np.nan)
    np.fill_diagonal(metres, 0.0)
    seconds = metres.copy()
    path = folder / "route_info.csv.gz"
    for where, cells in _rows(
        path if path.is_file() else folder / "route_info.csv", source, problems
    ):
        ends = (cells.get("start_factory_id", ""), cells.get("end_factory_id", ""))
        if ends[0] not in rows or ends[1] not in rows:
            problems.append(
                f"{where}: leg {shown(ends[0])} to {shown(ends[1])}, expected factories"
            )
            continue
        distance, time = cells.get("distance", ""), cells.get("time", "")
        if not all(re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) for text in (distance, time)):
            problems.append(f"{where}: {shown(distance)} km, {shown(time)} s, expected numbers")
            continue
        # Distances have one decimal of a kilometre: as metres they are whole.
        metres[rows[ends[0]], rows[ends[1]]] = round(float(distance) * 1000, 3)
        seconds[rows[ends[0]], rows[ends[1]]] = float(time)
    missing = np.argwhere(np.isnan(metres))
    if len(missing):
        a, b = missing[0]
        problems.append(
            f"{source}/{path.name}: {len(missing)} legs are missing, the first from {ids[a]} to "
            f"{ids[b]}, expected each ordered pair"
        )
    if problems:
        raise ScenarioError(source, problems[:MAX_LISTED])
    return MatrixNetwork(
        "dpdp factories",
        tuple(ids),
        metres,
        seconds,
        lat=np.array([float(cells["latitude"]) for _, cells in factories]),
        lon=np.array([float(cells["longitude"]) for _, cells in factories]),
        origin="the table of legs of the instance",
    )

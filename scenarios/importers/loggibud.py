"""LoggiBUD instances: a hub, the capacity of its vehicles, and deliveries with their size."""

import json
import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from scenarios.importers.instance import Instance
from scenarios.problems import shown
from scenarios.requests import Request, Spot, VehicleRow
from twin.errors import ScenarioError
from twin.model import DRIVE, Parcel, PlaceKind, TimeWindow

MAX_BYTES: Final = 100_000_000
MAX_LISTED: Final = 20
FIELDS: Final = ("name", "region", "origin", "vehicle_capacity", "deliveries")
DELIVERY_FIELDS: Final = ("id", "point", "size")


def read_loggibud(path: Path, source: str, shift: TimeWindow) -> Instance:
    """Return the instance in a JSON file.

    Sizes are parcels: a delivery of size 3 is an order of 3 parcels, and the vehicle capacity is
    in parcels. There are as many vehicles as hold all parcels, and one more. Of deliveries with
    the same id the second is called ``id#2``. Fields of other problems of the same collection
    (``max_hubs``) are refused.

    Parameters
    ----------
    shift
        Of every vehicle: the file says nothing of time.

    Raises
    ------
    ScenarioError
        With what was found and what was expected.
    """
    content = _content(path, source)
    problems: list[str] = []
    _refuse_others(content, FIELDS, "", problems)
    hub = _point(content.get("origin"), "origin", problems)
    capacity = _size(content.get("vehicle_capacity"), "vehicle_capacity", problems)
    deliveries = content.get("deliveries")
    if not isinstance(deliveries, list):
        problems.append(f"deliveries: {shown(deliveries)}, expected a list")
        deliveries = []
    requests: dict[str, Request] = {}
    for number, delivery in enumerate(deliveries):
        request = _request(delivery, f"deliveries[{number}]", problems)
        if request is not None:
            order_id = _free_id(request.id, requests)
            requests[order_id] = replace(request, id=order_id)
    if problems:
        more = len(problems) - MAX_LISTED
        listed = problems[:MAX_LISTED] + ([f"... and {more:,} more"] if more > 0 else [])
        raise ScenarioError(source, [f"{source}: {words}" for words in listed])
    parcels = sum(len(request.parcels) for request in requests.values())
    vehicles = math.ceil(parcels / capacity) + 1
    return Instance(
        name=str(content.get("name") or path.stem),
        requests=tuple(requests[order_id] for order_id in sorted(requests)),
        vehicles=tuple(
            VehicleRow(f"van-{k:03d}", "van", shift, mode=DRIVE, parcels=capacity)
            for k in range(1, vehicles + 1)
        ),
        depots={"depot": Spot("depot", *hub, kind=PlaceKind.DEPOT)},
        capacity_parcels=capacity,
    )


def _refuse_others(
    given: Mapping[str, Any], known: Sequence[str], where: str, problems: list[str]
) -> None:
    """Note fields that would not be honoured."""
    problems += [
        f"{where}{shown(key, quote=False)}: a field that is not honoured, expected only "
        f"{', '.join(known)}; take it out"
        for key in given
        if key not in known
    ]


def _free_id(wanted: str, taken: Container[str]) -> str:
    """Return an id of its own: the published files name two deliveries alike now and then."""
    order_id, number = wanted, 1
    while order_id in taken:
        number += 1
        order_id = f"{wanted}#{number}"
    return order_id


def _content(path: Path, source: str) -> dict[str, Any]:
    def refuse(word: str) -> float:
        raise ScenarioError(source, [f"{source}: {word}, expected finite numbers"])

    try:
        if path.stat().st_size > MAX_BYTES:
            words = f"larger than {MAX_BYTES:,} bytes, expected one instance"
            raise ScenarioError(source, [f"{source}: {words}"])
        content = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=refuse)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        words = "no such file, expected an instance; check its name"
        raise ScenarioError(source, [f"{source}: {words}"]) from None
    except UnicodeDecodeError:
        raise ScenarioError(source, [f"{source}: not UTF-8, expected JSON in UTF-8"]) from None
    except json.JSONDecodeError as error:
        words = f"not JSON ({error.msg}), expected a LoggiBUD instance"
        raise ScenarioError(source, [f"{source}:{error.lineno}: {words}"]) from None
    except (RecursionError, ValueError):
        words = "nested too deep or a number too long, expected a LoggiBUD instance"
        raise ScenarioError(source, [f"{source}: {words}"]) from None
    if not isinstance(content, dict):
        words = f"{shown(content)}, expected an object with origin and deliveries"
        raise ScenarioError(source, [f"{source}: {words}"])
    return content


def _point(given: Any, where: str, problems: list[str]) -> tuple[float, float]:  # noqa: ANN401
    if isinstance(given, dict):
        lat, lon = _degrees(given.get("lat"), 90), _degrees(given.get("lng"), 180)
        if lat is not None and lon is not None:
            return lat, lon
    problems.append(f"{where}: {shown(given)}, expected lat and lng in degrees")
    return 0.0, 0.0


def _degrees(given: Any, most: float) -> float | None:  # noqa: ANN401
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return float(given) if is_number and -most <= given <= most else None


def _size(given: Any, where: str, problems: list[str]) -> int:  # noqa: ANN401
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= 10_000:  # noqa: PLR2004
        problems.append(f"{where}: {shown(given)}, expected a whole number from 1 to 10,000")
        return 1
    return given


def _request(given: Any, where: str, problems: list[str]) -> Request | None:  # noqa: ANN401
    before = len(problems)
    if not isinstance(given, dict):
        problems.append(f"{where}: {shown(given)}, expected an object")
        return None
    _refuse_others(given, DELIVERY_FIELDS, f"{where}.", problems)
    order_id = given.get("id")
    if not isinstance(order_id, str) or not order_id:
        problems.append(f"{where}.id: {shown(order_id)}, expected text")
    lat, lon = _point(given.get("point"), f"{where}.point", problems)
    size = _size(given.get("size"), f"{where}.size", problems)
    if len(problems) > before:
        return None
    spot = Spot(f"{lat:.6f},{lon:.6f}", lat, lon)
    return Request(str(order_id), spot, parcels=(Parcel(),) * size)

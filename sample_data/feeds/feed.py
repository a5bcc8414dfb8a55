"""`Fleet`: all devices of the city, asked for their values at one time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sample_data.feeds.chance import Array, offline
from sample_data.feeds.values import FORMULAS, Group, Moment
from twin.errors import InvalidInput, SourceUnreadable

DECIMALS = 4


@dataclass(frozen=True, slots=True)
class FeedDevice:
    """A row of sensors.geojson as a feed needs it; heights in metres (EPSG:5737), lon/lat in degrees.

    `use` and `area_m2` are those of the building a power meter measures, `road_class`
    that of the street a noise station stands at: without them there is no reading.
    """

    id: str
    type: str
    period_s: int
    z_m: float = 0.0
    lon: float | None = None
    lat: float | None = None
    building_code: str | None = None
    floor_no: int | None = None
    attention: float | None = None
    alarm: float | None = None
    direction: str = "above"
    night_attention: float | None = None
    use: str | None = None
    area_m2: float | None = None
    road_class: str | None = None


class Fleet:
    """Devices in the order given, with their values as pure functions of time.

    Raises
    ------
    InvalidInput
        A device has a type no formula exists for, or two share an id.
    """

    def __init__(self, devices: Sequence[FeedDevice]) -> None:
        self.devices = tuple(devices)
        self.codes = tuple(d.id for d in self.devices)
        self.index = {code: i for i, code in enumerate(self.codes)}
        if len(self.index) != len(self.codes):
            raise InvalidInput("two devices share an id; ids of datastreams must be unique")
        by_type: dict[str, list[int]] = defaultdict(list)
        for i, device in enumerate(self.devices):
            if device.type not in FORMULAS:
                known = ", ".join(sorted(FORMULAS))
                raise InvalidInput(
                    f"device '{device.id}' is of type '{device.type}'; known types are {known}"
                )
            by_type[device.type].append(i)
        self.by_type = {kind: np.array(members) for kind, members in by_type.items()}
        self._groups = {kind: self._group(members) for kind, members in self.by_type.items()}

    def _group(self, members: NDArray[np.int64]) -> Group:
        chosen = [self.devices[i] for i in members]
        return Group(
            codes=tuple(d.id for d in chosen),
            z_m=np.array([d.z_m for d in chosen]),
            attention=_numbers([d.attention for d in chosen]),
            area_m2=_numbers([d.area_m2 for d in chosen]),
            uses=tuple(d.use for d in chosen),
            road_classes=tuple(d.road_class for d in chosen),
        )

    def values(self, t_s: float, types: Iterable[str] | None = None) -> Array:
        """Readings of all devices at Unix time `t_s`; NaN for types not asked for and what is unknown."""
        moment = Moment.at(t_s)
        result = np.full(len(self.devices), np.nan)
        for kind in self.by_type if types is None else types:
            result[self.by_type[kind]] = FORMULAS[kind](self._groups[kind], moment)
        return result

    def silent(self, t_s: float) -> NDArray[np.bool_]:
        """Which devices send nothing on the day of `t_s`."""
        return offline(self.codes, Moment.at(t_s).day)


def _numbers(values: Sequence[float | None]) -> Array:
    return np.array([np.nan if value is None else value for value in values])


def state(value: float, attention: float | None, alarm: float | None, direction: str = "above") -> int:
    """Code of list `device_state`: 0 normal, 1 attention, 2 alarm.

    >>> state(2.0, 2.0, 5.0), state(0.13, 0.16, 0.14, "below"), state(1.0, None, None)
    (1, 2, 0)
    """
    sign = 1.0 if direction == "above" else -1.0
    if alarm is not None and sign * value >= sign * alarm:
        return 2
    return 1 if attention is not None and sign * value >= sign * attention else 0


def read_devices(path: Path) -> list[FeedDevice]:
    """Read sensors.geojson.

    Raises
    ------
    SourceUnreadable
        Not a GeoJSON feature collection of devices; the message names file and feature.
    """
    try:
        features = list(json.loads(path.read_text(encoding="utf-8"))["features"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceUnreadable(f"{path}: no GeoJSON feature collection of devices ({error})") from error
    return [_device(path, n, feature) for n, feature in enumerate(features)]


def _device(path: Path, number: int, feature: dict[str, Any]) -> FeedDevice:
    try:
        row = feature["properties"]
        lon, lat = (feature.get("geometry") or {}).get("coordinates", (None, None))[:2]
        return FeedDevice(
            id=row["id"], type=row["type"], period_s=int(row["period_s"]), z_m=float(row.get("z") or 0.0),
            lon=lon, lat=lat, building_code=row.get("bldg_code"), floor_no=row.get("floor_no"),
            attention=row.get("attention"), alarm=row.get("alarm"), direction=row.get("direction") or "above",
            night_attention=row.get("night_attention"), use=row.get("use"), area_m2=row.get("area_m2"),
            road_class=row.get("road_class"),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise SourceUnreadable(
            f"{path}: feature {number} is no device: it needs id, type and period_s ({error!r})"
        ) from error

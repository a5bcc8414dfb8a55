"""Write every authored model of the sample city into a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sample_data.models.layout import ModelLayout, pump_station, tower
from sample_data.models.progress import Progress, silent
from sample_data.models.pump_station import write_pump_station
from sample_data.models.tower import write_tower

_WRITERS: tuple[tuple[Callable[[], ModelLayout], Callable[[Path, Progress], None]], ...] = (
    (pump_station, write_pump_station),
    (tower, write_tower),
)


@dataclass(frozen=True, slots=True)
class BuiltModel:
    """A finished IFC file: where it is, how large, its SHA-256 and what it models."""

    code: str
    building_code: str
    name_zh: str
    name_en: str
    path: Path
    size: int
    sha256: str


def build_models(out: Path, progress: Progress = silent) -> list[BuiltModel]:
    """Write LH-PMP-03.ifc and LH-RES-01.ifc into `out`, which is made when missing.

    The same bytes come out on every run: GlobalIds derive from the model code, and
    the header carries no clock. A file appears under its name only when complete.
    """
    out.mkdir(parents=True, exist_ok=True)
    built = []
    for layout_of, write in _WRITERS:
        layout = layout_of()
        path = out / f"{layout.code}.ifc"
        write(path, progress)
        data = path.read_bytes()
        built.append(
            BuiltModel(
                layout.code, layout.building_code, layout.name_zh, layout.name_en, path, len(data),
                hashlib.sha256(data).hexdigest(),
            )
        )  # fmt: skip
    return built

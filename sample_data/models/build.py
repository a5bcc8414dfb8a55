"""Write every authored model of the sample city into a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from sample_data.models.layout import ModelLayout, pump_station, tower
from sample_data.models.mall import write_mall
from sample_data.models.mall_layout import mall
from sample_data.models.progress import Progress, silent
from sample_data.models.pump_station import write_pump_station
from sample_data.models.road import write_road
from sample_data.models.road_plan import RoadLayout, road_layout
from sample_data.models.tower import write_tower

_WRITERS: tuple[tuple[Callable[[], ModelLayout | RoadLayout], Callable[[Path, Progress], None]], ...] = (
    (mall, write_mall),
    (pump_station, write_pump_station),
    (road_layout, write_road),
    (tower, write_tower),
)
OF_TINY = frozenset(("LH-PMP-03", "LH-RES-01"))
"""Models that go along with the smallest city too."""


@dataclass(frozen=True, slots=True)
class BuiltModel:
    """A finished IFC file: where it is, how large, its SHA-256 and what it models."""

    code: str
    building_code: str | None
    name_zh: str
    name_en: str
    path: Path
    size: int
    sha256: str


def build_models(
    out: Path, progress: Progress = silent, *, only: Collection[str] | None = None
) -> list[BuiltModel]:
    """Write the models, or `only` those of the codes given, into `out`, which is made when missing.

    The same bytes come out on every run: GlobalIds derive from the model code, and
    the header carries no clock. A file appears under its name only when complete.
    """
    out.mkdir(parents=True, exist_ok=True)
    built = []
    for layout_of, write in _WRITERS:
        layout = layout_of()
        if only is not None and layout.code not in only:
            continue
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

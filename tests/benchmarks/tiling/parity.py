"""The gate before any figure: tiles from memory, and from rows, are those of ST_AsMVT."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.benchmarks.tiling.city import filled
from tests.tiles.vector.filled import some
from tests.tiles.vector.makers import A_ZOOM, ZOOMS, compare
from tests.tiles.vector.snapshot.process import Process
from tiles.vector.rows.source import FROM_ZOOM
from tiles.vector.snapshot.jit import KERNELS, prepare
from twin.settings import Settings

_LAYERS = ("building", "road", "utility_line", "sensor")


def agree(settings: Settings, rows: int, snapshot_mb: int) -> list[dict[str, Any]]:
    """Compare a hundred tiles of every zoom, or all there are; rows for the report.

    What differs stops it. That a full tile is thinned in another layer does not and is counted: each
    maker follows its own bytes, and a layer may just reach the line of one alone. Whole they are the same.

    Raises
    ------
    RuntimeError
        A tile differs by more than rounding, or fewer were compared than there are.
    """
    prepare(settings.state_dir / KERNELS)
    process = Process(replace(settings, snapshot_mb=snapshot_mb))
    result = []
    try:
        process.load()
        for zoom in ZOOMS:
            there = filled(zoom, rows)
            found = compare(process, _LAYERS, zoom, some(there, A_ZOOM))
            if found.wrong:
                raise RuntimeError(f"zoom {zoom}: {len(found.wrong)} differ, first {found.wrong[0]}")
            tiles, by_rows = found.memory.tiles, found.rows.tiles
            if tiles != min(A_ZOOM, len(there)) or by_rows != (tiles if zoom >= FROM_ZOOM else 0):
                raise RuntimeError(f"zoom {zoom}: only {tiles} from memory, {by_rows} from rows compared")
            result.append({
                "what": "parity", "zoom": zoom, "tiles": tiles, "exist": len(there), "asked": A_ZOOM,
                "filled": found.filled, "thinned": found.thinned, "otherwise": found.otherwise,
                "features": found.memory.features, "rows_features": found.rows.features,
                "slivers": found.memory.slivers + found.rows.slivers,
                "settled": found.memory.settled + found.rows.settled,
                "memory_ms": round(1000 * found.memory_s / tiles, 2),
                "rows_ms": round(1000 * found.rows_s / tiles, 2) if zoom >= FROM_ZOOM else None,
                "postgis_ms": round(1000 * found.postgis_s / tiles, 2),
            })  # fmt: skip
    finally:
        process.close()
    return result

"""What the caches of tiles hold and how they do, for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator

from tiles.catalog import Catalog
from tiles.kept import Kept
from tiles.solids.summary import CALLERS, CLOSE

Sample = tuple[str, str, str, float]
"""Name, type, meaning, value."""

_MEANINGS = {
    "hits": "Tiles answered from memory.",
    "misses": "Tiles made.",
    "dropped": "Tiles dropped because their cells were touched.",
    "evicted": "Tiles pushed out by others.",
    "refused": "Tiles served and not kept, for something changed while they were made.",
    "shared": "Tiles answered from what another process of this server made.",
    "bypassed": "Tiles made past the memory, for the touch log was not read in time.",
}


def samples(catalog: Catalog) -> Iterator[Sample]:
    """Name, type, meaning and value of each figure; the bounds beside what is held."""
    tiles, size = catalog.cached
    held = (
        ("tile", "vector tiles and 3D tiles", tiles, size, catalog.limit_bytes),
        ("raster", "tiles of rasters", *_of(catalog.rasters.kept)),
        ("point", "tiles of point clouds", *_of(catalog.points.kept)),
    )
    if catalog.shared is not None:
        held += (("shared_tile", "tiles all processes of this server share", *catalog.shared.held),)
    for name, what, count, size, limit in held:
        yield f"twin_{name}_cache_tiles", "gauge", f"In memory: {what}.", count
        yield f"twin_{name}_cache_bytes", "gauge", f"Memory of {what}.", size
        yield f"twin_{name}_cache_limit_bytes", "gauge", f"Most memory of {what}.", limit
    yield from _summaries(catalog)
    for name, meaning in _MEANINGS.items():
        yield f"twin_tile_cache_{name}_total", "counter", meaning, getattr(catalog.counts, name)


def _summaries(catalog: Catalog) -> Iterator[Sample]:
    """What 3D tiles are made from; bounded by how many there are, each as large as the city makes it."""
    memory = catalog.solids.memory
    figures = (
        ("summaries", "Kinds of callers for whom a summary of the city is in memory.", memory.summaries),
        ("summaries_limit", "Most of them.", CALLERS),
        ("bytes", "Memory of the summaries of the city.", memory.all_bytes),
        ("squares", "Square kilometres with buildings in them.", memory.squares),
        ("close_squares", "Of those, known more finely for the tiles asked for last.", memory.close),
        ("close_squares_limit", "Most of them.", CALLERS * CLOSE),
        ("close_bytes", "Of the memory, that of those known more finely.", memory.close_bytes),
    )
    for name, meaning, value in figures:
        yield f"twin_solid_{name}", "gauge", meaning, value


def _of(kept: Kept) -> tuple[int, int, int]:
    return len(kept), kept.bytes, kept.limit_bytes

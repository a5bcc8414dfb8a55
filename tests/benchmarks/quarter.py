"""A seeded quarter of buildings with solids: its shapes, and a database filled with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from loaders.gis.extrude import extrude
from twin.database.connection import Database

PITCH_M = 30.0
EAST_M, NORTH_M = 508_000.0, 2_492_000.0
_AT_ONCE = 20_000
# what a load would have done stands in the rows already, so the triggers have nothing to add
_SEED = """
with named as (
    insert into city.feature (collection, source, source_key)
    select 'building', 'benchmark', i::text from unnest(%(i)s::int[]) i
    returning id, source_key::int as i
)
insert into city.building (feature_id, code, name_zh, use, floors_up, height_m, elev_base_m, z_min_m, z_max_m,
    year_built, geometry, solid)
select n.id, 'B' || i, '建筑' || i, 'R', 1 + i %% 33, h, b, b, b + h, 1980 + i %% 45,
    st_setsrid(st_geomfromwkb(f), 4547), st_setsrid(st_geomfromwkb(s), 4547)
from unnest(%(i)s::int[], %(h)s::float8[], %(b)s::float8[], %(f)s::bytea[], %(s)s::bytea[])
    as r(i, h, b, f, s) join named n using (i) order by i
"""


def solids(rows: int) -> Iterator[tuple[dict[str, Any], list[bytes]]]:
    """Binds of the seed and the solids, some thousands at a time.

    Mostly rectangles, some L-shaped, some with courtyards, some round, all turned.
    """
    random = np.random.default_rng(7)
    side = int(np.ceil(rows**0.5))
    for start in range(0, rows, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, rows))
        footprints = np.array([_footprint(i, side, random) for i in numbers], object)
        tall = random.random(len(numbers)) < 0.02
        heights = np.where(tall, random.uniform(60, 200, len(numbers)), random.uniform(6, 36, len(numbers)))
        low = random.uniform(2, 12, len(numbers))
        made = [solid for solid in extrude(footprints, low, heights) if solid is not None]
        values = {"i": list(numbers), "h": heights.tolist(), "b": low.tolist()}
        yield {**values, "f": list(shapely.to_wkb(footprints)), "s": made}, made


def fill(database: Database, rows: int) -> None:
    """Write them to an empty database."""
    with database.transaction() as connection:
        connection.execute("select set_config('twin.loading', 'on', false)")
        connection.execute("alter table city.building disable trigger user")
        for values, _ in solids(rows):
            connection.execute(_SEED, values)
        connection.execute("alter table city.building enable trigger user")
    database.execute("analyze city.building")
    database.execute("analyze city.feature")


def _footprint(i: int, side: int, random: np.random.Generator) -> Any:
    e, n = EAST_M + i % side * PITCH_M, NORTH_M + i // side * PITCH_M
    w, d = random.uniform(9, 24, 2)
    shape = shapely.box(e, n, e + w, n + d)
    kind = i % 20
    if kind in (0, 1, 2):
        shape = shape - shapely.box(e + w / 2, n + d / 2, e + w, n + d)
    elif kind in (3, 4):
        shape = shape - shapely.box(e + 3, n + 3, e + w - 3, n + d - 3)
    elif kind == 5:
        shape = shapely.Point(e + w / 2, n + d / 2).buffer(d / 2, 4)
    return shapely.MultiPolygon([shapely.affinity.rotate(shape, float(random.uniform(0, 90)))])

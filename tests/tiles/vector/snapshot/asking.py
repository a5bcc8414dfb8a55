"""Hydrants at two places, and what a process answers for their tiles."""

from __future__ import annotations

import math
import time

import mapbox_vector_tile
from pyproj import Transformer

from tiles.address import TileCoord
from tiles.source import PUBLIC

SPOT = (513_870.0, 2_494_870.0)
AWAY = (517_500.0, 2_494_870.0)
COMPACT = """
with horizon as (
    insert into twin.about (key, value)
    values ('touch_horizon', pg_snapshot_xmin(pg_current_snapshot())::text)
    on conflict (key) do update set value = excluded.value returning value::xid8 as xid
)
delete from twin.touch t using horizon
where t.xid < horizon.xid and exists (
    select from twin.touch n
    where n.collection = t.collection and n.cell_e is not distinct from t.cell_e
        and n.cell_n is not distinct from t.cell_n and n.xid > t.xid)
"""
"""As `live.tidy` compacts the touch log, but now and not after an hour."""


def tile_of(spot, zoom=16):
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(*spot)
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return TileCoord(zoom, int((lon + 180) / 360 * 2**zoom), int(row * 2**zoom))


HOME, FAR = tile_of(SPOT), tile_of(AWAY)


def codes_of(made):
    if made.tile.empty:
        return []
    return sorted(
        f["properties"].get("code")
        for f in mapbox_vector_tile.decode(made.tile.plain())["hydrant"]["features"]
    )


def ask(process, coord=HOME):
    """Codes in a tile, and whether it came from memory."""
    before = process.source.encoded
    codes = codes_of(process.source.make(("hydrant",), coord, PUBLIC))
    return codes, process.source.encoded > before


def edit(target, code, old="old"):
    target.execute("update city.hydrant set code = %(new)s where code = %(old)s", {"new": code, "old": old})


def settle(database):
    """Wait until no older transaction runs on the server: what one may have written is read again."""
    now = int(database.scalar("select pg_current_xact_id()::text"))
    deadline = time.monotonic() + 30
    while int(database.scalar("select pg_snapshot_xmin(pg_current_snapshot())::text")) <= now:
        assert time.monotonic() < deadline
        time.sleep(0.05)

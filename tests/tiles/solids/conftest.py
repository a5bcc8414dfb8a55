"""A quarter with solids of every kind, spread so that its tree has several levels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
import shapely

from loaders.gis.extrude import extrude
from tests.tiles.solids.rules import Subtree, subtree_faults
from tiles.solids.grid import Root
from tiles.solids.place import CitySquare, CityTileset
from tiles.solids.source import PostgisSolids
from tiles.source import PUBLIC, Context
from twin.database.connection import Database
from twin.settings import Settings

EAST_M, NORTH_M = 505_300.0, 2_488_400.0
GEOID_OFFSET_M = -3.0


@dataclass
class Quarter:
    """What was written, to compare tiles with."""

    database: Database
    settings: Settings
    volumes: dict[int, float] = field(default_factory=dict)
    values: dict[int, dict[str, Any]] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def source(self) -> PostgisSolids:
        return PostgisSolids(self.database, GEOID_OFFSET_M)

    def tileset(self, context: Context = PUBLIC) -> dict[str, Any]:
        return json.loads(self.source.make((), CityTileset(), context).tile.plain())

    def root(self) -> Root:
        return root_of(self.tileset())

    def contents(self, context: Context = PUBLIC) -> dict[tuple[int, int, int], bytes]:
        """Every content that its subtree says is there, by walking the tree as a client does."""
        root, found = self.root(), {}
        waiting = [(0, 0, 0)]
        while waiting:
            level, x, y = waiting.pop()
            data = self.source.make((), CitySquare("subtree", root, level, x, y), context).tile.plain()
            assert subtree_faults(data, root.subtree_levels) == []
            tree = Subtree(data, root.subtree_levels)
            for down, a, b in tree.squares(tree.contents):
                key = (level + down, (x << down) + a, (y << down) + b)
                found[key] = self.source.make((), CitySquare("content", root, *key), context).tile.plain()
            held = root.subtree_levels
            waiting += [(level + held, (x << held) + a, (y << held) + b) for a, b in tree.beneath()]
        return found


def root_of(document: dict[str, Any]) -> Root:
    """Root named by the addresses of a tileset."""
    return Root.named(document["root"]["content"]["uri"].split("/")[1])


@pytest.fixture(scope="module")
def quarter(new_database, server_settings: Settings, add_feature) -> Iterator[Quarter]:
    """Houses, towers, a mall, courtyards, a gabled roof, and rows that came by plain SQL."""
    with new_database() as url:
        settings = replace(server_settings, database_url=url, geoid_offset_m=GEOID_OFFSET_M)
        database = Database.from_settings(settings, application="test")
        try:
            made = Quarter(database, settings)
            _build(made, add_feature)
            yield made
        finally:
            database.close()


def _build(quarter: Quarter, add_feature: Any) -> None:
    random = np.random.default_rng(20261125)

    def put(outline: Any, base: float, height: float, **values: Any) -> int:
        (solid,) = extrude(np.array([outline], object), np.array([base]), np.array([height]))
        id = add_feature(
            connection, "building", outline, elev_base_m=base, height_m=height, z_min_m=base,
            z_max_m=base + height, **values,
        )  # fmt: skip
        _give_solid(connection, id, solid)
        quarter.volumes[id] = outline.area * height
        quarter.values[id] = {"height_m": height, "elev_base_m": base, **values}
        return id

    with quarter.database.transaction() as connection:
        for i in range(60):
            # along a diagonal of 15 km, so that curvature and convergence show
            e, n = EAST_M + i * 250 + random.uniform(0, 90), NORTH_M + i * 230 + random.uniform(0, 90)
            width, depth = random.uniform(9, 36, 2)
            outline = shapely.box(e, n, e + width, n + depth)
            if i % 5 == 0:
                outline = outline - shapely.box(e + 3, n + 3, e + width - 3, n + depth - 3)
            outline = shapely.MultiPolygon([shapely.affinity.rotate(outline, random.uniform(0, 90))])
            put(
                outline,
                4.0 + i / 10,
                float(random.uniform(6, 39)),
                code=f"B{i}",
                name_zh=f"翠竹{i}栋",
                use="R",
            )
        tower = shapely.MultiPolygon([shapely.Point(EAST_M + 2000, NORTH_M + 2000).buffer(25, 8)])
        quarter.kinds["tower"] = put(tower, 6.0, 441.8, code="T", name_zh="京基100", floors_up=100)
        e, n = EAST_M + 7_000, NORTH_M + 7_000
        mall = shapely.MultiPolygon(
            [shapely.box(e, n, e + 190, n + 120), shapely.box(e + 200, n, e + 230, n + 60)]
        )
        quarter.kinds["mall"] = put(mall, 5.0, 24.0, code="M", name_zh="万象城")
        quarter.kinds["gable"] = _gable(quarter, connection, add_feature)
        quarter.kinds["shell"] = _shell(connection, add_feature)
        plain = shapely.MultiPolygon([shapely.box(e, n + 400, e + 20, n + 410)])
        quarter.kinds["no solid"] = add_feature(
            connection, "building", plain, elev_base_m=3.0, height_m=12.0, name_zh="无实体"
        )
        _give_solid(connection, quarter.kinds["no solid"], None)
        quarter.volumes[quarter.kinds["no solid"]] = 200 * 12.0
        flat = shapely.MultiPolygon([shapely.box(e, n + 440, e + 20, n + 450)])
        quarter.kinds["unknown height"] = add_feature(connection, "building", flat, elev_base_m=3.0)
        nowhere = shapely.MultiPolygon([shapely.box(e, n + 480, e + 20, n + 490)])
        quarter.kinds["unknown base"] = add_feature(connection, "building", nowhere, name_zh="高程未知")
        secret = shapely.MultiPolygon([shapely.box(e, n + 520, e + 20, n + 530)])
        quarter.kinds["restricted"] = add_feature(
            connection, "building", secret, elev_base_m=3.0, height_m=9.0, visibility="admin"
        )


def _gable(quarter: Quarter, connection: Any, add_feature: Any) -> int:
    """A LoD2 house: eaves at 6 m, ridge at 9 m along the middle, eaves half a metre beyond the plan."""
    e, n, z = EAST_M + 3_333, NORTH_M + 3_333, 10.0
    w, d = 12.0, 8.0
    low = [(e, n, z), (e + w, n, z), (e + w, n + d, z), (e, n + d, z)]
    eave = [(x, y, z + 6) for x, y, _ in low]
    west, east = (e, n + d / 2, z + 9), (e + w, n + d / 2, z + 9)
    faces = [
        low[::-1],
        [low[0], low[1], eave[1], eave[0]],
        [low[1], low[2], eave[2], east, eave[1]],
        [low[2], low[3], eave[3], eave[2]],
        [low[3], low[0], eave[0], west, eave[3]],
        [eave[0], eave[1], east, west],
        [eave[2], eave[3], west, east],
    ]
    rings = ", ".join("((" + ", ".join(f"{x} {y} {h}" for x, y, h in [*f, f[0]]) + "))" for f in faces)
    plan = shapely.MultiPolygon([shapely.box(e, n, e + w, n + d)])
    id = add_feature(connection, "building", plan, elev_base_m=z, height_m=9.0, lod=2, name_zh="双坡顶")
    connection.execute(
        "update city.building set solid = st_geomfromtext(%(text)s, 4547), z_min_m = 10, z_max_m = 19"
        " where feature_id = %(id)s",
        {"text": f"POLYHEDRALSURFACE Z ({rings})", "id": id},
    )
    quarter.volumes[id] = w * d * 6 + w * d * 3 / 2
    return id


def _shell(connection: Any, add_feature: Any) -> int:
    """Walls and a roof, no floor: no solid. Eaves 1 m beyond the plan, one wall turned inward."""
    e, n, z = EAST_M + 3_633, NORTH_M + 3_333, 10.0
    w, d, high, over = 12.0, 8.0, 6.0, 1.0
    low = [(e, n, z), (e + w, n, z), (e + w, n + d, z), (e, n + d, z)]
    top = [(x, y, z + high) for x, y, _ in low]
    eaves = shapely.box(e - over, n - over, e + w + over, n + d + over).exterior.coords[:-1]
    roof = [(x, y, z + high) for x, y in eaves][::-1]
    corners = [*low, *top, *roof]
    walls = [[i, (i + 1) % 4, (i + 1) % 4 + 4, i + 4] for i in range(4)]
    walls[2].reverse()
    said = {
        "reason": "shell-open",
        "box": [[min(c) for c in zip(*corners, strict=True)], [max(c) for c in zip(*corners, strict=True)]],
        "vertices": corners,
        "boundaries": [*([wall] for wall in walls), [[8, 9, 10, 11]]],
    }
    plan = shapely.MultiPolygon([shapely.box(e, n, e + w, n + d)])
    id = add_feature(connection, "building", plan, elev_base_m=z, lod=2, name_zh="无底面")
    connection.execute(
        "update city.building set shell = %(shell)s::jsonb, z_min_m = 10, z_max_m = 16"
        " where feature_id = %(id)s",
        {"shell": json.dumps(said), "id": id},
    )
    return id


def _give_solid(connection: Any, id: int, solid: bytes | None) -> None:
    connection.execute(
        "update city.building set solid = st_setsrid(st_geomfromwkb(%(solid)s), 4547)"
        " where feature_id = %(id)s",
        {"solid": solid, "id": id},
    )

"""Questions about the inside of buildings, against the same questions asked in memory and plainly.

100 buildings of 30 floors, each with 10 rooms, 20 elements and 14 pieces of equipment: 102,000
elements and pieces of equipment in all. The peer has the same rows in geopandas frames with a
spatial index, in memory and without versions, visibility or a database between; for paths it is a
recursive query, which counts doors and no metres. Each question is asked of many buildings in turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from tests.benchmarks.server import Options, scratch_database
from twin.database.connection import Database
from twin.queries.interior import compartment_walls, floors_equipment, rooms_near, spaces_below_ground
from twin.queries.room_graph import room_graph

_FLOORS, _ROOMS, _FLOOR_M = 30, 10, 3.0
_ASKED = 40
_SEED_NUMBER = 20_261_125
_THEN = datetime(2020, 6, 1, tzinfo=UTC)
_HERE = Path(__file__).parent


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: a question, its times, and the peer's in relation."""
    buildings = max((options.rows or 100_000) // 1_000, 2)
    with scratch_database(options.settings) as settings:
        database = Database.from_settings(settings, bounded=False)
        try:
            _seed(database, buildings)
            return [
                row for question in _questions(database, buildings) for row in _race(question, options.rounds)
            ]
        finally:
            database.close()


def _seed(database: Database, buildings: int) -> None:
    """Rooms along a corridor: 1 to 8 open to it, 0 is the corridor, 9 the stair at its end."""
    binds = {"buildings": buildings, "floors": _FLOORS, "rooms": _ROOMS}
    for statement in (_HERE / "interior_seed.sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            database.execute(statement, binds)
    with database.transaction() as connection:
        connection.execute("analyze")


Question = tuple[str, Callable[[int], Any], str, Callable[[int], Any], list[int]]


def _questions(database: Database, buildings: int) -> list[Question]:
    """A question, ours, the peer's name, the peer, and which buildings are asked."""
    frames = {name: _frame(database, name) for name in ("space", "element", "equipment")}
    for frame in frames.values():
        frame.sindex.query(shapely.box(0, 0, 1, 1))
    random = np.random.default_rng(_SEED_NUMBER)
    asked = (1 + random.integers(0, buildings, _ASKED)).tolist()

    def riser(building: int) -> int:
        return 20_000_000 + building * 10_000 + 1_500 + 19

    def near_in_memory(building: int) -> int:
        pipes = frames["element"]
        pipe = pipes[pipes.feature_id == riser(building)].iloc[0]
        rooms = frames["space"]
        close = rooms.iloc[rooms.sindex.query(pipe.geometry, predicate="dwithin", distance=30.0)]
        plan = close.distance(pipe.geometry).to_numpy()
        rise = np.maximum(
            0, np.maximum(close.z_min_m - pipe.z_max_m, pipe.z_min_m - close.z_max_m).to_numpy()
        )
        return int((np.hypot(plan, rise) <= 30.0).sum())

    def equipment_in_memory(building: int) -> int:
        found = frames["equipment"]
        found = found[(found.building_id == building) & found.floor_no.between(10, 15)]
        return sum(found.kind.fillna("unknown").value_counts().to_dict().values())

    def below_in_memory(building: int) -> int:
        rooms = frames["space"]
        return int(((rooms.building_id == building) & (rooms.z_max_m <= 6.5)).sum())

    def walls_in_memory(building: int) -> int:
        rooms, walls = frames["space"], frames["element"]
        inside = rooms[(rooms.building_id == building) & (rooms.compartment == "FC-15")]
        outline = inside.buffer(0.3, join_style="mitre").union_all().buffer(-0.3, join_style="mitre").boundary
        near = walls.iloc[walls.sindex.query(outline, predicate="dwithin", distance=0.15)]
        near = near[(near.building_id == building) & (near.ifc_class == "IfcWall")]
        high, low = inside.z_max_m.max(), inside.z_min_m.min()
        near = near[np.minimum(near.z_max_m, high) - np.maximum(near.z_min_m, low) > 0.5]
        along = near.buffer(0.15, join_style="mitre").intersection(outline)
        parts = along.apply(
            lambda shape: max((p.length for p in getattr(shape, "geoms", [shape])), default=0)
        )
        return int(((parts >= 1.0) & (near.fire_rating_min < 60)).sum())

    def plain(name: str) -> Callable[[int], int]:
        sql = (_HERE / f"interior_{name}.sql").read_text(encoding="utf-8")
        return lambda building: len(database.rows(sql, {"building": building}))

    return [
        (
            "rooms within 30 m of a riser",
            lambda b: rooms_near(database, riser(b), 30.0, stacked=False)["count"],
            "geopandas in memory",
            near_in_memory,
            asked,
        ),
        (
            "equipment on floors 10-15",
            lambda b: floors_equipment(database, b, 10, 15)["count"],
            "geopandas in memory",
            equipment_in_memory,
            asked,
        ),
        (
            "spaces below ground",
            lambda b: len(spaces_below_ground(database, building=b)),
            "geopandas in memory",
            below_in_memory,
            asked,
        ),
        (
            "walls under 60 min round a compartment",
            lambda b: compartment_walls(database, b, "FC-15")["counts"]["under"],
            "geopandas in memory",
            walls_in_memory,
            asked,
        ),
        (
            "rooms whose only way out passes a corridor",
            lambda b: len(room_graph(database, b).depending_on(1_000_000 + b * 10_000 + 1_500) or ()),
            "recursive SQL",
            plain("only_way"),
            asked,
        ),
        (
            "longest way to safety of each room",
            lambda b: sum(v is not None for v in room_graph(database, b).escapes().values()),
            "recursive SQL, by doors passed",
            plain("escape"),
            asked,
        ),
        (
            "longest way to safety of each room, as of then",
            lambda b: sum(v is not None for v in room_graph(database, b, moment=_THEN).escapes().values()),
            "recursive SQL of now, by doors passed",
            plain("escape"),
            asked,
        ),
        (
            "equipment on floors 10-15, as of then",
            lambda b: floors_equipment(database, b, 10, 15, moment=_THEN)["count"],
            "geopandas in memory",
            equipment_in_memory,
            asked,
        ),
    ]


def _frame(database: Database, collection: str) -> gpd.GeoDataFrame:
    rows = database.rows(f"select *, st_asbinary(geometry) as wkb from city_now.{collection}")
    for row in rows:
        row.pop("geometry")
    shapes = shapely.from_wkb([bytes(row.pop("wkb")) for row in rows])
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=4547)


def _race(question: Question, rounds: int) -> list[dict[str, Any]]:
    name, ours, peer_name, peer, asked = question
    waited: dict[str, list[float]] = {"ours": [], "peer": []}
    answers: dict[str, Any] = {}
    for number in range(rounds + 1):
        for who, ask in (("ours", ours), ("peer", peer)) if number % 2 else (("peer", peer), ("ours", ours)):
            for building in asked if who == "ours" else asked[:10]:
                began = time.perf_counter()
                answers[who] = ask(building)
                if number:
                    waited[who].append(time.perf_counter() - began)
    p50, p95 = (float(np.quantile(waited["ours"], q)) * 1000 for q in (0.5, 0.95))
    against = float(np.quantile(waited["peer"], 0.5)) * 1000
    return [
        {
            "question": name,
            "answer": answers["ours"],
            "peer's": answers["peer"],
            "p50 ms": f"{p50:.1f}",
            "p95 ms": f"{p95:.1f}",
            "peer": peer_name,
            "peer p50 ms": f"{against:.1f}",
            "ratio": f"{against / p50:.2f}x",
        }
    ]

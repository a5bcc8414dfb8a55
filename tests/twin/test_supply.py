"""From a head to its riser: the walk along the ports, before the planner knows anything of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twin.database.connection import Database
from twin.database.statements import statement
from twin.database.validity import dated
from twin.queries.supply import supply

_PIPES = 300
# a row of pipes east of the riser, each joined to the one before; the head hangs on the last
_ROW = f"""
insert into city.building (code, geometry)
values ('B', st_multi(st_makeenvelope(508000, 2492000, 508400, 2492010, 4547)));
insert into twin.model (source, schema, placement) values ('house', 'IFC4', 'map-conversion');
insert into city.element (building_id, name, ifc_class, system, floor_no, z_min_m, z_max_m, geometry)
select b.feature_id, case when i = 0 then '喷淋立管' else 'P' || i end, 'IfcPipeSegment', 'SPR', 1,
    0, case when i = 0 then 3 else 0.1 end,
    st_multi(st_makeenvelope(508000 + i, 2492000, 508000.05 + i, 2492000.05, 4547))
from city.building b, generate_series(0, {_PIPES}) i order by i;
insert into city.equipment (building_id, kind, system, floor_no, z_min_m, z_max_m, geometry)
select feature_id, 'sprinkler', 'SPR', 1, 2.8, 2.9,
    st_setsrid(st_makepoint(508000 + {_PIPES}, 2492000), 4547)
from city.building;
insert into twin.flow_edge (model_id, from_id, to_id)
select m.id, e.before, e.feature_id
from twin.model m,
    (select feature_id, lag(feature_id) over (order by feature_id) as before from city.element) e
where e.before is not null;
insert into twin.flow_edge (model_id, from_id, to_id)
select m.id, (select max(feature_id) from city.element), q.feature_id from twin.model m, city.equipment q
"""


def _laid(database: Database) -> int:
    with database.transaction() as connection:
        for part in _ROW.split(";\n"):
            connection.execute(part.encode())
    return int(database.scalar("select feature_id from city.equipment"))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def test_the_walk_goes_from_pipe_to_pipe(database: Database) -> None:
    head = _laid(database)
    found = supply(database, head)
    assert (found["evidence"], found["riser"]["name"]) == ("ports", "喷淋立管")
    assert found["path"][0] == head
    assert len(found["path"]) == _PIPES + 2


def test_models_are_looked_for_once_and_not_for_every_edge(database: Database) -> None:
    """Right after a load the table has no statistics, and no plan is too bad for the planner."""
    head = _laid(database)
    asked = dated(statement("twin.queries", "flow_edges"), None)
    row = database.row(f"explain (analyze, format json) {asked}", {"id": head, "moment": None})
    assert row is not None
    [told] = row["QUERY PLAN"]
    looks = [node["Actual Loops"] for node in _nodes(told["Plan"]) if node.get("Alias") == "e"]
    assert looks and set(looks) == {1}
    assert told["Plan"]["Actual Rows"] == _PIPES + 1

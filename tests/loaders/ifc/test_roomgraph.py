"""Rooms and doors drawn by hand: which of them connect, and which must not."""

from __future__ import annotations

from typing import Any

import ifcopenshell
import ifcopenshell.guid
import numpy as np
import pytest
import shapely
import shapely.affinity

from loaders.ifc.boundaries import read_boundaries
from loaders.ifc.compartments import compartments_of
from loaders.ifc.flows import read_flows
from loaders.ifc.roomgraph import room_graph
from loaders.ifc.scene import Shown


def _shown(role: str, name: str, plan: Any, heights: tuple[float, float] = (0.0, 2.8), **row: Any) -> Shown:
    classes = {"space": "IfcSpace", "element": "IfcWall", "opening": "IfcDoor", "equipment": "IfcValve"}
    said = {
        "global_id": name, "ifc_class": classes[role], "storey": "1F", "building": "B", "parent": None,
        "width_m": None, "kind": None,
    } | row  # fmt: skip
    shape = shapely.multipolygons(shapely.get_parts(plan))
    return Shown(said, role, "exact", heights[0], heights[1], shape)


def _graph(
    *shown: Shown, floor_no: int = 1, boundaries: Any = None, place: Any = None, undrawn: Any = ()
) -> dict[str, Any]:
    storeys = [
        {"global_id": "1F", "floor_no": floor_no, "elev_m": 0.0, "building": "B"},
        {"global_id": "2F", "floor_no": floor_no + 1, "elev_m": 3.0, "building": "B"},
    ]
    elements = [s.row for s in shown if s.role == "element"]
    openings = [*(s.row for s in shown if s.role == "opening"), *undrawn]
    meaning = {
        "storeys": storeys, "boundaries": boundaries or {}, "element": elements, "opening": openings,
    }  # fmt: skip
    return room_graph(list(shown), meaning, place)


def _kinds(graph: dict[str, Any]) -> set[tuple[str, str, str | None]]:
    return {(edge["kind"], *sorted((edge["a"], edge["b"] or ""))) for edge in graph["edges"]}  # type: ignore[misc]


WEST, EAST = shapely.box(0, 0, 4, 4), shapely.box(4.2, 0, 8, 4)
WALL = shapely.box(4, 0, 4.2, 4)


def test_a_door_drawn_open_joins_across_its_wall() -> None:
    swung = shapely.box(4.1, 1.0, 5.1, 2.0)
    graph = _graph(
        _shown("space", "a", WEST), _shown("space", "b", EAST), _shown("element", "w", WALL),
        _shown("opening", "d", swung, (0.0, 2.1), parent="w"),
    )  # fmt: skip
    assert _kinds(graph) == {("door", "a", "b")}
    assert graph["edges"][0]["at_m"] == pytest.approx([4.1, 1.5, 0.0])


def test_rooms_drawn_to_the_axis_of_the_wall() -> None:
    graph = _graph(
        _shown("space", "a", shapely.box(0, 0, 4.1, 4)), _shown("space", "b", shapely.box(4.1, 0, 8, 4)),
        _shown("element", "w", WALL),
        _shown("opening", "d", shapely.box(4.0, 1.0, 4.05, 2.0), (0.0, 2.1), parent="w"),
    )  # fmt: skip
    assert _kinds(graph) == {("door", "a", "b")}


def test_a_turned_wall_without_a_host_relation() -> None:
    def turn(shape: Any) -> Any:
        return shapely.affinity.rotate(shape, 33, origin=(0, 0))

    graph = _graph(
        _shown("space", "a", turn(WEST)), _shown("space", "b", turn(EAST)),
        _shown("element", "w", turn(WALL)),
        _shown("opening", "d", turn(shapely.box(4.05, 1.0, 4.1, 2.0)), (0.0, 2.1)),
    )  # fmt: skip
    assert _kinds(graph) == {("door", "a", "b")}
    assert graph["edges"][0]["width_m"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("floor_no", "said", "kind"),
    [
        (1, {}, "exit"),
        (1, {"is_external": False}, "outside"),
        (5, {"is_external": True}, "outside"),
        (5, {"is_external": True, "fire_exit": True}, "exit"),
    ],
)
def test_a_door_with_a_room_on_one_side(floor_no: int, said: dict[str, bool], kind: str) -> None:
    door = _shown("opening", "d", shapely.box(4.05, 1.0, 4.1, 2.0), (0.0, 2.1), parent="w", **said)
    graph = _graph(_shown("space", "a", WEST), _shown("element", "w", WALL), door, floor_no=floor_no)
    assert _kinds(graph) == {(kind, "", "a")}


def test_doors_that_join_nothing() -> None:
    inside = _shown("opening", "in", shapely.box(1.0, 1.0, 2.0, 1.05), (0.0, 2.1))
    far = _shown("opening", "far", shapely.box(40, 40, 41, 40.05), (0.0, 2.1))
    above = _shown("opening", "up", shapely.box(4.05, 1.0, 4.1, 2.0), (9.0, 11.1), parent="w")
    graph = _graph(_shown("space", "a", WEST), _shown("element", "w", WALL), inside, far, above)
    assert (graph["edges"], graph["within"], graph["unlinked"]) == ([], 1, ["far", "up"])


@pytest.mark.parametrize(
    ("wall", "width"),
    [
        (shapely.box(4, 0, 4.2, 2), 2.0),
        (shapely.box(4, 0, 4.2, 3.5), None),  # half a metre is no way
        (shapely.box(4, 0, 4.2, 4), None),
        (shapely.box(20, 0, 20.2, 4), 4.0),
        (None, None),  # a level without walls says nothing
    ],
)
def test_an_open_side(wall: Any, width: float | None) -> None:
    walls = [] if wall is None else [_shown("element", "w", wall)]
    graph = _graph(_shown("space", "a", WEST), _shown("space", "b", EAST), *walls)
    assert _kinds(graph) == (set() if width is None else {("open", "a", "b")})
    if width is not None:
        assert graph["edges"][0]["width_m"] == pytest.approx(width, abs=0.11)


def test_a_passage_without_a_door_but_not_a_hatch() -> None:
    rooms = [_shown("space", "a", WEST), _shown("space", "b", EAST), _shown("element", "w", WALL)]
    hole = shapely.box(3.9, 1.0, 4.3, 2.0)
    passage = _shown("opening", "p", hole, (0.0, 2.1), parent="w", ifc_class="IfcOpeningElement")
    hatch = _shown("opening", "h", hole, (1.0, 2.1), parent="w", ifc_class="IfcOpeningElement")
    duct = _shown("opening", "u", hole, (0.0, 0.6), parent="w", ifc_class="IfcOpeningElement")
    assert _kinds(_graph(*rooms, passage)) == {("opening", "a", "b")}
    assert _graph(*rooms, hatch)["edges"] == []
    assert _graph(*rooms, duct)["edges"] == [], "nobody walks through a hole of 60 cm"


def test_beside_a_leaf_that_is_drawn_open_there_is_no_passage() -> None:
    sides = (("a", shapely.box(0, 0, 4, 8)), ("b", shapely.box(4.2, 0, 8, 8)))
    rooms = [_shown("space", name, shape) for name, shape in sides]
    cut = shapely.difference(shapely.box(4, 0, 4.2, 8), shapely.box(4, 1.0, 4.2, 2.0))
    leaf = shapely.union(shapely.box(4.0, 1.0, 4.2, 1.05), shapely.box(4.15, 1.0, 5.1, 1.05))
    frame = shapely.union(leaf, shapely.box(4.0, 1.95, 4.2, 2.0))
    door = _shown("opening", "d", frame, (0.0, 2.1), parent="w")
    assert _kinds(_graph(*rooms, _shown("element", "w", cut), door)) == {("door", "a", "b")}


def test_a_stated_door_without_a_shape_is_a_door_and_not_an_open_side() -> None:
    rooms = [_shown("space", name, shape) for name, shape in (("a", WEST), ("b", EAST))]
    undrawn = [{"global_id": "d", "ifc_class": "IfcDoor"}]
    graph = _graph(*rooms, _shown("element", "w", WALL), boundaries={"d": ["a", "b"]}, undrawn=undrawn)
    assert [(edge["kind"], edge["via"]) for edge in graph["edges"]] == [("door", "d")]


def test_stated_boundaries_count_first() -> None:
    rooms = [_shown("space", name, shape) for name, shape in (("a", WEST), ("b", EAST))]
    other = _shown("space", "c", shapely.box(0, 10, 4, 14))
    door = _shown("opening", "d", shapely.box(4.05, 1.0, 4.1, 2.0), (0.0, 2.1))
    graph = _graph(*rooms, other, door, boundaries={"d": ["a", "c"], "v": ["b", "c"]})
    assert _kinds(graph) == {("door", "a", "c"), ("open", "b", "c")}
    assert {edge["evidence"] for edge in graph["edges"]} == {"space-boundary"}
    # of three stated rooms the two beside the door
    three = _graph(*rooms, other, door, boundaries={"d": ["c", "a", "b"]})
    assert _kinds(three) == {("door", "a", "b")}


def test_a_stair_and_a_lift_join_storeys() -> None:
    rooms = [
        _shown("space", "low", WEST),
        _shown("space", "high", WEST, (3.0, 5.8), storey="2F"),
        _shown("space", "other", EAST, (3.0, 5.8), storey="2F"),
    ]
    flight = _shown("element", "s", shapely.box(1, 0.5, 2, 3.5), (0.0, 3.0), ifc_class="IfcStairFlight")
    car = _shown("equipment", "l", shapely.box(3, 3, 3.5, 3.5), (0.0, 2.2), kind="lift")
    graph = _graph(*rooms, flight, car)
    assert _kinds(graph) == {("stair", "high", "low"), ("lift", "high", "low")}
    [stair] = [edge for edge in graph["edges"] if edge["kind"] == "stair"]
    assert (stair["run_m"], stair["width_m"]) == (pytest.approx(18**0.5, abs=1e-3), 1.0)


def test_heights_are_those_of_the_city() -> None:
    place = np.eye(4)
    place[2, 3] = 5.0
    graph = _graph(
        _shown("space", "a", WEST), _shown("element", "w", WALL),
        _shown("opening", "d", shapely.box(4.05, 1.0, 4.1, 2.0), (0.2, 2.1), parent="w"), place=place,
    )  # fmt: skip
    assert graph["edges"][0]["at_m"][2] == pytest.approx(5.2)


def test_boundaries_of_the_opening_are_those_of_its_door() -> None:
    model = ifcopenshell.file(schema="IFC4")
    entities = {
        name: model.create_entity(kind, GlobalId=ifcopenshell.guid.new())
        for name, kind in (
            ("a", "IfcSpace"), ("b", "IfcSpace"), ("hole", "IfcOpeningElement"), ("door", "IfcDoor"),
            ("wall", "IfcWall"), ("window", "IfcWindow"),
        )
    }  # fmt: skip
    guid = ifcopenshell.guid.new
    model.create_entity("IfcRelFillsElement", guid(), None, None, None, entities["hole"], entities["door"])
    for space, element in (("a", "door"), ("b", "hole"), ("a", "wall"), ("a", "window")):
        model.create_entity(
            "IfcRelSpaceBoundary", GlobalId=guid(), RelatingSpace=entities[space],
            RelatedBuildingElement=entities[element], PhysicalOrVirtualBoundary="PHYSICAL",
            InternalOrExternalBoundary="INTERNAL",
        )  # fmt: skip
    ids = {name: entity.GlobalId for name, entity in entities.items()}
    assert read_boundaries(model) == {ids["door"]: [ids["a"], ids["b"]]}


def test_ports_of_the_older_relation_and_their_direction() -> None:
    model = ifcopenshell.file(schema="IFC2X3")
    guid = ifcopenshell.guid.new
    pipes = [model.create_entity("IfcFlowSegment", GlobalId=guid()) for _ in range(2)]
    ports = [
        model.create_entity("IfcDistributionPort", GlobalId=guid(), FlowDirection=flow)
        for flow in ("SINK", "SOURCE")
    ]
    for port, pipe in zip(ports, pipes, strict=True):
        model.create_entity(
            "IfcRelConnectsPortToElement", GlobalId=guid(), RelatingPort=port, RelatedElement=pipe
        )
    for _ in range(2):
        model.create_entity(
            "IfcRelConnectsPorts", GlobalId=guid(), RelatingPort=ports[0], RelatedPort=ports[1]
        )
    assert read_flows(model) == [(pipes[1].GlobalId, pipes[0].GlobalId)]


def test_whoever_says_it_best_names_the_compartment() -> None:
    model = ifcopenshell.file(schema="IFC4")
    rooms = [model.create_entity("IfcSpace", GlobalId=ifcopenshell.guid.new()) for _ in range(4)]
    a, b, c, d = (room.GlobalId for room in rooms)
    group = {"predefined_type": None, "name": None, "object_type": None, "global_id": "g"}
    groups = [
        {**group, "ifc_class": "IfcZone", "code": "防火分区 2", "members": [a, b]},
        {**group, "ifc_class": "IfcZone", "code": "Wohnung 3", "members": [d]},
        {
            **group,
            "ifc_class": "IfcSpatialZone",
            "predefined_type": "FIRESAFETY",
            "code": "FC-1",
            "members": [a],
        },
    ]
    sets = {
        c: {"psets": {"LH_Common": {"FireCompartmentId": "FC-9"}}},
        a: {"psets": {"X": {"FireCompartment": "no"}}},
    }
    assert compartments_of(model, groups, sets) == {a: "FC-1", b: "防火分区 2", c: "FC-9"}

"""Sprinkler pipes of tower and mall: which head hangs on which riser, and where the pipes lie."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any, NamedTuple

import ifcopenshell
import numpy as np
import pytest
import shapely
from ifcopenshell.util import element, placement

from sample_data.models import mall_plan, tower_plan
from sample_data.models.build import build_models
from sample_data.models.mall_layout import mall
from sample_data.models.tower_layout import tower

CODES = ("LH-RES-01", "LH-MAL-02")
# the tower's zones have two heads each, its common rooms twelve
TOWER_HEADS = 35 * (8 * 2 + 12)
# a grid of 25 x 15 less 16 in the four stairs and, above the basement, 9 x 5 over the atrium
MALL_HEADS = 375 - 16 + 6 * (375 - 16 - 45)
MOST_ON_A_SIDE = 8
"""Heads of one branch on one side of its main (GB 50084, 8.0.6)."""
DOOR_M = 2.6


class Water(NamedTuple):
    """How the ports of a model lead: elements fed by each, and those each is fed by."""

    fed: dict[Any, list[Any]]
    feeding: dict[Any, list[Any]]
    joints: list[tuple[Any, Any]]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    built = build_models(tmp_path_factory.mktemp("models"), only=CODES)
    return {model.code: ifcopenshell.open(str(model.path)) for model in built}


@pytest.fixture(scope="module")
def water(models: dict[str, Any]) -> dict[str, Water]:
    return {code: _water(model) for code, model in models.items()}


def _water(model: Any) -> Water:
    owner = {p: nest.RelatingObject for nest in model.by_type("IfcRelNests") for p in nest.RelatedObjects}
    fed, feeding, joints = defaultdict(list), defaultdict(list), []
    for joined in model.by_type("IfcRelConnectsPorts"):
        outlet, inlet = joined.RelatingPort, joined.RelatedPort
        assert (outlet.FlowDirection, inlet.FlowDirection) == ("SOURCE", "SINK")
        fed[owner[outlet]].append(owner[inlet])
        feeding[owner[inlet]].append(owner[outlet])
        joints.append((outlet, inlet))
    return Water(fed, feeding, joints)


def _heads(model: Any) -> list[Any]:
    terminals = model.by_type("IfcFireSuppressionTerminal")
    return [t for t in terminals if element.get_predefined_type(t) == "SPRINKLER"]


def _riser(start: Any, water: Water) -> Any:
    """The first riser on the way against the water."""
    waiting, seen = deque([start]), {start}
    while waiting:
        here = waiting.popleft()
        if "立管" in here.Name:
            return here
        for there in water.feeding[here]:
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    return None


def _at(product: Any) -> np.ndarray:
    return placement.get_local_placement(product.ObjectPlacement)[:3, 3]


@pytest.mark.parametrize(("code", "heads"), [("LH-RES-01", TOWER_HEADS), ("LH-MAL-02", MALL_HEADS)])
def test_every_head_hangs_on_the_riser_of_its_storey_and_side(
    models: dict[str, Any], water: dict[str, Water], code: str, heads: int
) -> None:
    found = _heads(models[code])
    assert len(found) == heads
    for head in found:
        riser = _riser(head, water[code])
        assert riser.Name == "喷淋立管 DN150"
        assert element.get_container(riser) == element.get_container(head)
        if code == "LH-MAL-02":
            assert (_at(riser)[0] > 0) == (_at(head)[0] > 0)


@pytest.mark.parametrize(("code", "storeys", "stacks"), [("LH-RES-01", 35, 1), ("LH-MAL-02", 7, 2)])
def test_the_risers_of_the_storeys_stand_on_one_another(
    models: dict[str, Any], water: dict[str, Water], code: str, storeys: int, stacks: int
) -> None:
    risers = [p for p in models[code].by_type("IfcPipeSegment") if p.Name == "喷淋立管 DN150"]
    lowest = [riser for riser in risers if not water[code].feeding[riser]]
    assert len(lowest) == stacks
    for start in lowest:
        stack, here = [start], start
        while above := [p for p in water[code].fed[here] if p in risers]:
            (here,) = above
            stack.append(here)
        levels = [element.get_container(riser).Elevation for riser in stack]
        assert levels == sorted(levels) and len(levels) == storeys


@pytest.mark.parametrize("code", CODES)
def test_what_is_joined_meets(water: dict[str, Water], code: str) -> None:
    for outlet, inlet in water[code].joints:
        assert np.allclose(_at(outlet), _at(inlet), atol=1e-3)


def _lying(model: Any) -> Iterator[tuple[Any, shapely.LineString, float, float]]:
    """Pipes under a ceiling: pipe, axis in plan, height of the axis above its floor, radius."""
    for pipe in model.by_type("IfcPipeSegment"):
        if "立管" in pipe.Name:
            continue
        (item,) = pipe.Representation.Representations[0].Items
        (solid,) = item.MappingSource.MappedRepresentation.Items
        along = np.array(solid.Position.Axis.DirectionRatios) * solid.Depth
        start = _at(pipe)
        floor = element.get_container(pipe).Elevation
        yield (
            pipe,
            shapely.LineString([start[:2], (start + along)[:2]]),
            start[2] - floor,
            solid.SweptArea.Radius,
        )


@pytest.mark.parametrize(
    ("code", "layout", "slab"),
    [("LH-RES-01", tower(), tower_plan.SLAB), ("LH-MAL-02", mall(), mall_plan.SLAB)],
)
def test_pipes_lie_under_the_ceiling_inside_and_clear_of_stairs_and_columns(
    models: dict[str, Any], code: str, layout: Any, slab: float
) -> None:
    inside = shapely.Polygon(layout.footprint)
    heights = {s.label_zh: s.height_m for s in layout.storeys}
    shut = [shapely.Polygon(r.ring) for r in layout.rooms if r.key.startswith(("STAIR", "LIFT-"))]
    shut += [
        shapely.Point(_at(c)[:2]).buffer(0.4, cap_style="square") for c in models[code].by_type("IfcColumn")
    ]
    closed = shapely.union_all(shut)
    pipes = list(_lying(models[code]))
    assert len(pipes) > 500
    for pipe, axis, z_m, radius_m in pipes:
        body = axis.buffer(radius_m)
        assert inside.contains(body)
        assert not closed.intersects(body), pipe
        assert z_m + radius_m <= heights[element.get_container(pipe).Name] - slab + 1e-6
        assert z_m - radius_m > DOOR_M, "over the doors"


@pytest.mark.parametrize("code", CODES)
def test_a_branch_feeds_no_more_heads_than_the_code_allows(water: dict[str, Water], code: str) -> None:
    branches = {pipe: fed for pipe, fed in water[code].fed.items() if "支管" in pipe.Name}
    assert branches
    for pipe, fed in branches.items():
        assert 1 <= len(fed) <= MOST_ON_A_SIDE
        assert {one.is_a() for one in fed} == {"IfcFireSuppressionTerminal"}
        assert len(water[code].feeding[pipe]) == 1

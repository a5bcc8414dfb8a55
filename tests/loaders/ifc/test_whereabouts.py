"""Equipment a model hangs on its storey is in a room all the same."""

from __future__ import annotations

from typing import Any

import shapely

from loaders.ifc.outcome import Shape
from loaders.ifc.whereabouts import put_in_rooms

_HALL = ("hall", shapely.box(0, 0, 10, 10), "first", 0.0, 2.8)
_BOOTH = ("booth", shapely.box(2, 2, 4, 4), "first", 0.0, 2.2)
_ABOVE = ("above", shapely.box(0, 0, 10, 10), "second", 3.6, 6.4)


def _space_of(
    at: tuple[float, float], z_m: tuple[float, float] | None, storey: str | None, stated: str | None = None
) -> tuple[str | None, dict[str, Any]]:
    rooms = (_HALL, _BOOTH, _ABOVE)
    thing = {"global_id": "it", "space": stated, "storey": storey, "properties": {"tag": "S-1"}}
    meaning = {
        "space": [{"global_id": name, "storey": of} for name, _, of, _, _ in rooms],
        "equipment": [thing],
    }
    low_m, high_m = z_m or (None, None)
    shapes = {
        "space": {name: Shape(plan, None, low, high) for name, plan, _, low, high in rooms},
        "equipment": {"it": Shape(shapely.Point(at), None, low_m, high_m)},
    }
    put_in_rooms(meaning, shapes)
    return thing["space"], thing["properties"]  # type: ignore[return-value]


def test_the_room_is_the_one_around_it_and_the_answer_says_how_it_is_known():
    assert _space_of((8, 8), (2.6, 2.7), "first") == ("hall", {"tag": "S-1", "room_by": "geometry"})
    assert _space_of((8, 8), (6.2, 6.3), "second")[0] == "above"


def test_a_room_in_a_room_is_the_smaller_one_up_to_its_ceiling():
    assert _space_of((3, 3), (1.0, 1.2), "first")[0] == "booth"
    assert _space_of((3, 3), (2.6, 2.7), "first")[0] == "hall", "it hangs over the booth"


def test_height_goes_before_what_storey_is_stated():
    # exporters put what hangs under a slab into the storey of the slab
    assert _space_of((8, 8), (2.6, 2.7), "second")[0] == "hall"


def test_above_a_suspended_ceiling_is_still_the_room():
    assert _space_of((8, 8), (3.1, 3.2), "first")[0] == "hall"
    assert _space_of((8, 8), (3.1, 3.2), None)[0] is None, "between two rooms, and no storey is stated"


def test_without_a_height_the_storey_decides():
    assert _space_of((8, 8), None, "second")[0] == "above"


def test_what_the_model_states_stands():
    assert _space_of((8, 8), (2.6, 2.7), "first", stated="booth") == ("booth", {"tag": "S-1"})


def test_outside_of_every_plan_it_is_in_none():
    assert _space_of((11, 8), (1.0, 1.2), "first") == (None, {"tag": "S-1"})

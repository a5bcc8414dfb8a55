"""Layout of LH-MAL-02: storeys, rooms, and shops that carry the unit codes of the city's register."""

from __future__ import annotations

from collections.abc import Iterator

from sample_data.models import mall_plan as plan
from sample_data.models.parts import Device, Flat, ModelLayout, Place, Room, Storey, box, device, global_id

CODE = "LH-MAL-02"
BUILDING_CODE = "4403030039019000273"
METER = "DB-9000273"
"""Code of the power meter the city has on the building."""
PLACE = Place(511764.992, 2494656.982, 8.2, -27.566)


def floors() -> tuple[int, ...]:
    """Storeys without the roof, lowest first."""
    return (-1, *range(1, plan.FLOORS + 1))


def mall() -> ModelLayout:
    """Layout of the mall: six storeys and a basement, 36 shops, four stairs."""
    return ModelLayout(
        code=CODE,
        building_code=BUILDING_CODE,
        name_zh="翠兴商城2栋",
        name_en="Cuixing Mall Block 2",
        address_zh="广东省深圳市罗湖区东门街道东门示例一社区嘉华六街9号翠兴商城2栋",
        year_built=1990,
        place=PLACE,
        height_m=plan.ROOF_LEVEL + plan.PARAPET,
        footprint=box(-plan.HALF_X, -plan.HALF_Y, plan.HALF_X, plan.HALF_Y),
        storeys=tuple(_storeys()),
        rooms=tuple(room for floor_no in floors() for room in _rooms(floor_no)),
        flats=tuple(_shop(floor_no, n) for floor_no in range(1, plan.FLOORS + 1) for n in range(1, 7)),
        devices=(_meter(),),
        fire_profile={},
    )


def _storeys() -> Iterator[Storey]:
    area = round(4 * plan.HALF_X * plan.HALF_Y, 1)
    for floor_no in (*floors(), plan.ROOF):
        roof = floor_no == plan.ROOF
        zh = "屋面层" if roof else "地下一层" if floor_no < 0 else f"{floor_no}层"
        en = "RF" if roof else "B1" if floor_no < 0 else f"{floor_no}F"
        capacity = 0 if roof or floor_no < 0 else 704 if floor_no == 1 else 422
        yield Storey(
            floor_no, zh, en, plan.elevation_m(floor_no), plan.height_m(floor_no),
            "U" if roof or floor_no < 0 else "C", area, capacity, global_id(f"{CODE}/storey/{en}"),
            is_roof=roof,
        )  # fmt: skip


def space_id(floor_no: int, key: str) -> str:
    """GlobalId of the space with that key on that floor."""
    return global_id(f"{CODE}/space/{floor_no}/{key}")


def _rooms(floor_no: int) -> Iterator[Room]:
    below = floor_no < 0

    def room(key: str, zh: str, en: str, ring: object, use: str = "C") -> Room:
        return Room(floor_no, key, zh, en, use, ring, space_id(floor_no, key))  # type: ignore[arg-type]

    for side in "AB":
        names = ("车库", "Car park") if below else ("中庭回廊", "Gallery")
        ring = plan.gallery_ring(side, floor_no)
        yield room(
            f"GALLERY-{side}", f"{names[0]}{side}区", f"{names[1]} {side}", ring, "U" if below else "C"
        )
    if floor_no == 1:
        yield room("ATRIUM", "中庭", "Atrium", plan.ATRIUM)
    for number, sx, sy in plan.STAIRS:
        yield room(f"EXIT-{number}", f"{number}号疏散走道", f"Exit passage {number}", plan.exit_ring(sx, sy))
        yield room(f"STAIR-{number}", f"{number}号楼梯间", f"Stair {number}", plan.stair_ring(sx, sy))
    hall, half = plan.HALL_X, plan.HALF_Y
    north = ("大厅", "Entrance hall") if floor_no == 1 else ("休息区", "Lounge")
    yield room("HALL-N", f"北{north[0]}", f"North {north[1].lower()}", box(-hall, plan.BAND_Y, hall, half))
    south = ("消防控制室", "Fire control room") if floor_no == 1 else ("配电间", "Switch room")
    yield room("HALL-S", south[0], south[1], box(-hall, -half, hall, -plan.BAND_Y), "U")
    if below:
        stores = {"W": ("消防泵房", "Fire pump room"), "E": ("消防水池", "Fire water tank")}
        for key in plan.SHOPS:
            zh, en = stores.get(key, (f"库房{key}", f"Store {key}"))
            yield room(f"STORE-{key}", zh, en, plan.shop_ring(key), "U")


def _shop(floor_no: int, number: int) -> Flat:
    key = plan.SHOPS[number - 1]
    ring = plan.shop_ring(key)
    (x0, y0), (x1, y1) = ring[0], ring[2]
    return Flat(
        floor_no, f"{floor_no}{number:02d}", f"{BUILDING_CODE}{floor_no:03d}{number:03d}",
        round((x1 - x0) * (y1 - y0), 2), "商铺", "1", ring, space_id(floor_no, key),
    )  # fmt: skip


def _meter() -> Device:
    """The power meter the city has on the building."""
    return device(
        METER, "power_meter", ("翠兴商城2栋 总电表", "Cuixing Mall Block 2 power meter"), 1,
        (1.5, -24.5, 1.5), host_space=space_id(1, "HALL-S"), ifc_class="IfcFlowMeter",
    )  # fmt: skip

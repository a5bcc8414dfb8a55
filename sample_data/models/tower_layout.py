"""Layout of LH-RES-01 渔民村示范楼: 33 storeys and 2 basements, 252 flats, every device."""

from __future__ import annotations

from collections.abc import Iterator

from sample_data.models import tower_plan as plan
from sample_data.models.parts import Device, Flat, ModelLayout, Place, Room, Storey, box, device, global_id

CODE = "LH-RES-01"
BUILDING_CODE = "4403030059019000001"
PLACE = Place(510986.636, 2492936.304, 4.4, 12.0)
ROOF = plan.TOP_FLOOR + 1
FOOTPRINT = box(-plan.HALF_X, -plan.HALF_Y, plan.HALF_X, plan.HALF_Y)
_AREA_M2 = round(4 * plan.HALF_X * plan.HALF_Y, 2)


def floor_label(floor_no: int) -> str:
    """Label on the lift button: B2, 1F, RF."""
    if floor_no == ROOF:
        return "RF"
    return f"B{-floor_no}" if floor_no < 0 else f"{floor_no}F"


def space_id(floor_no: int, key: str) -> str:
    """GlobalId of the space with that key (a room number or a `CORE_ROOMS` key) on that floor."""
    return global_id(f"{CODE}/space/{floor_label(floor_no)}/{key}")


def zones_with_flats(floor_no: int) -> tuple[plan.Zone, ...]:
    """Flats start on the second floor; the refuge floor keeps its western four."""
    if not 2 <= floor_no <= plan.TOP_FLOOR:
        return ()
    return plan.ZONES[:4] if floor_no == plan.REFUGE_FLOOR else plan.ZONES


def _storeys() -> Iterator[Storey]:
    for floor_no in plan.floors():
        flats = len(zones_with_flats(floor_no))
        label = floor_label(floor_no)
        zh = f"地下{'一' if floor_no == -1 else '二'}层" if floor_no < 0 else f"{floor_no}层"
        yield Storey(
            floor_no, zh, label, plan.elevation_m(floor_no), plan.storey_height_m(floor_no),
            "U" if floor_no < 0 else "X" if floor_no == 1 else "R", _AREA_M2,
            round(flats * 2.7) if flats else 40 if floor_no == 1 else 0, global_id(f"{CODE}/storey/{label}"),
        )  # fmt: skip
    yield Storey(
        ROOF, "屋面层", "RF", plan.elevation_m(ROOF), 4.2, "U", 150.0, 0, global_id(f"{CODE}/storey/RF"),
        is_roof=True,
    )  # fmt: skip


def _rooms() -> Iterator[Room]:
    for floor_no in plan.floors():
        for key, zh, en, ring in plan.CORE_ROOMS:
            yield Room(floor_no, key, zh, en, "R" if floor_no > 0 else "U", ring, space_id(floor_no, key))
        for zone in plan.ZONES:
            if floor_no in plan.OTHER_ZONES:
                key, zh, en, use = plan.OTHER_ZONES[floor_no][zone.number]
                yield Room(floor_no, key, zh, en, use, zone.ring, space_id(floor_no, key))
        if floor_no == plan.REFUGE_FLOOR:
            yield Room(
                floor_no, "REFUGE", "避难区", "Refuge area", "U", plan.REFUGE, space_id(floor_no, "REFUGE")
            )


def _flats() -> Iterator[Flat]:
    for floor_no in plan.floors():
        # lower floors are let by the district, the rest was sold
        tenure = "3" if floor_no <= 5 else "4" if floor_no <= 9 else "1"
        for zone in zones_with_flats(floor_no):
            room = f"{floor_no}{zone.number:02d}"
            yield Flat(
                floor_no, room, f"{BUILDING_CODE}{floor_no:03d}{zone.number:03d}", zone.area_m2,
                zone.layout_zh, tenure, zone.ring, space_id(floor_no, room),
            )  # fmt: skip


def zone_key(floor_no: int, zone: plan.Zone) -> str:
    """Key of the space that holds a zone on a floor: room number, room key or REFUGE."""
    if floor_no in plan.OTHER_ZONES:
        return plan.OTHER_ZONES[floor_no][zone.number][0]
    return f"{floor_no}{zone.number:02d}" if zone in zones_with_flats(floor_no) else "REFUGE"


def _zone_name(floor_no: int, zone: plan.Zone) -> tuple[str, str]:
    if floor_no in plan.OTHER_ZONES:
        return plan.OTHER_ZONES[floor_no][zone.number][1:3]
    if zone in zones_with_flats(floor_no):
        return f"{floor_no}{zone.number:02d}室", f"flat {floor_no}{zone.number:02d}"
    return "避难区", "refuge area"


def _smoke_detectors(floor_no: int) -> Iterator[Device]:
    label = floor_label(floor_no)
    ceiling = plan.elevation_m(floor_no) + plan.storey_height_m(floor_no) - plan.SLAB - 0.05
    for zone in plan.ZONES:
        key = zone_key(floor_no, zone)
        zh, en = _zone_name(floor_no, zone)
        for number, (x, y) in enumerate(zone.detectors, 1):
            code = f"{CODE}-SMK-{label}-Z{zone.number}{number}"
            names = (f"{label} {zh} 感烟探测器{number}", f"{label} {en} smoke detector {number}")
            yield device(code, "smoke", names, floor_no, (x, y, ceiling), host_space=space_id(floor_no, key))
    rooms = {key: (zh, en) for key, zh, en, _ in plan.CORE_ROOMS}
    for number, (x, y, key) in enumerate(plan.CORE_DETECTORS, 1):
        zh, en = rooms[key]
        code = f"{CODE}-SMK-{label}-C{number}"
        names = (f"{label} {zh} 感烟探测器", f"{label} {en.lower()} smoke detector")
        yield device(code, "smoke", names, floor_no, (x, y, ceiling), host_space=space_id(floor_no, key))


def _service_devices() -> Iterator[Device]:
    for floor_no in plan.floors():
        label, z = floor_label(floor_no), plan.elevation_m(floor_no) + 2.3
        names = (f"{label} 水流指示器", f"{label} sprinkler flow switch")
        yield device(
            f"{CODE}-FLW-{label}",
            "sprinkler_flow",
            names,
            floor_no,
            (0.6, -5.0, z),
            host_space=space_id(floor_no, "SHAFT-W"),
        )
    below, pump_room = plan.elevation_m(-2), space_id(-2, "PUMPROOM")
    for number, y in enumerate((-4.6, -2.2), 1):
        names = (f"消防泵{number} 出口压力", f"Fire pump {number} outlet pressure")
        yield device(
            f"{CODE}-FP-{number}", "fire_pump", names, -2, (-8.2, y, below + 1.1), host_space=pump_room
        )
    yield device(
        f"{CODE}-TK-POOL", "fire_tank", ("地下消防水池液位", "Fire water pool level"), -2,
        (-6.0, -9.0, below + 0.3), host_space=space_id(-2, "POOL"), limits=(1.9, 1.4),
    )  # fmt: skip
    roof = plan.elevation_m(ROOF)
    yield device(
        f"{CODE}-TK-ROOF", "fire_tank", ("屋顶消防水箱液位", "Roof fire tank level"), ROOF,
        (-7.0, 6.0, roof + 0.9), host_space=None, limits=(2.0, 1.5),
    )  # fmt: skip
    for number, y in enumerate((-2.1, 0.0, 2.1), 1):
        names = ("消防电梯", "Fire lift") if number == 3 else (f"{number}号客梯", f"Lift {number}")
        yield device(
            f"{CODE}-LIFT-{number}", "lift", names, 1, (-1.0, y, 1.2),
            host_space=space_id(1, f"LIFT-{number}"),
            ifc_class="IfcTransportElement",
        )  # fmt: skip
    yield device(
        f"{CODE}-PWR", "power_meter", ("总用电功率", "Whole-building power"), -1,
        (-8.0, -6.6, plan.elevation_m(-1) + 1.5), host_space=space_id(-1, "POWER"), ifc_class="IfcFlowMeter",
    )  # fmt: skip
    for number in range(1, 9):
        names = (f"{number}号电动自行车充电位", f"E-bike charging point {number}")
        yield device(
            f"{CODE}-EBK-{number}", "ebike_charger", names, -1,
            (-11.4 + 1.2 * number, 13.9, plan.elevation_m(-1) + 1.0), host_space=space_id(-1, "EBIKE"),
            ifc_class="IfcOutlet",
        )  # fmt: skip
    for number, (x, y) in enumerate(((-11.5, -13.9), (11.5, 13.9)), 1):
        names = (f"屋面倾斜监测{number}", f"Roof tilt {number}")
        yield device(f"{CODE}-TLT-{number}", "tilt", names, ROOF, (x, y, roof + 0.3), host_space=None)


def _devices() -> Iterator[Device]:
    for floor_no in plan.floors():
        yield from _smoke_detectors(floor_no)
    yield from _service_devices()


def _point(x_m: float, y_m: float) -> list[float]:
    east, north, _ = PLACE.enh(x_m, y_m)
    return [round(east, 2), round(north, 2)]


def _fire_profile() -> dict[str, object]:
    stairs = [
        {"id": f"ST{n}", "type": "C", "pressurised": True, "from": -2, "to": plan.TOP_FLOOR} for n in (1, 2)
    ]
    return {
        "sprinkler": "full", "indoor_hydrant": True, "stairs": stairs, "fire_lift": 1,
        "refuge_floors": [plan.REFUGE_FLOOR], "control_room": "1F 消防控制室", "inlets": 3, "tank_m3": 36.0,
        "pump_lps": 40.0, "access_width_m": 6.0, "ladder_side": "W", "gas": "piped",
        "shutoff_gas": _point(-12.8, 8.0), "shutoff_power": _point(-8.0, -3.0), "pv": False, "ebike": 8,
        "hazmat": [
            {"un": 3480, "name": "锂电池", "amount": 8, "unit": "组", "floor": -1},
            {"un": 1202, "name": "柴油", "amount": 1.0, "unit": "m³", "floor": -1},
        ],
        "key_unit": True, "assembly": _point(-26.0, 0.0),
    }  # fmt: skip


def tower() -> ModelLayout:
    """Layout of the tower: 252 flats, 35 storeys and a roof, 893 devices."""
    return ModelLayout(
        code=CODE,
        building_code=BUILDING_CODE,
        name_zh="渔民村示范楼",
        name_en="Yumincun Demonstration Tower",
        address_zh="广东省深圳市罗湖区南湖街道渔民村示范路1号",
        year_built=2016,
        place=PLACE,
        height_m=plan.elevation_m(ROOF),
        footprint=FOOTPRINT,
        storeys=tuple(_storeys()),
        rooms=tuple(_rooms()),
        flats=tuple(_flats()),
        devices=tuple(_devices()),
        fire_profile=_fire_profile(),
    )

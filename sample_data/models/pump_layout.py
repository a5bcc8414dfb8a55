"""Layout of LH-PMP-03 示范排涝泵站: its storeys, rooms and the sensors that feed the map."""

from __future__ import annotations

from collections.abc import Iterator

from sample_data.models import pump_plan as plan
from sample_data.models.parts import Device, ModelLayout, Place, Room, Storey, box, device, global_id

CODE = "LH-PMP-03"
BUILDING_CODE = "4403030059029000002"
PLACE = Place(511141.1, 2492781.4, 3.8, -8.0)


def space_id(floor_no: int, key: str) -> str:
    """GlobalId of the space with that key on that floor."""
    return global_id(f"{CODE}/space/{floor_no}/{key}")


def _devices() -> Iterator[Device]:
    floor = -plan.PIT_DEPTH
    # code, names, x, y, room, limits: levels are EPSG:5737 heights
    levels = (
        ("FOREBAY", "前池水位", "Forebay level", -6.0, -10.3, "FOREBAY", (2.0, 2.6)),
        ("SCREEN", "栅后水位", "Level behind the screens", -6.0, -4.4, "SUMP", (1.9, 2.5)),
        ("SUMP", "集水池水位", "Sump level", -18.5, 4.4, "SUMP", (1.8, 2.4)),
        ("RIVER", "外河水位", "River level at the outlet", -6.0, 10.0, "SUMP", (3.5, 4.2)),
    )
    for key, zh, en, x, y, room, limits in levels:
        yield device(
            f"{CODE}-LVL-{key}",
            "pump_level",
            (zh, en),
            -1,
            (x, y, floor + 6.5),
            host_space=space_id(-1, room),
            limits=limits,
        )
    for bay in range(1, plan.BAYS + 1):
        names = (f"{bay}号泵流量", f"Pump {bay} discharge")
        xyz = (plan.bay_x(bay), 6.5, -1.6)
        yield device(f"{CODE}-FLO-{bay}", "pump_flow", names, -1, xyz, host_space=space_id(-1, "SUMP"))
    yield device(
        f"{CODE}-PWR", "power_meter", ("泵站总功率", "Station power"), 1, (20.0, 0.0, 1.5),
        host_space=space_id(1, "SWITCHGEAR"), ifc_class="IfcFlowMeter",
    )  # fmt: skip


def pump_station() -> ModelLayout:
    """Layout of the pump station: 6 pumps of 8 m³/s, 4 level and 6 flow sensors, a power meter."""
    storeys = tuple(
        Storey(no, zh, en, elev, height, use, area, 6 if no > 0 and en != "RF" else 0,
               global_id(f"{CODE}/storey/{en}"), is_roof=en == "RF")
        for no, zh, en, elev, height, use, area in plan.STOREYS
    )  # fmt: skip
    rooms = tuple(
        Room(no, key, zh, en, use, ring, space_id(no, key)) for no, key, zh, en, use, ring in plan.ROOMS
    )
    east, north, _ = PLACE.enh(18.0, 0.0)
    return ModelLayout(
        code=CODE,
        building_code=BUILDING_CODE,
        name_zh="示范排涝泵站",
        name_en="Demonstration Stormwater Pump Station",
        address_zh="广东省深圳市罗湖区南湖街道渔民村示范路8号",
        year_built=2018,
        place=PLACE,
        height_m=plan.GROUND_HEIGHT + plan.UPPER_HEIGHT + plan.PARAPET,
        footprint=box(-plan.HALF_X, -plan.HALF_Y, plan.HALF_X, plan.HALF_Y),
        storeys=storeys,
        rooms=rooms,
        flats=(),
        devices=tuple(_devices()),
        fire_profile={
            "sprinkler": "none", "indoor_hydrant": True,
            "stairs": [{"id": "ST1", "type": "E", "pressurised": False, "from": 1, "to": 2}],
            "fire_lift": 0, "refuge_floors": [], "control_room": None, "inlets": 0, "tank_m3": None,
            "pump_lps": None, "access_width_m": 5.0, "ladder_side": "E", "gas": "none", "shutoff_gas": None,
            "shutoff_power": [round(east, 2), round(north, 2)], "pv": True, "ebike": 0,
            "hazmat": [{"un": 1202, "name": "柴油", "amount": 0.5, "unit": "m³", "floor": 1}],
            "key_unit": False, "assembly": [round(v, 2) for v in PLACE.enh(0.0, 22.0)[:2]],
        },
    )  # fmt: skip

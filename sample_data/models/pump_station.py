"""Author LH-PMP-03: a stormwater pump station whose ports say which way the water goes."""

from __future__ import annotations

from pathlib import Path

import shapely

from sample_data.models import pump_shell, pump_works
from sample_data.models.author import Author
from sample_data.models.parts import Room, box
from sample_data.models.progress import Progress
from sample_data.models.pump_layout import pump_station
from sample_data.models.pump_plan import SLAB

_WALL_M = 0.15  # rooms end this far inside their axes


def write_pump_station(path: Path, progress: Progress) -> None:
    """Write the station's IFC4 file; `progress` hears of every finished part."""
    author = Author(pump_station())
    layout = author.layout
    author.template_pset(
        author.building, "Pset_BuildingCommon",
        {"BuildingID": layout.building_code, "OccupancyType": "市政设施", "FireProtectionClass": "二级",
         "SprinklerProtection": False, "NumberOfStoreys": layout.floors_up,
         "YearOfConstruction": str(layout.year_built)},
    )  # fmt: skip
    author.describe(
        [author.building], "LH_Common", {"BuildingCode": layout.building_code, "NameEn": layout.name_en}
    )
    water = author.system("雨水排涝系统", "STORMWATER", "SW")
    electric = author.system("供配电系统", "ELECTRICAL", "PWR")
    for room in layout.rooms:
        _space(author, room)
    progress(f"{layout.code} rooms", 0.2)
    for draw in (pump_shell.slabs, pump_shell.pit, pump_shell.envelope, pump_shell.stair, pump_works.crane):
        draw(author)
    progress(f"{layout.code} shell", 0.5)
    pump_works.bays(author, water)
    pump_works.power(author, electric)
    pump_works.instruments(author, water, electric)
    author.save(path)
    progress(f"{layout.code} saved", 1.0)


def _space(author: Author, room: Room) -> None:
    storey, level = author.storeys[room.floor_no], author.layout.storey(room.floor_no)
    # the pump hall runs through both storeys
    height = round((10.8 if room.key == "HALL" else level.height_m) - SLAB, 3)
    low, high = room.ring[0], room.ring[2]  # every room of the station is a rectangle
    ring = box(low[0] + _WALL_M, low[1] + _WALL_M, high[0] - _WALL_M, high[1] - _WALL_M)
    inner = shapely.Polygon(ring)
    space = author.root(
        "IfcSpace", room.key, LongName=room.name_zh, CompositionType="ELEMENT", PredefinedType="INTERNAL",
        ObjectPlacement=author.shapes.placement(storey.ObjectPlacement, (0, 0, 0)),
        Representation=author.shapes.direct([author.shapes.prism(ring, 0.0, height, "space")]),
    )  # fmt: skip
    author.identify(space, room.global_id)
    author.part(storey, space)
    author.describe(
        [space], "LH_Common", {"NameEn": room.name_en, "BuildingCode": author.layout.building_code}
    )
    author.measure(
        [space], "Qto_SpaceBaseQuantities",
        {"Height": ("Length", height), "GrossFloorArea": ("Area", shapely.Polygon(room.ring).area),
         "NetFloorArea": ("Area", inner.area), "NetVolume": ("Volume", inner.area * height)},
    )  # fmt: skip

"""Author LH-MAL-02: a mall of six storeys round an atrium, for the building the city has there."""

from __future__ import annotations

from pathlib import Path

import shapely

from sample_data.models import mall_fire, mall_piping, mall_plan, mall_shell, mall_ways
from sample_data.models.author import Author
from sample_data.models.mall_layout import floors, mall
from sample_data.models.parts import Flat, Room
from sample_data.models.piping import Pipe, stack
from sample_data.models.progress import Progress

_INSIDE_M = 0.1


def write_mall(path: Path, progress: Progress) -> None:
    """Write the mall's IFC4 file; `progress` hears of every finished storey."""
    author = Author(mall())
    layout = author.layout
    author.template_pset(
        author.building, "Pset_BuildingCommon",
        {"BuildingID": layout.building_code, "OccupancyType": "商业", "FireProtectionClass": "一级",
         "SprinklerProtection": True, "SprinklerProtectionAutomatic": True,
         "NumberOfStoreys": layout.floors_up, "YearOfConstruction": str(layout.year_built)},
    )  # fmt: skip
    author.describe(
        [author.building], "LH_Common", {"BuildingCode": layout.building_code, "NameEn": layout.name_en}
    )
    systems = mall_fire.systems(author)
    risers: dict[float, list[Pipe]] = {side: [] for side in mall_piping.SIDES}
    for number, floor_no in enumerate((*floors(), mall_plan.ROOF), 1):
        mall_shell.slab(author, floor_no)
        if floor_no == mall_plan.ROOF:
            mall_shell.roof(author)
        else:
            spaces = {key: _space(author, room) for key, room in _on(author, floor_no)}
            mall_shell.walls(author, floor_no)
            mall_ways.stairs(author, floor_no)
            mall_ways.escalators(author, floor_no)
            mall_fire.equip(author, floor_no, systems)
            for side, riser in mall_piping.sprinklers(author, floor_no, systems["sprinkler"]).items():
                risers[side].append(riser)
            mall_fire.compartments(author, floor_no, spaces)
        progress(f"{layout.code} {layout.storey(floor_no).label_en}", number / (mall_plan.FLOORS + 2))
    for stacked in risers.values():
        stack(author, stacked)
    mall_fire.plant(author, systems)
    author.save(path)


def _on(author: Author, floor_no: int) -> list[tuple[str, Room | Flat]]:
    layout = author.layout
    rooms: list[tuple[str, Room | Flat]] = [(r.key, r) for r in layout.rooms if r.floor_no == floor_no]
    return rooms + [(f.room, f) for f in layout.flats if f.floor_no == floor_no]


def _space(author: Author, room: Room | Flat) -> object:
    storey = author.storeys[room.floor_no]
    # the atrium is one room through all storeys
    through = isinstance(room, Room) and room.key == "ATRIUM"
    height = mall_plan.ROOF_LEVEL if through else mall_plan.height_m(room.floor_no)
    height = round(height - mall_plan.SLAB, 3)
    inner = shapely.Polygon(room.ring).buffer(-_INSIDE_M, join_style="mitre")
    ring = tuple((round(x, 4), round(y, 4)) for x, y in inner.exterior.coords[:-1])
    if not inner.exterior.is_ccw:
        ring = tuple(reversed(ring))
    names = (room.key, room.name_zh) if isinstance(room, Room) else (room.room, f"商铺{room.room}")
    space = author.root(
        "IfcSpace", names[0], LongName=names[1], CompositionType="ELEMENT", PredefinedType="INTERNAL",
        ObjectPlacement=author.shapes.placement(storey.ObjectPlacement, (0, 0, 0)),
        Representation=author.shapes.direct([author.shapes.prism(ring, 0.0, height, "space")]),
    )  # fmt: skip
    author.identify(space, room.global_id)
    author.part(storey, space)
    common = {"BuildingCode": author.layout.building_code}
    if isinstance(room, Flat):
        common |= {"UnitCode": room.unit_code, "NameEn": f"Shop {room.room}", "UseCode": "C",
                   "LpgForbidden": True}  # fmt: skip
    else:
        common |= {"NameEn": room.name_en, "UseCode": room.use}
    author.describe([space], "LH_Common", common)
    author.measure(
        [space], "Qto_SpaceBaseQuantities",
        {"Height": ("Length", height), "GrossFloorArea": ("Area", shapely.Polygon(room.ring).area),
         "NetFloorArea": ("Area", inner.area), "NetVolume": ("Volume", inner.area * height)},
    )  # fmt: skip
    return space

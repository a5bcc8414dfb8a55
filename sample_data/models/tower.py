"""Author LH-RES-01: the 33-storey tower with everything a fire officer asks for."""

from __future__ import annotations

from pathlib import Path

from sample_data.models import (
    tower_core,
    tower_fire,
    tower_flats,
    tower_piping,
    tower_plan,
    tower_services,
    tower_shell,
)
from sample_data.models.author import Author
from sample_data.models.piping import Pipe, stack
from sample_data.models.progress import Progress
from sample_data.models.tower_layout import ROOF, tower


def write_tower(path: Path, progress: Progress) -> None:
    """Write the tower's IFC4 file; `progress` hears of every finished storey."""
    author = Author(tower())
    layout = author.layout
    author.template_pset(
        author.building, "Pset_BuildingCommon",
        {"BuildingID": layout.building_code, "ConstructionMethod": "剪力墙结构",
         "FireProtectionClass": "一级",
         "SprinklerProtection": True, "SprinklerProtectionAutomatic": True, "OccupancyType": "住宅",
         "GrossPlannedArea": 691.2 * 35, "NumberOfStoreys": layout.floors_up,
         "YearOfConstruction": str(layout.year_built)},
    )  # fmt: skip
    author.describe(
        [author.building], "LH_Common", {"BuildingCode": layout.building_code, "NameEn": layout.name_en}
    )
    systems = tower_services.systems(author)
    spaces = tower_flats.spaces(author)
    floors = (*tower_plan.floors(), ROOF)
    risers = []
    for number, floor_no in enumerate(floors, 1):
        tower_shell.slab(author, floor_no)
        if floor_no == ROOF:
            tower_services.roof(author, systems)
        else:
            risers.append(_storey(author, floor_no, spaces[floor_no], systems))
        progress(f"{layout.code} {layout.storey(floor_no).label_en}", number / len(floors))
    stack(author, risers)
    tower_core.lifts(author)
    tower_fire.sensors(author, systems)
    tower_services.plant(author, systems)
    author.save(path)


def _storey(author: Author, floor_no: int, spaces: list[object], systems: dict[str, object]) -> Pipe:
    author.template_pset(
        author.storeys[floor_no], "Pset_BuildingStoreyCommon",
        {"EntranceLevel": floor_no == 1,
         "AboveGround": author.file.create_entity("IfcLogical", floor_no > 0), "SprinklerProtection": True,
         "SprinklerProtectionAutomatic": True},
    )  # fmt: skip
    tower_shell.facade(author, floor_no)
    tower_shell.party_walls(author, floor_no)
    tower_core.core_walls(author, floor_no)
    tower_core.landings(author, floor_no)
    tower_core.stairs(author, floor_no)
    tower_flats.partitions(author, floor_no)
    tower_fire.equip(author, floor_no, systems)
    tower_fire.compartment(author, floor_no, spaces)
    riser = tower_services.risers(author, floor_no, systems)
    tower_piping.sprinklers(author, floor_no, systems["sprinkler"], riser)
    return riser

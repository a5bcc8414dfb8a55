"""Author LH-RDB-04: a road and a bridge over the Buji River on one alignment, IFC4X3_ADD2."""

from __future__ import annotations

from pathlib import Path

from sample_data.models import road_bridge, road_works
from sample_data.models.progress import Progress
from sample_data.models.road_author import RoadAuthor
from sample_data.models.road_plan import road_layout


def write_road(path: Path, progress: Progress) -> None:
    """Write the road's file; `progress` hears of every finished part."""
    author = RoadAuthor(road_layout())
    layout = author.layout
    road = author.structure("IfcRoad", layout.name_zh, author.site, "road", LongName=layout.name_zh)
    bridge = author.structure(
        "IfcBridge", layout.bridge_zh, author.site, "bridge", LongName=layout.bridge_zh,
        PredefinedType="GIRDER",
    )  # fmt: skip
    for facility, name in ((road, layout.name_en), (bridge, layout.bridge_en)):
        author.describe(facility, "LH_Common", {"Code": layout.code, "NameEn": name})
    author.follow(road, bridge)
    progress(f"{layout.code} line", 0.2)
    road_works.pavement(author, road)
    progress(f"{layout.code} pavement", 0.5)
    road_works.furniture(author, road)
    road_bridge.bridge(author, bridge)
    progress(f"{layout.code} bridge", 0.9)
    author.save(path)
    progress(f"{layout.code} saved", 1.0)

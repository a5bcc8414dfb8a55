"""Plan of the road LH-RDB-04: its line, its cross section, its bridge; metres, local frame.

Local x is grid east, y grid north; the road leaves west of the Buji River, follows
滨河大道 and crosses the river on three spans. The profile starts on the ground.

                 left +y
    +10.65  sidewalk: lights, water main below
     +7.65  kerb
      0.00  carriageway, 15 m ---------------------> chainage
     -7.65  kerb
    -10.65  sidewalk: cables below
"""

from __future__ import annotations

from dataclasses import dataclass

from sample_data.models.parts import Place

CODE = "LH-RDB-04"
START_STATION = 1200.0
HPOINTS = ((0.0, 0.0), (300.0, 40.0), (640.0, 30.0))
RADIUS = 400.0
LENGTH = 642.6596
"""Length of the line in plan; the profile ends where it does."""
VPOINTS = ((0.0, 5.0), (320.0, 9.0), (LENGTH, 6.0))
VERTICAL_CURVE = 120.0
GROUND = 5.0
"""Height of the ground beside the road in the local frame; it hardly varies on 640 m."""

PIECE = 10.0
HALF_ROAD, KERB, SIDEWALK = 7.5, 0.15, 3.0
HALF_WIDTH = HALF_ROAD + KERB + SIDEWALK
# name zh, en, top, thickness
SURFACING = (("沥青上面层", "Surface course", 0.0, 0.04), ("沥青下面层", "Binder course", -0.04, 0.06))
FOUNDATION = (("水稳基层", "Base course", -0.10, 0.08), ("级配碎石底基层", "Subbase course", -0.18, 0.36))
FILL_TOP = -0.54
FILL_LEAST = 0.1

BRIDGE_START, SPAN, SPANS = 217.0, 30.0, 3
BRIDGE_END = BRIDGE_START + SPAN * SPANS
DECK_TOP, DECK = -0.10, 0.25
GIRDERS = (-8.0, -4.0, 0.0, 4.0, 8.0)
GIRDER_DEPTH, GIRDER_WIDTH, GIRDER_GAP = 1.2, 0.5, 0.2
BEARING = 0.1
GIRDER_TOP = DECK_TOP - DECK
CAP_TOP = GIRDER_TOP - GIRDER_DEPTH - BEARING
CAP_DEPTH = 1.0
RIVER_BED = -0.6
"""Local height of the river bed at the piers."""

LIGHTS, LIGHT_STEP, LIGHT_FIRST = 18, 36.0, 15.0


@dataclass(frozen=True, slots=True)
class RoadLayout:
    """What the road is called and where it stands; it is no building and has no building code."""

    code: str
    name_zh: str
    name_en: str
    bridge_zh: str
    bridge_en: str
    place: Place
    building_code: str | None = None


def road_layout() -> RoadLayout:
    """Layout of the road; its local height 5.0 is the ground, 5.2 m above EPSG:5737."""
    return RoadLayout(
        code=CODE,
        name_zh="滨河示范路",
        name_en="Binhe Demonstration Road",
        bridge_zh="布吉河示范桥",
        bridge_en="Buji River Demonstration Bridge",
        place=Place(510986.312, 2493390.329, 0.2, 0.0),
    )


def pieces(start_m: float, end_m: float) -> list[tuple[float, float]]:
    """Start and length of the pieces between two chainages; the last is as short as it has to be."""
    found, at = [], start_m
    while at < end_m - 1e-6:
        length = round(min(PIECE, end_m - at), 4)
        found.append((round(at, 4), length))
        at += length
    return found

"""Plan of the tower LH-RES-01: axes, the eight flats of a typical floor, the core.

The plan is point-symmetric: the four western zones are drawn here, the eastern four
are the same turned by 180°. All lengths are metres in the local frame.

    +--------NW 88--------+n+------NE 76-----+      zones clockwise from the south-west:
    |                     |s|                |      1 SW 76   5 NE 76
    +----------+----------+-+-----+----------+      2 W  62   6 E  62
    | W 45     | lift hall, core, | E 62     |      3 W  45   7 E  45
    +----------+ corridor round   +----------+      4 NW 88   8 SE 88
    | W 62     | it               | E 45     |
    +----------+------+-+---------+----------+
    |   SW 76         |s|       SE 88        |
    +-----------------+-+--------------------+
"""

from __future__ import annotations

from dataclasses import dataclass

from sample_data.models.parts import Ring, box

HALF_X, HALF_Y = 12.0, 14.4  # outer face of the façade
BLOCK_X, BLOCK_Y = 4.371, 7.013  # edge of the common block between the flats
ISLAND_X, ISLAND_Y = 2.871, 5.413  # edge of the core inside the corridor
STUB_WEST, STUB_EAST = -1.712, 0.088  # the corridor's southern arm; the northern one mirrors it
SPLIT_Y = 1.114  # party wall between the flats W 62 and W 45
STAIR_Y = 4.5  # half length of the scissor stair, axis to axis
LOBBY_Y = 3.15  # inner wall of the two smoke lobbies
LIFT_X = -2.0  # front wall of the lift shafts
LIFT_Y = 1.05  # walls between the shafts, at ± this

GROUND_HEIGHT, FLOOR_HEIGHT, BASEMENT_HEIGHT = 4.5, 3.0, 3.9
TOP_FLOOR, REFUGE_FLOOR = 33, 16
SLAB, EXTERNAL, PARTY, PARTITION = 0.15, 0.25, 0.20, 0.10  # thicknesses


@dataclass(frozen=True, slots=True)
class Zone:
    """One of the eight flat positions: nominal area, outline and the points of its fittings.

    `bedrooms_zh` is the layout as a housing office writes it; `door` is the entrance's
    middle on the wall axis and the axis' direction ("x" or "y"); `detectors` and
    `sprinklers` are ceiling points.
    """

    number: int
    area_m2: float
    layout_zh: str
    ring: Ring
    door: tuple[float, float, str]
    detectors: Ring
    sprinklers: Ring


def turned(ring: Ring) -> Ring:
    """Turn a ring by 180° about the origin."""
    return tuple((-x, -y) for x, y in ring)


_WEST = (
    Zone(
        1, 76.0, "两室一厅一卫", box(-HALF_X, -HALF_Y, STUB_WEST, -BLOCK_Y), (STUB_WEST, -8.1, "y"),
        ((-4.0, -10.6), (-10.2, -12.5)), ((-4.0, -12.2), (-10.2, -8.8)),
    ),
    Zone(
        2, 62.0, "一室两厅一卫", box(-HALF_X, -BLOCK_Y, -BLOCK_X, SPLIT_Y), (-BLOCK_X, -2.0, "y"),
        ((-7.2, -1.8), (-10.2, -5.4)), ((-6.2, -0.6), (-9.6, -2.3)),
    ),
    Zone(
        3, 45.0, "一室一厅一卫", box(-HALF_X, SPLIT_Y, -BLOCK_X, BLOCK_Y), (-BLOCK_X, 3.6, "y"),
        ((-7.0, 2.6), (-10.3, 5.4)), ((-5.6, 3.6), (-9.9, 2.4)),
    ),
    Zone(
        4, 88.0, "三室一厅一卫", box(-HALF_X, BLOCK_Y, -STUB_EAST, HALF_Y), (-STUB_EAST, 8.1, "y"),
        ((-3.2, 9.4), (-10.1, 12.4)), ((-2.0, 10.4), (-10.1, 8.8)),
    ),
)  # fmt: skip


def _opposite(zone: Zone) -> Zone:
    x, y, along = zone.door
    return Zone(
        zone.number + 4, zone.area_m2, zone.layout_zh, turned(zone.ring), (-x, -y, along),
        turned(zone.detectors), turned(zone.sprinklers),
    )  # fmt: skip


ZONES: tuple[Zone, ...] = _WEST + tuple(_opposite(zone) for zone in _WEST)

LIFT_HALL: Ring = (
    (-BLOCK_X, -BLOCK_Y), (-ISLAND_X, -BLOCK_Y), (-ISLAND_X, -LOBBY_Y), (LIFT_X, -LOBBY_Y),
    (LIFT_X, LIFT_Y), (-ISLAND_X, LIFT_Y), (-ISLAND_X, BLOCK_Y), (-BLOCK_X, BLOCK_Y),
)  # fmt: skip
CORRIDOR: Ring = (
    (-ISLAND_X, -BLOCK_Y), (STUB_WEST, -BLOCK_Y), (STUB_WEST, -HALF_Y), (STUB_EAST, -HALF_Y),
    (STUB_EAST, -BLOCK_Y), (BLOCK_X, -BLOCK_Y), (BLOCK_X, BLOCK_Y), (-STUB_WEST, BLOCK_Y),
    (-STUB_WEST, HALF_Y), (-STUB_EAST, HALF_Y), (-STUB_EAST, BLOCK_Y), (-ISLAND_X, BLOCK_Y),
    (-ISLAND_X, ISLAND_Y), (ISLAND_X, ISLAND_Y), (ISLAND_X, -ISLAND_Y), (-ISLAND_X, -ISLAND_Y),
)  # fmt: skip
REFUGE: Ring = (  # zones 5 to 8 without their party walls
    (STUB_EAST, -HALF_Y), (HALF_X, -HALF_Y), (HALF_X, HALF_Y), (-STUB_WEST, HALF_Y),
    (-STUB_WEST, BLOCK_Y), (BLOCK_X, BLOCK_Y), (BLOCK_X, -BLOCK_Y), (STUB_EAST, -BLOCK_Y),
)  # fmt: skip

# key, names, outline: the common rooms of every storey
CORE_ROOMS: tuple[tuple[str, str, str, Ring], ...] = (
    ("LIFTHALL", "电梯厅", "Lift hall", LIFT_HALL),
    ("CORRIDOR", "公共走道", "Corridor", CORRIDOR),
    ("LOBBY-S", "防烟前室", "Smoke-proof lobby", box(-ISLAND_X, -ISLAND_Y, 0.0, -LOBBY_Y)),
    ("LOBBY-N", "消防电梯合用前室", "Fire lift lobby", box(-ISLAND_X, LOBBY_Y, 0.0, ISLAND_Y)),
    ("STAIR", "剪刀楼梯间", "Scissor stair", box(0.0, -STAIR_Y, ISLAND_X, STAIR_Y)),
    ("LIFT-1", "客梯井道1", "Lift shaft 1", box(LIFT_X, -LOBBY_Y, 0.0, -LIFT_Y)),
    ("LIFT-2", "客梯井道2", "Lift shaft 2", box(LIFT_X, -LIFT_Y, 0.0, LIFT_Y)),
    ("LIFT-3", "消防电梯井道", "Fire lift shaft", box(LIFT_X, LIFT_Y, 0.0, LOBBY_Y)),
    ("SHAFT-E", "强电井", "Electrical riser", box(-ISLAND_X, LIFT_Y, LIFT_X, LOBBY_Y)),
    ("SHAFT-W", "水管井", "Water riser", box(0.0, -ISLAND_Y, ISLAND_X, -STAIR_Y)),
    ("SHAFT-D", "弱电及加压送风井", "Data and pressurisation riser", box(0.0, STAIR_Y, ISLAND_X, ISLAND_Y)),
)

# (x, y, room key): eight detectors and twelve sprinklers of the common rooms
CORE_DETECTORS: tuple[tuple[float, float, str], ...] = (
    (-3.62, -4.6, "LIFTHALL"), (-3.2, -1.05, "LIFTHALL"), (-3.62, 4.6, "LIFTHALL"), (3.62, 0.0, "CORRIDOR"),
    (-0.81, -10.6, "CORRIDOR"), (0.81, 10.6, "CORRIDOR"), (-1.43, -4.28, "LOBBY-S"), (-1.43, 4.28, "LOBBY-N"),
)  # fmt: skip
CORE_SPRINKLERS: tuple[tuple[float, float, str], ...] = (
    (-3.62, -5.8, "LIFTHALL"), (-3.2, -2.6, "LIFTHALL"), (-3.2, 0.5, "LIFTHALL"), (-3.62, 3.2, "LIFTHALL"),
    (3.62, -3.4, "CORRIDOR"), (3.62, 3.4, "CORRIDOR"), (1.6, -6.2, "CORRIDOR"), (-1.6, 6.2, "CORRIDOR"),
    (-0.81, -9.0, "CORRIDOR"), (-0.81, -12.6, "CORRIDOR"), (0.81, 9.0, "CORRIDOR"), (0.81, 12.6, "CORRIDOR"),
)  # fmt: skip

# what the eight zones hold where there are no flats: zone -> (key, zh, en, use)
OTHER_ZONES: dict[int, dict[int, tuple[str, str, str, str]]] = {
    1: {
        1: ("PROPERTY", "物业服务中心", "Property office", "O"),
        2: ("ENTRANCE", "入口大堂", "Entrance lobby", "R"),
        3: ("FCC", "消防控制室", "Fire control room", "O"),
        4: ("SERVICE", "社区党群服务站", "Community service", "G"),
        5: ("SHOP", "便利店", "Convenience shop", "C"),
        6: ("PARCELS", "快递驿站", "Parcel room", "C"),
        7: ("NETWORK", "弱电机房", "Network room", "U"),
        8: ("LIBRARY", "社区书屋", "Community library", "G"),
    },
    -1: {
        1: ("STORE-1", "储藏间", "Store", "I"),
        2: ("POWER", "变配电室", "Substation room", "U"),
        3: ("GENERATOR", "柴油发电机房", "Generator room", "U"),
        4: ("EBIKE", "电动自行车库", "E-bike store", "I"),
        5: ("STORE-2", "储藏间", "Store", "I"),
        6: ("FANS", "排烟机房", "Smoke exhaust plant", "U"),
        7: ("TELECOM", "通信机房", "Telecom room", "U"),
        8: ("STORE-3", "储藏间", "Store", "I"),
    },
    -2: {
        1: ("POOL", "消防水池", "Fire water pool", "U"),
        2: ("PUMPROOM", "消防水泵房", "Fire pump room", "U"),
        3: ("WATERROOM", "生活水泵房", "Domestic water plant", "U"),
        4: ("VENT", "进风机房", "Air intake plant", "U"),
        5: ("STORE-4", "储藏间", "Store", "I"),
        6: ("SUMP", "排水泵间", "Drainage pumps", "U"),
        7: ("WORKSHOP", "维修间", "Workshop", "U"),
        8: ("SHELTER", "人防掩蔽间", "Civil defence room", "U"),
    },
}


def floors() -> tuple[int, ...]:
    """Floor numbers bottom up, without the roof."""
    return (-2, -1, *range(1, TOP_FLOOR + 1))


def elevation_m(floor_no: int) -> float:
    """Local elevation of a storey's finished floor; TOP_FLOOR + 1 is the roof."""
    if floor_no < 0:
        return floor_no * BASEMENT_HEIGHT
    return 0.0 if floor_no == 1 else GROUND_HEIGHT + (floor_no - 2) * FLOOR_HEIGHT


def storey_height_m(floor_no: int) -> float:
    """Floor-to-floor height."""
    if floor_no < 0:
        return BASEMENT_HEIGHT
    return GROUND_HEIGHT if floor_no == 1 else FLOOR_HEIGHT

"""Plan of the pump station LH-PMP-03: six pump bays and an annex; metres, local frame.

Water enters from the south (negative y) through gates and screens into the forebay,
falls to the sump, is lifted by six vertical pumps and leaves north to the river.

    y=+11  +---outlet pipes, flap gates------+---------+
           |  o    o    o    o    o    o     | annex:  |
           |  pump bays (5 m each)           | trafos, |
           |  screens                        | control |
    y=-11  +---inlet gates-------------------+---------+
         x=-21                              x=9      x=21
"""

from __future__ import annotations

from sample_data.models.parts import Ring, box

HALF_X, HALF_Y, ANNEX_X = 21.0, 11.0, 9.0
PIT_DEPTH, GROUND_HEIGHT, UPPER_HEIGHT, PARAPET = 9.0, 6.0, 4.8, 1.2
SLAB, WALL, PIT_WALL = 0.25, 0.30, 0.80
BAYS = 6
BAY_WIDTH = 5.0
PUMP_Y, SCREEN_Y, GATE_Y, FLAP_Y = 2.0, -5.0, -10.0, 10.2
FLOW_M3_S, MOTOR_KW = 8.0, 630.0

# floor, key, zh, en, use, outline
ROOMS: tuple[tuple[int, str, str, str, str, Ring], ...] = (
    (-1, "FOREBAY", "前池", "Forebay", "U", box(-HALF_X, -HALF_Y, ANNEX_X, SCREEN_Y)),
    (-1, "SUMP", "集水池", "Sump", "U", box(-HALF_X, SCREEN_Y, ANNEX_X, HALF_Y)),
    (-1, "CABLES", "电缆夹层", "Cable basement", "U", box(ANNEX_X, -HALF_Y, HALF_X, HALF_Y)),
    (1, "HALL", "主泵房", "Pump hall", "U", box(-HALF_X, -HALF_Y, ANNEX_X, HALF_Y)),
    (1, "TRAFO-1", "1号变压器室", "Transformer room 1", "U", box(ANNEX_X, -HALF_Y, 15.0, -4.0)),
    (1, "TRAFO-2", "2号变压器室", "Transformer room 2", "U", box(15.0, -HALF_Y, HALF_X, -4.0)),
    (1, "SWITCHGEAR", "高低压配电室", "Switchgear room", "U", box(ANNEX_X, -4.0, HALF_X, 5.0)),
    (1, "STAIR", "楼梯间", "Stair", "U", box(ANNEX_X, 5.0, HALF_X, HALF_Y)),
    (2, "CONTROL", "中央控制室", "Control room", "O", box(ANNEX_X, -HALF_Y, HALF_X, 1.0)),
    (2, "OFFICE", "值班室", "Duty office", "O", box(ANNEX_X, 1.0, HALF_X, 5.0)),
    (2, "STAIR", "楼梯间", "Stair", "U", box(ANNEX_X, 5.0, HALF_X, HALF_Y)),
)

# floor, label zh, label en, elevation, height, use, area
STOREYS: tuple[tuple[int, str, str, float, float, str, float], ...] = (
    (-1, "地下一层", "B1", -PIT_DEPTH, PIT_DEPTH, "U", 924.0),
    (1, "1层", "1F", 0.0, GROUND_HEIGHT, "U", 924.0),
    (2, "2层", "2F", GROUND_HEIGHT, UPPER_HEIGHT, "O", 264.0),
    (3, "屋面层", "RF", GROUND_HEIGHT + UPPER_HEIGHT, PARAPET, "U", 924.0),
)


def bay_x(bay: int) -> float:
    """Give the middle of a pump bay, 1 to 6 from the west."""
    return -HALF_X + BAY_WIDTH * (bay - 0.5)

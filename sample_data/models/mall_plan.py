"""Plan of the mall LH-MAL-02: metres, local frame, the same six shops on every floor.

    y=+25 +--+----+-----------+------+-----------+----+--+
          |  | ST1|  shop 1   | hall |  shop 2   |ST2 |  |
    y=+12 |  +EXIT+-----------+      +-----------+EXIT+  |
          |  |      gallery A        |  gallery B     |  |
          |w |        +--------------+----+           | e|
          |e |        |      atrium 30 x 18|          | a|
          |s |        +--------------+----+           | s|
          |t |                                        | t|
    y=-12 |  +EXIT+-----------+      +-----------+EXIT+  |
          |  | ST3|  shop 3   | ctrl |  shop 4   |ST4 |  |
    y=-25 +--+----+-----------+------+-----------+----+--+

It is the mall the sample city draws at the Dongmen quarter under the same code; a test
holds footprint, floors, units and stairs to the city's own files.
"""

from __future__ import annotations

from sample_data.models.parts import Ring, box

HALF_X, HALF_Y = 42.09, 25.07
SIDE_X, BAND_Y = 36.09, 12.0
STAIR_X, EXIT_Y, HALL_X = 30.09, 18.0, 3.0
ATRIUM = box(-15.0, -9.0, 15.0, 9.0)
ESCALATOR_X = 25.5
ESCALATOR_WELL = box(20.7, -3.3, 30.2, 3.3)
"""Hole over the escalators in the eastern gallery."""
FLOORS, FLOOR_HEIGHT, BASEMENT_HEIGHT, PARAPET = 6, 5.0, 4.0, 0.9
ROOF = FLOORS + 1
ROOF_LEVEL = FLOORS * FLOOR_HEIGHT
SLAB, WALL, FACADE = 0.25, 0.20, 0.20
STAIRS = ((1, -1.0, 1.0), (2, 1.0, 1.0), (3, -1.0, -1.0), (4, 1.0, -1.0))
"""Number, side along x, side along y."""
SHOPS = ("N1", "N2", "S1", "S2", "W", "E")


def elevation_m(floor_no: int) -> float:
    """Finished floor above the ground floor."""
    return -BASEMENT_HEIGHT if floor_no < 0 else (floor_no - 1) * FLOOR_HEIGHT


def height_m(floor_no: int) -> float:
    """Floor to floor."""
    return BASEMENT_HEIGHT if floor_no < 0 else PARAPET if floor_no == ROOF else FLOOR_HEIGHT


def shop_ring(key: str) -> Ring:
    """Outline of one of the six shops of a floor."""
    y = (BAND_Y, HALF_Y) if key[0] == "N" else (-HALF_Y, -BAND_Y)
    return {
        "N1": box(-STAIR_X, y[0], -HALL_X, y[1]),
        "N2": box(HALL_X, y[0], STAIR_X, y[1]),
        "S1": box(-STAIR_X, y[0], -HALL_X, y[1]),
        "S2": box(HALL_X, y[0], STAIR_X, y[1]),
        "W": box(-HALF_X, -HALF_Y, -SIDE_X, HALF_Y),
        "E": box(SIDE_X, -HALF_Y, HALF_X, HALF_Y),
    }[key]


def gallery_ring(side: str, floor_no: int) -> Ring:
    """Half of the gallery round the atrium; below ground there is no atrium."""
    if floor_no < 0:
        return box(-SIDE_X, -BAND_Y, 0.0, BAND_Y) if side == "A" else box(0.0, -BAND_Y, SIDE_X, BAND_Y)
    west: Ring = ((-SIDE_X, -BAND_Y), (0.0, -BAND_Y), (0.0, -9.0), (-15.0, -9.0), (-15.0, 9.0), (0.0, 9.0),
                  (0.0, BAND_Y), (-SIDE_X, BAND_Y))  # fmt: skip
    return west if side == "A" else tuple((-x, y) for x, y in reversed(west))


def stair_ring(sx: float, sy: float) -> Ring:
    """Stair, at the façade."""
    xs, ys = sorted((sx * STAIR_X, sx * SIDE_X)), sorted((sy * EXIT_Y, sy * HALF_Y))
    return box(xs[0], ys[0], xs[1], ys[1])


def exit_ring(sx: float, sy: float) -> Ring:
    """Passage between gallery and stair."""
    xs, ys = sorted((sx * STAIR_X, sx * SIDE_X)), sorted((sy * BAND_Y, sy * EXIT_Y))
    return box(xs[0], ys[0], xs[1], ys[1])


def sprinklers(floor_no: int) -> list[tuple[float, float]]:
    """Heads on a grid of 3.37 x 3.34 m: 11.3 m² each, under the 12.5 m² of medium hazard I (GB 50084).

    Closed stairs need none, and their flights would be in the way.
    """
    columns, rows = 25, 15
    points = [
        (
            round(-HALF_X + (i + 0.5) * 2 * HALF_X / columns, 3),
            round(-HALF_Y + (j + 0.5) * 2 * HALF_Y / rows, 3),
        )
        for i in range(columns)
        for j in range(rows)
    ]
    points = [(x, y) for x, y in points if not (STAIR_X < abs(x) < SIDE_X and abs(y) > EXIT_Y)]
    (x0, y0), (x1, y1) = ATRIUM[0], ATRIUM[2]
    if floor_no < 1:
        return points
    return [(x, y) for x, y in points if not (x0 < x < x1 and y0 < y < y1)]

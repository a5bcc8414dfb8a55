"""Rivers and lakes, from memory within +-150 m except the two facts of area."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from shapely import affinity
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from sample_data.gen.frame import line, polygon


@dataclass(frozen=True, slots=True)
class River:
    """A river as a centreline.

    Attributes
    ----------
    width_m : float
        Between the banks.
    bed_m : tuple of float
        Height of the bed at the first and the last vertex.
    """

    name_zh: str
    name_en: str
    centre: LineString
    width_m: float
    bed_m: tuple[float, float]

    @property
    def surface(self) -> Polygon:
        """The water between the banks."""
        return self.centre.buffer(self.width_m / 2, cap_style="flat", join_style="round", quad_segs=3)


@dataclass(frozen=True, slots=True)
class Lake:
    """A still water of known area and level, metres above the 1985 datum."""

    name_zh: str
    name_en: str
    shape: Polygon
    level_m: float
    ground_m: float


@cache
def buji() -> River:
    """布吉河, from the hills in the north to the Shenzhen River."""
    path = [
        (114.1185, 22.5880),
        (114.1160, 22.5765),
        (114.1172, 22.5690),
        (114.1165, 22.5610),
        (114.1120, 22.5560),
        (114.1098, 22.5480),
        (114.1092, 22.5400),
        (114.1097, 22.5335),
        (114.1086, 22.5298),
    ]
    return River("布吉河", "Buji River", line(path), 24.0, (1.0, -0.8))


@cache
def shenzhen() -> River:
    """深圳河, the border: nothing is generated south of it."""
    path = [
        (114.1700, 22.5600),
        (114.1520, 22.5530),
        (114.1420, 22.5460),
        (114.1350, 22.5405),
        (114.1268, 22.5358),
        (114.1205, 22.5340),
        (114.1165, 22.5309),
        (114.1130, 22.5300),
        (114.1080, 22.5292),
        (114.1020, 22.5330),
        (114.0960, 22.5325),
    ]
    return River("深圳河", "Shenzhen River", line(path), 70.0, (0.5, -1.5))


@cache
def reservoir() -> Lake:
    """深圳水库: scaled about its centroid to the published 3.14 km2."""
    ring = [
        (114.1475, 22.5715),
        (114.1520, 22.5745),
        (114.1545, 22.5790),
        (114.1580, 22.5800),
        (114.1600, 22.5850),
        (114.1640, 22.5905),
        (114.1690, 22.5945),
        (114.1725, 22.5925),
        (114.1690, 22.5880),
        (114.1705, 22.5830),
        (114.1760, 22.5815),
        (114.1745, 22.5780),
        (114.1690, 22.5785),
        (114.1640, 22.5760),
        (114.1600, 22.5725),
        (114.1560, 22.5735),
        (114.1530, 22.5710),
        (114.1490, 22.5690),
    ]
    return Lake("深圳水库", "Shenzhen Reservoir", _scaled(ring, 1.068), 27.6, 27.6)


@cache
def honghu() -> Lake:
    """洪湖, the detention basin of Sungang: 61 ha, normal level 7.00 m over a bed of 6.0 m."""
    ring = [
        (114.1150, 22.5625),
        (114.1178, 22.5627),
        (114.1192, 22.5660),
        (114.1190, 22.5700),
        (114.1180, 22.5727),
        (114.1160, 22.5720),
        (114.1150, 22.5680),
    ]
    return Lake("洪湖", "Honghu Lake", _scaled(ring, 1.25), 7.0, 6.0)


def _scaled(ring: list[tuple[float, float]], factor: float) -> Polygon:
    shape = polygon(ring)
    return affinity.scale(shape, factor, factor, origin=shape.centroid)


@cache
def no_go() -> BaseGeometry:
    """Where nothing is built: the waters and the banks that slope down to them."""
    banks = [r.centre.buffer(r.width_m / 2 + 16.0, quad_segs=3) for r in (buji(), shenzhen())]
    shore = [lake.shape.buffer(12.0, quad_segs=3) for lake in (reservoir(), honghu())]
    return banks[0].union(banks[1]).union(shore[0]).union(shore[1])

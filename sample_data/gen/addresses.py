"""Standard addresses: one a building, none twice.

`广东省深圳市罗湖区{街道}{社区}{路}{号}{小区}{n栋}`. Numbers grow by 2 every 15 m from
the start of the street, odd on the south or west side, even on the north or east.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from sample_data.gen import frame
from sample_data.gen.buildings import Building
from sample_data.gen.communities import SUBDISTRICTS, seeds
from sample_data.gen.names import Names
from sample_data.gen.streets import Street

REGION = "广东省深圳市罗湖区"


@dataclass(frozen=True)
class Address:
    """Where a building's door is.

    Attributes
    ----------
    full : str
        The standard form.
    estate, building_no : str or None
        小区 and 栋.
    point : tuple of float
        East, north of the building's middle.
    """

    code: str
    building_code: str
    full: str
    alias: list[str]
    road: str
    number: str
    estate: str | None
    estate_en: str | None
    building_no: str | None
    point: tuple[float, float]

    @property
    def name(self) -> tuple[str, str] | None:
        """Name of the building, where its estate has one, in Chinese and English."""
        if self.estate is None or self.estate_en is None:
            return None
        if self.building_no is None:
            return self.estate, self.estate_en
        return (
            f"{self.estate}{self.building_no}",
            f"{self.estate_en} Block {self.building_no.removesuffix('栋')}",
        )


@dataclass
class _Roads:
    """House numbers given so far, street by street."""

    streets: list[Street]
    tree: shapely.STRtree
    used: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def door(self, shape: BaseGeometry) -> tuple[str, int]:
        """Next free number on the street nearest to a shape."""
        street = self.streets[int(self.tree.nearest(shape))]
        line = _longest(street.centre)
        at = shape.centroid
        along = line.project(at)
        number = 2 * int(along // 15.0) + (1 if _odd_side(line, along, at) else 2)
        while number in self.used[street.name_zh]:
            number += 2
        self.used[street.name_zh].add(number)
        return street.name_zh, number


def addresses(buildings: list[Building], streets: list[Street]) -> dict[str, Address]:
    """Give every building its address, by building code."""
    roads = _Roads(streets, shapely.STRtree([s.centre for s in streets]))
    community = {s["code"]: s["name_zh"] for s in seeds()}
    for b in buildings:
        if b.facts.get("address"):
            road, number = split(b.facts["address"])
            roads.used[road].add(number)
    by_parcel: dict[str, list[Building]] = defaultdict(list)
    for b in buildings:
        by_parcel[b.footprint.parcel.key].append(b)
    names = Names()
    result: dict[str, Address] = {}
    for key in sorted(by_parcel):
        result |= _of_parcel(key, by_parcel[key], roads, names, community)
    return result


def _of_parcel(
    key: str, members: list[Building], roads: _Roads, names: Names, community: dict[str, str]
) -> dict[str, Address]:
    result = {}
    main = [b for b in members if b.typology not in {"UV", "UT", "AX", "TR"}]
    parcel = members[0].footprint.parcel
    estate = names.estate(key, parcel.typology) if main else None
    shared = roads.door(parcel.polygon) if main and not main[0].facts else None
    count = 0
    for b in members:
        title, number_zh, block = estate, None, None
        if b.facts:
            road, number = split(b.facts["address"])
            title = (b.facts["name_zh"], b.facts["name_en"])
        elif b.typology in {"UV", "UT", "AX", "TR"} or shared is None:
            road, number = roads.door(b.polygon)
            title = None
        else:
            road, number = shared
            count += 1
            block = f"{count}栋" if len(main) > 1 else None
        number_zh = f"{number}号"
        street = SUBDISTRICTS[b.code[6:9]][0]
        place = "" if title is None else title[0]
        full = f"{REGION}{street}{community[b.community_code]}{road}{number_zh}{place}{block or ''}"
        alias = [f"{road}{number_zh}{block or ''}"]
        if title:
            alias.append(f"{title[0]}{block or ''}")
        if b.facts.get("alias"):
            alias += b.facts["alias"].split(";")
        if b.model:
            full = b.model.address_zh
        middle = b.polygon.representative_point()
        result[b.code] = Address(
            f"DZ-{b.code[12:]}", b.code, full, alias, road, number_zh, title[0] if title else None,
            title[1] if title else None, block, (round(middle.x, 2), round(middle.y, 2)),
        )  # fmt: skip
    return result


def split(text: str) -> tuple[str, int]:
    """Split "深南东路5016号" into the road and the number."""
    head = text.removesuffix("号")
    digits = len(head) - len(head.rstrip("0123456789"))
    return head[:-digits], int(head[-digits:])


def _longest(centre: BaseGeometry) -> LineString:
    return max(shapely.get_parts(centre), key=lambda p: p.length)


def _odd_side(line: LineString, along: float, at: shapely.Point) -> bool:
    """Whether a place is south of an east-west street, or west of a north-south one."""
    before, after = line.interpolate(max(0.0, along - 1.0)), line.interpolate(along + 1.0)
    here = line.interpolate(along)
    direction = np.array([after.x - before.x, after.y - before.y])
    if abs(direction[0]) >= abs(direction[1]):
        return bool(at.y < here.y)
    return bool(at.x < here.x)


def lonlat(address: Address) -> tuple[float, float]:
    """Place of the address in degrees."""
    return frame.lonlat(*address.point)

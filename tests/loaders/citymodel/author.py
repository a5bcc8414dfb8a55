"""City models made for the tests: one gabled house in CityJSON and in CityGML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EAST, NORTH, GROUND = 511_000.0, 2_493_000.0, 12.0
CRS = "https://www.opengis.net/def/crs/EPSG/0/4547"
"""By address: the authority's axis order, north before east."""
WIDE, DEEP, EAVES, RIDGE = 10.0, 8.0, 5.0, 8.0
VOLUME_M3 = WIDE * DEEP * EAVES + WIDE * DEEP * (RIDGE - EAVES) / 2
"""A block and a gable on it."""
CORNERS = [
    *((0, 0, 0), (WIDE, 0, 0), (WIDE, DEEP, 0), (0, DEEP, 0)),
    *((0, 0, EAVES), (WIDE, 0, EAVES), (WIDE, DEEP, EAVES), (0, DEEP, EAVES)),
    *((0, DEEP / 2, RIDGE), (WIDE, DEEP / 2, RIDGE)),
]
FACES = [
    [3, 2, 1, 0],
    [0, 1, 5, 4],
    [2, 3, 7, 6],
    [1, 2, 6, 9, 5],
    [3, 0, 4, 8, 7],
    [4, 5, 9, 8],
    [6, 7, 8, 9],
]
MEANINGS = ["GroundSurface", *["WallSurface"] * 4, *["RoofSurface"] * 2]


def corners(shift: float = 0.0) -> list[tuple[float, float, float]]:
    """East, north, up of the house, `shift` metres further east."""
    return [(EAST + shift + x, NORTH + y, GROUND + z) for x, y, z in CORNERS]


def house(first: int = 0, **said: Any) -> dict[str, Any]:
    """A CityJSON building over the corners from number `first`."""
    shell = [[[first + corner for corner in face]] for face in FACES]
    surfaces = ["GroundSurface", "WallSurface", "RoofSurface"]
    semantics = {
        "surfaces": [{"type": name} for name in surfaces],
        "values": [[surfaces.index(meaning) for meaning in MEANINGS]],
    }
    geometry = {"type": "Solid", "lod": "2.2", "boundaries": [shell], "semantics": semantics}
    return {"type": "Building", "geometry": [geometry], **said}


def cityjson(
    objects: dict[str, Any], *, houses: int = 1, crs: str | None = CRS, **said: Any
) -> dict[str, Any]:
    """A CityJSON file whose vertices are those of `houses` houses, 20 m apart, north first."""
    points = [point for number in range(houses) for point in corners(20.0 * number)]
    swapped = [[round((n - NORTH) * 1000), round((e - EAST) * 1000), round(z * 1000)] for e, n, z in points]
    return {
        "type": "CityJSON",
        "version": "2.0",
        "transform": {"scale": [0.001, 0.001, 0.001], "translate": [NORTH, EAST, 0.0]},
        "metadata": {"referenceSystem": crs} if crs else {},
        "CityObjects": objects,
        "vertices": swapped,
        **said,
    }


def write(path: Path, content: dict[str, Any]) -> Path:
    """Write JSON."""
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def polygon(points: list[tuple[float, float, float]], name: str | None = None) -> str:
    """A gml:Polygon, north first."""
    ring = " ".join(f"{n:.3f} {e:.3f} {z:.3f}" for e, n, z in [*points, points[0]])
    key = f' gml:id="{name}"' if name else ""
    return (
        f"<gml:Polygon{key}><gml:exterior><gml:LinearRing><gml:posList>{ring}</gml:posList>"
        "</gml:LinearRing></gml:exterior></gml:Polygon>"
    )


def building(key: str, *, shift: float = 0.0, extra: str = "") -> str:
    """A CityGML 2 building: the solid links to the polygons of its surfaces."""
    points = corners(shift)
    links = "".join(f'<gml:surfaceMember xlink:href="#{key}_{n}"/>' for n in range(len(FACES)))
    surfaces = "".join(
        f"<bldg:boundedBy><bldg:{meaning}><bldg:lod2MultiSurface><gml:MultiSurface><gml:surfaceMember>"
        f"{polygon([points[c] for c in face], f'{key}_{n}')}"
        f"</gml:surfaceMember></gml:MultiSurface></bldg:lod2MultiSurface></bldg:{meaning}></bldg:boundedBy>"
        for n, (face, meaning) in enumerate(zip(FACES, MEANINGS, strict=True))
    )
    return (
        f'<core:cityObjectMember><bldg:Building gml:id="{key}">{extra}'
        f"<bldg:lod2Solid><gml:Solid><gml:exterior><gml:CompositeSurface>{links}</gml:CompositeSurface>"
        f"</gml:exterior></gml:Solid></bldg:lod2Solid>{surfaces}</bldg:Building></core:cityObjectMember>"
    )


def citygml(members: str, *, crs: str | None = CRS, head: str = "") -> str:
    """A CityGML 2.0 file."""
    envelope = f'<gml:boundedBy><gml:Envelope srsName="{crs}"/></gml:boundedBy>' if crs else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        '<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:gml="http://www.opengis.net/gml"'
        ' xmlns:bldg="http://www.opengis.net/citygml/building/2.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' xmlns:gen="http://www.opengis.net/citygml/generics/2.0"'
        ' xmlns:tran="http://www.opengis.net/citygml/transportation/2.0"'
        ' xmlns:uro="https://www.geospatial.jp/iur/uro/2.0">'
        f"{envelope}{members}</core:CityModel>"
    )

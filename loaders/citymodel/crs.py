"""What a city model says about its CRS: horizontal and vertical part, axis order by rule.

The rule: a URN or an address of the authority means the authority's axis order (north
before east for EPSG:6697, EPSG:4547); the short form `EPSG:n` means east, north, as
everywhere in this project. It is never guessed from the numbers.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from pyproj import CRS

from twin.crs import crs
from twin.errors import NotGeoreferenced

_CODE = re.compile(r"epsg(?:\.xml#|[:/](?:[\d.]*[:/])?)(\d{4,6})|\+(\d{4,6})(?!\d)", re.IGNORECASE)
_ADV = re.compile(r"urn:adv:crs:(\w+?)(?:\*(\w+))?$", re.IGNORECASE)
_ADV_PLAN = {
    "ETRS89_UTM31": 25831, "ETRS89_UTM32": 25832, "ETRS89_UTM33": 25833,
    "DE_DHDN_3GK2": 31466, "DE_DHDN_3GK3": 31467, "DE_DHDN_3GK4": 31468, "DE_DHDN_3GK5": 31469,
}  # fmt: skip
"""Names of the German survey offices (AdV, GeoInfoDok), and always east before north."""
_ADV_HEIGHT = {"DE_DHHN92_NH": 5783, "DE_DHHN2016_NH": 7837}
_WORDS = frozenset(("gcj02", "bd09", "wgs84", "cgcs2000"))


@dataclass(frozen=True, slots=True)
class Reference:
    """Where coordinates lie.

    Attributes
    ----------
    horizontal : str
        Plan CRS: `EPSG:n`, WKT, or gcj02 / bd09 / wgs84 / cgcs2000 when declared.
    vertical : str or None
        Name of the vertical CRS; None where none is stated.
    north_first : bool
        Whether coordinates come north before east.
    height_m : float
        Metres of one unit of height.
    degrees : bool
        Whether plan coordinates are degrees.
    """

    horizontal: str
    vertical: str | None
    north_first: bool
    height_m: float
    degrees: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for the way out of the child process."""
        return asdict(self)


def read_reference(text: str) -> Reference:
    """Read a srsName, a referenceSystem or what a person declares.

    Raises
    ------
    NotGeoreferenced
        Nothing PROJ knows, or no plan CRS.
    """
    text = text.strip()
    if text.lower().replace("-", "") in _WORDS:
        return Reference(text, None, False, 1.0, True)
    by_authority = text.lower().startswith(("urn:", "http")) and "epsg.xml#" not in text.lower()
    if re.search(r"(?i)crs:?84|/CRS84", text) and "ogc" in text.lower():
        return Reference("EPSG:4326", None, False, 1.0, True)
    parts = _parts(text)
    plans = [part for part in parts if not part.is_vertical]
    heights = [part for part in parts if part.is_vertical]
    if len(plans) != 1 or len(heights) > 1:
        raise NotGeoreferenced(f"{text!r} names no plan CRS, or several; declare it with --crs EPSG:n")
    plan, height = plans[0], heights[0] if heights else None
    if plan.is_geocentric or not (plan.is_geographic or plan.is_projected):
        raise NotGeoreferenced(f"{text!r} is neither geographic nor projected; transform the file first")
    axes = plan.axis_info
    directions = [axis.direction.lower() for axis in axes[:2]]
    adv = _ADV.match(text) is not None
    return Reference(
        horizontal=_named(plan),
        vertical=_vertical(plan, height),
        north_first=by_authority and not adv and directions == ["north", "east"],
        height_m=_height_unit(plan, height),
        degrees=bool(plan.is_geographic),
    )


def _parts(text: str) -> list[CRS]:
    """The plan and the vertical CRS a text names."""
    adv = _ADV.match(text)
    if adv is not None:
        plan = _ADV_PLAN.get(adv[1].upper())
        if plan is None:
            raise NotGeoreferenced(f"{text!r} is not in the list of AdV names; declare it with --crs EPSG:n")
        height = _ADV_HEIGHT.get((adv[2] or "").upper())
        return [crs(plan), *([crs(height)] if height else [])]
    codes = [int(first or second) for first, second in _CODE.findall(text)]
    found = [crs(code) for code in codes] if codes else [crs(text)]
    return [part for whole in found for part in (whole.sub_crs_list if whole.is_compound else [whole])]


def _vertical(plan: CRS, height: CRS | None) -> str | None:
    if height is not None:
        return _named(height) if height.to_authority() else height.name
    return "ellipsoidal" if len(plan.axis_info) == 3 else None


def _height_unit(plan: CRS, height: CRS | None) -> float:
    axes = height.axis_info if height is not None else plan.axis_info[2:3]
    if axes:
        return float(axes[0].unit_conversion_factor or 1.0)
    # heights beside a plan CRS in feet are feet as well; degrees say nothing about heights
    return 1.0 if plan.is_geographic else float(plan.axis_info[0].unit_conversion_factor or 1.0)


def _named(system: CRS) -> str:
    flat = system.to_2d() if len(system.axis_info) == 3 else system
    authority = flat.to_authority(min_confidence=70)
    return ":".join(authority) if authority else flat.to_wkt()

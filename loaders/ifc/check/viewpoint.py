"""A BCF viewpoint: what is selected, and where one looks at it from."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from xml.etree import ElementTree

from loaders.ifc.check.xml import add, document

Point = tuple[float, float, float]
_IFC_GUID = re.compile(r"[0-9A-Za-z_$]{22}")
_FIELD_DEG = 60.0
_ASPECT = 16 / 9
_NEAR_M = 8.0
"""Distance kept from a single object."""
# from the south-east, 35 degrees down: a floor is seen as a plan, and heights are seen too
_DOWN = math.radians(35.0)
_LOOK = (-math.cos(_DOWN) * math.sqrt(0.5), math.cos(_DOWN) * math.sqrt(0.5), -math.sin(_DOWN))
_UP = (-math.sin(_DOWN) * math.sqrt(0.5), math.sin(_DOWN) * math.sqrt(0.5), math.cos(_DOWN))


def viewpoint(guid: str, components: Sequence[str], points_m: Sequence[Point], *, spaces: bool) -> bytes:
    """Write a `.bcfv`.

    Parameters
    ----------
    guid : str
        Of the viewpoint.
    components : sequence of str
        GlobalIds to select; those that are none are left out, BCF could not name them.
    points_m : sequence of (x, y, z)
        What must be in view, metres in the model's world; without any, its origin is.
    spaces : bool
        Whether spaces are to be shown.
    """
    root = ElementTree.Element("VisualizationInfo", Guid=guid)
    parts = add(root, "Components")
    wanted = [c for c in dict.fromkeys(components) if is_ifc_guid(c)]
    if wanted:
        selection = add(parts, "Selection")
        for component in wanted:
            add(selection, "Component", IfcGuid=component)
    visibility = add(parts, "Visibility", DefaultVisibility="true")
    add(
        visibility,
        "ViewSetupHints",
        SpacesVisible="true" if spaces else "false",
        SpaceBoundariesVisible="false",
        OpeningsVisible="false",
    )
    camera = add(root, "PerspectiveCamera")
    for tag, xyz in (
        ("CameraViewPoint", _eye(points_m)),
        ("CameraDirection", _LOOK),
        ("CameraUpVector", _UP),
    ):
        place = add(camera, tag)
        for axis, value in zip("XYZ", xyz, strict=True):
            add(place, axis, repr(round(value, 6)))
    add(camera, "FieldOfView", repr(_FIELD_DEG))
    add(camera, "AspectRatio", repr(round(_ASPECT, 6)))
    return document(root)


def is_ifc_guid(text: str | None) -> bool:
    """Whether BCF can name an object by this GlobalId."""
    return text is not None and _IFC_GUID.fullmatch(text) is not None


def _eye(points_m: Sequence[Point]) -> Point:
    """As far back along the line of sight as the sphere round the points needs."""
    points = points_m or [(0.0, 0.0, 0.0)]
    low = [min(p[i] for p in points) for i in range(3)]
    high = [max(p[i] for p in points) for i in range(3)]
    centre = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    distance = _NEAR_M + math.dist(low, high) / 2 / math.sin(math.radians(_FIELD_DEG / 2))
    x, y, z = (c - distance * d for c, d in zip(centre, _LOOK, strict=True))
    return x, y, z

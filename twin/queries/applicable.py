"""Three things that are all null in a column: nobody knows, there is none, and the question makes no sense.

Which questions make sense of which class follows the property sets of IFC4 (a test compares):
nobody asks a chair for its fire rating, and a wall has no kind of equipment.
"""

from __future__ import annotations

from typing import Literal

from twin.model.collection import Collection

State = Literal["known", "unknown", "absent", "not_applicable"]

_RATED = frozenset(
    (
        *("IfcBeam", "IfcBuildingElementProxy", "IfcChimney", "IfcColumn", "IfcCovering", "IfcCurtainWall"),
        *("IfcDoor", "IfcMember", "IfcPlate", "IfcRamp", "IfcRoof", "IfcSlab", "IfcStair", "IfcWall"),
        "IfcWindow",
    )
)
CLASSES: dict[str, frozenset[str]] = {
    "fire_rating": _RATED,
    "fire_rating_min": _RATED,
    "load_bearing": frozenset(
        (
            *("IfcBeam", "IfcBuildingElementProxy", "IfcChimney", "IfcColumn", "IfcFooting", "IfcMember"),
            *("IfcPile", "IfcPlate", "IfcSlab", "IfcWall"),
        )
    ),
    "is_external": _RATED | {"IfcRailing", "IfcShadingDevice"},
}
"""Columns that make sense of some classes of their collections only; the others of all."""
MEMBERSHIPS = frozenset({"system", "compartment"})
"""Columns that say what an object belongs to: where a model tells it of others, null is none."""
_CASES = ("StandardCase", "ElementedCase")


def applies(layer: Collection, column: str, ifc_class: str | None) -> bool:
    """Whether a column makes sense of an object of a collection and class."""
    if layer.column(column) is None:
        return False
    classes = CLASSES.get(column)
    return classes is None or ifc_class is None or general(ifc_class) in classes


def general(ifc_class: str) -> str:
    """Class without the ending that only says how it is drawn."""
    for case in _CASES:
        ifc_class = ifc_class.removesuffix(case)
    return ifc_class


def state_of(layer: Collection, column: str, ifc_class: str | None, value: object, *, told: bool) -> State:
    """What a value, or its absence, means.

    Parameters
    ----------
    layer : Collection
        Collection of the object.
    column : str
        Name of the column.
    ifc_class : str or None
        Class of the object.
    value : object
        What is stored.
    told : bool
        Whether the model tells this of any of its objects.
    """
    if value is not None:
        return "known"
    if not applies(layer, column, ifc_class):
        return "not_applicable"
    return "absent" if told and column in MEMBERSHIPS else "unknown"

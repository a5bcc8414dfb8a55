"""The lines of a model: every alignment with its course, and the course under every curve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from loaders.ifc.linear.course import Course
from loaders.ifc.linear.curve import curve_course, line_course
from loaders.ifc.linear.layout import Unresolved, layout_course
from loaders.ifc.linear.offset import offset_points, read_offsets
from loaders.ifc.units import Units
from loaders.ifc.values import text

_AXES = ("Axis", "FootPrint")
_DEEPEST = 8


@dataclass(slots=True)
class Line:
    """An alignment.

    Attributes
    ----------
    entity : entity_instance
        The IfcAlignment.
    course : Course or None
        None: `reason` says why it cannot be followed.
    cant : bool
        Whether it has a layout of cant, as tracks have.
    radians : bool
        Whether its directions were taken as radians although the file says degrees.
    instead : str or None
        Why its curve is followed instead of its layout; None where the layout is, or there is none.
    """

    entity: Any
    course: Course | None = None
    reason: str | None = None
    cant: bool = False
    radians: bool = False
    instead: str | None = None


@dataclass(slots=True)
class Lines:
    """Alignments of a model, and what its curves mean.

    Attributes
    ----------
    by_id : dict of int to Line
        By entity number of the alignment.
    of_curve : dict of int to int
        Entity number of a curve -> of the alignment it draws.
    """

    length_m: float = 1.0
    by_id: dict[int, Line] = field(default_factory=dict)
    of_curve: dict[int, int] = field(default_factory=dict)
    _courses: dict[int, Course | Unresolved] = field(default_factory=dict)

    def course(self, curve: Any) -> Course:
        """Course of a basis curve: by the layout of its alignment, else by its own geometry.

        Raises
        ------
        Unresolved
            Neither can be followed.
        """
        known = self._courses.get(curve.id())
        if known is None:
            known = self._courses[curve.id()] = self._read(curve)
        if isinstance(known, Unresolved):
            raise known
        return known

    def _read(self, curve: Any) -> Course | Unresolved:
        owner = self.by_id.get(self.of_curve.get(curve.id(), -1))
        if owner is not None and owner.course is not None:
            course = owner.course
            return course if _has_profile(curve) else Course(course.bends)
        try:
            return self.drawn(curve)
        except Unresolved as error:
            return error
        except (AttributeError, TypeError, ValueError, IndexError) as error:
            return Unresolved(f"its curve cannot be read ({type(error).__name__})")

    def drawn(self, curve: Any) -> Course:
        """Course of a curve by its own geometry; an offset one is measured from the course of its basis.

        Raises
        ------
        Unresolved
            It cannot be followed.
        """
        depth = 0
        offsets = []
        while curve.is_a("IfcOffsetCurveByDistances"):
            offsets.append(read_offsets(curve, self.length_m))
            curve, depth = curve.BasisCurve, depth + 1
            if depth > _DEEPEST:
                raise Unresolved("its curve is an offset of an offset without end")
        if not offsets:
            return curve_course(curve, self.length_m)
        course = self.course(curve)
        for stated in reversed(offsets):
            course = line_course(offset_points(course, stated))
        return course


def read_lines(model: Any, units: Units) -> Lines:
    """Read every alignment of an open model."""
    lines = Lines(units.length_m)
    try:
        alignments = model.by_type("IfcAlignment")
    except RuntimeError:  # a schema without alignments
        return lines
    # what is measured from another line comes after it
    for alignment in sorted(alignments, key=_is_offset):
        layouts = _layouts(alignment)
        line = Line(alignment, cant="IfcAlignmentCant" in layouts)
        curves = list(_curves(alignment))
        try:
            line.course, line.radians, line.instead = _course(alignment, layouts, curves, units, lines)
        except Unresolved as error:
            line.reason = str(error)
        except (AttributeError, TypeError, ValueError, IndexError) as error:
            line.reason = f"it cannot be read ({type(error).__name__})"
        lines.by_id[alignment.id()] = line
        for curve in curves:
            for part in _chain(curve):
                lines.of_curve.setdefault(part.id(), alignment.id())
    return lines


def _is_offset(alignment: Any) -> bool:
    return any(curve.is_a("IfcOffsetCurve") for curve in _curves(alignment))


def _course(
    alignment: Any, layouts: dict[str, Any], curves: list[Any], units: Units, lines: Lines
) -> tuple[Course, bool, str | None]:
    horizontal = layouts.get("IfcAlignmentHorizontal")
    if horizontal is None:
        # a profile of its own over the plan of the alignment it is a part of
        above = next((r.RelatingObject for r in getattr(alignment, "Decomposes", None) or ()), None)
        if above is not None and above.is_a("IfcAlignment"):
            horizontal = _layouts(above).get("IfcAlignmentHorizontal")
    instead: str | None = None
    refused: Unresolved | None = None
    if horizontal is not None:
        try:
            cant = layouts.get("IfcAlignmentCant") or _cant_below(alignment)
            return *_laid_out(horizontal, layouts.get("IfcAlignmentVertical"), units, cant), None
        except Unresolved as error:
            refused, instead = error, str(error)
    for curve in sorted(curves, key=_has_profile, reverse=True):
        try:
            return lines.drawn(curve), False, instead
        except Unresolved as error:
            refused = refused or error
    raise refused or Unresolved("it has neither a layout nor a curve")


def _laid_out(horizontal: Any, vertical: Any | None, units: Units, cant: Any | None) -> tuple[Course, bool]:
    """Course of layouts, and whether it only holds together with its directions in radians.

    Exporting programs write radians into files that state degrees: a line in pieces tells.
    """
    angle = units.of("PLANEANGLEUNIT")
    course = layout_course(horizontal, vertical, units.length_m, angle, cant)
    if angle != 1.0 and course.gaps():
        other = layout_course(horizontal, vertical, units.length_m, 1.0, cant)
        if other.gaps() < course.gaps():
            return other, True
    return course, False


def _cant_below(alignment: Any) -> Any | None:
    """Cant of an alignment that only adds it to the plan of this one."""
    for relation in getattr(alignment, "IsDecomposedBy", None) or ():
        for part in relation.RelatedObjects:
            found = _layouts(part).get("IfcAlignmentCant") if part.is_a("IfcAlignment") else None
            if found is not None:
                return found
    return None


def _layouts(alignment: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for relation in alignment.IsNestedBy:
        for part in relation.RelatedObjects:
            found.setdefault(part.is_a(), part)
    return found


def _curves(alignment: Any) -> Iterator[Any]:
    shape = alignment.Representation
    for representation in getattr(shape, "Representations", None) or ():
        if representation.RepresentationIdentifier in _AXES:
            yield from (item for item in representation.Items if item.is_a("IfcCurve"))


def _chain(curve: Any) -> Iterator[Any]:
    """A curve and those it is laid over."""
    seen: set[int] = set()
    while curve is not None and curve.id() not in seen:
        seen.add(curve.id())
        yield curve
        curve = getattr(curve, "BaseCurve", None)


def _has_profile(curve: Any) -> bool:
    return bool(curve.is_a("IfcGradientCurve") or curve.is_a("IfcSegmentedReferenceCurve"))


def name_of(line: Line) -> str | None:
    """Name of an alignment."""
    return text(line.entity.Name)

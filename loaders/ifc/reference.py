"""Openings that are cut already: IFC4 gives those a `Reference` instead of a body.

"Not subtracted, it is provided in addition to the hole in the body of the voided element"
(IfcOpeningElement). The toolkit subtracts them all the same, and leaves walls that are no
longer closed where the faces of hole and cutter lie in one plane.
"""

from __future__ import annotations

from typing import Any


def keep_references(model: Any) -> int:
    """Take the relations that would cut such openings once more out of an open model; how many."""
    idle = [r for r in model.by_type("IfcRelVoidsElement") if _is_reference(r.RelatedOpeningElement)]
    for relation in idle:
        model.remove(relation)
    return len(idle)


def _is_reference(opening: Any) -> bool:
    shape = getattr(opening, "Representation", None)
    named = [r.RepresentationIdentifier for r in getattr(shape, "Representations", None) or ()]
    return "Reference" in named and "Body" not in named

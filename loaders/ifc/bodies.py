"""Which representations of a product are its body; the others are axes, plans and notes."""

from __future__ import annotations

from typing import Any

BODIES = ("Body", "Facetation", "Tessellation", "Body-FallBack")


def has_body(product: Any) -> bool:
    """Whether a product has a representation a solid or a surface can come from."""
    shape = product.Representation
    # an opening that is cut already is shown by its reference
    known = (*BODIES, "Reference") if product.is_a("IfcOpeningElement") else BODIES
    for representation in getattr(shape, "Representations", None) or ():
        identifier = representation.RepresentationIdentifier
        kind = representation.RepresentationType or ""
        if identifier in known or (identifier is None and "Curve" not in kind):
            return bool(representation.Items)
    return False


def bodies(product: Any) -> list[Any]:
    """Representations of a product that tell its body."""
    shape = getattr(product, "Representation", None)
    found = getattr(shape, "Representations", None) or ()
    return [r for r in found if (named := r.RepresentationIdentifier) is None or named in BODIES]

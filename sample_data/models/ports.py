"""Ports: where one element of a pipe run gives water to the next."""

from __future__ import annotations

from typing import Any

from sample_data.models.author import Author, Entity, Xyz


def port(
    author: Author,
    product: Entity,
    number: int,
    flow: str,
    at_m: Xyz = (0.0, 0.0, 0.0),
    *,
    of: str = "STORMWATER",
) -> Entity:
    """Give an element a port, at a point of its own frame: SOURCE lets water out, SINK takes it in."""
    made = author.root(
        "IfcDistributionPort", f"P{number}", FlowDirection=flow, PredefinedType="PIPE", SystemType=of,
        ObjectPlacement=author.shapes.placement(product.ObjectPlacement, at_m),
    )  # fmt: skip
    author.nest(product, made)
    return made


def connect(author: Author, upstream: Any, downstream: Any) -> None:
    """Join the outlet of one element to the inlet of the next."""
    author.root("IfcRelConnectsPorts", None, RelatingPort=upstream, RelatedPort=downstream)

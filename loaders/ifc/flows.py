"""Which elements are joined by their ports: the pipes between a pump and a sprinkler."""

from __future__ import annotations

from typing import Any


def read_flows(model: Any) -> list[tuple[str, str]]:
    """Pairs of GlobalIds, upstream first where the ports say so.

    A port belongs to its element by `IfcRelNests` (IFC4) or `IfcRelConnectsPortToElement`.
    """
    owner: dict[int, str] = {}
    for relation in model.by_type("IfcRelConnectsPortToElement"):
        if relation.RelatingPort is not None and relation.RelatedElement is not None:
            owner[relation.RelatingPort.id()] = relation.RelatedElement.GlobalId
    for relation in model.by_type("IfcRelNests"):
        for part in relation.RelatedObjects or ():
            if part is not None and part.is_a("IfcPort") and relation.RelatingObject is not None:
                owner[part.id()] = relation.RelatingObject.GlobalId
    pairs: dict[tuple[str, str], None] = {}
    for relation in model.by_type("IfcRelConnectsPorts"):
        ports = (relation.RelatingPort, relation.RelatedPort)
        a, b = (None if port is None else owner.get(port.id()) for port in ports)
        if a is None or b is None or a == b:
            continue
        backwards = getattr(ports[0], "FlowDirection", None) == "SINK"
        pair = (b, a) if backwards else (a, b)
        if pair[::-1] not in pairs:
            pairs[pair] = None
    return list(pairs)

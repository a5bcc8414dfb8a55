"""Ports of an exported model: which elements of a system are joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from loaders.ifc.export.identity import Identities

Entity = Any


def write_ports(
    file: Any, identify: Identities, flows: Sequence[Mapping[str, Any]], made: Mapping[int, Entity]
) -> int:
    """Write two ports and their connection for each pair; how many pairs.

    The city knows who is joined and not through which port; the order of a pair tells upstream
    where the model said so. A direction is therefore not stated, which IFC allows.

    Parameters
    ----------
    file : ifcopenshell.file
        The model.
    identify : Identities
        GlobalIds.
    flows : sequence of mapping
        `from_id` and `to_id`, ids of the city.
    made : mapping of int to entity_instance
        Objects of the file by id.
    """
    ports: dict[int, list[Entity]] = defaultdict(list)
    for flow in flows:
        ends = flow["from_id"], flow["to_id"]
        pair = []
        for end, other in (ends, ends[::-1]):
            port = file.create_entity(
                "IfcDistributionPort",
                GlobalId=identify(f"port/{made[end].GlobalId}/{made[other].GlobalId}"),
            )
            ports[end].append(port)
            pair.append(port)
        file.create_entity(
            "IfcRelConnectsPorts", GlobalId=identify(f"joined/{pair[0].GlobalId}"),
            RelatingPort=pair[0], RelatedPort=pair[1],
        )  # fmt: skip
    for owner, nested in ports.items():
        file.create_entity(
            "IfcRelNests", GlobalId=identify(f"ports/{made[owner].GlobalId}"),
            RelatingObject=made[owner], RelatedObjects=nested,
        )  # fmt: skip
    return len(flows)

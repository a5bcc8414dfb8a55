"""Part of the second step: the room graph and the connections of pipes, by ids of the city."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from loaders.ifc.rows import ROLES
from loaders.ifc.scratch import GRAPH
from twin.store.interior import write_flow_edges, write_space_edges
from twin.store.loading import Load

_LISTED = 10


def connect(load: Load, scratch: Path, model_id: int, meaning: dict[str, Any]) -> None:
    """Write how the rooms of a model connect and which elements its ports join."""
    graph = orjson.loads((scratch / GRAPH).read_bytes())
    wanted = {edge[end] for edge in graph["edges"] for end in ("a", "b", "via") if edge[end]}
    flows = meaning["flows"]
    wanted |= {end for pair in flows for end in pair}
    ids = _ids(load, meaning, wanted)
    edges = [
        {
            **edge,
            "a_id": ids[edge["a"]],
            "b_id": ids.get(edge["b"]),
            "via_id": ids.get(edge["via"]),
        }
        for edge in graph["edges"]
        if edge["a"] in ids
    ]
    written = write_space_edges(load.connection, model_id, edges)
    write_flow_edges(load.connection, model_id, [(ids[a], ids[b]) for a, b in flows if a in ids and b in ids])
    load.report.georeference["room_graph"] = {
        "edges": written,
        "exits": sum(edge["kind"] == "exit" for edge in edges),
        "doors_within_a_room": graph["within"],
        "doors_without_a_room": len(graph["unlinked"]),
    }
    if graph["unlinked"] and meaning["space"]:
        more = f" and {len(graph['unlinked']) - _LISTED} more" if len(graph["unlinked"]) > _LISTED else ""
        load.warn(
            f"door-without-room: {len(graph['unlinked'])} doors have no room on any side: "
            f"{', '.join(graph['unlinked'][:_LISTED])}{more}"
        )


def _ids(load: Load, meaning: dict[str, Any], wanted: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for role in ROLES:
        keys = [row["global_id"] for row in meaning[role] if row["global_id"] in wanted]
        if keys:
            found |= zip(keys, load.feature_ids(role, keys).tolist(), strict=True)
    return found

"""The API's own description, OpenAPI 3.1, from the table of paths."""

from __future__ import annotations

from typing import Any

from twin.catalogue import COLLECTIONS
from twin.cli import installed_version
from twin.model.incident import SOURCES, IncidentStatus
from web.paths import PATHS, TYPES, Schema

_PATH_PARAMETERS: dict[str, Schema] = {
    "collection": {"type": "string", "enum": sorted(c.name for c in COLLECTIONS if c.access == "public")},
    "id": TYPES["id"],
    "building": {"type": "string", "description": "code or id"},
    "floor": TYPES["floor"],
    "code": {"type": "string"},
    "name": {"type": "string"},
}

_REFERENCES = {
    "/api/collections/{collection}/items post": "Feature",
    "/api/collections/{collection}/items/{id} patch": "FeatureChange",
    "/api/observations post": "Observations",
    "/api/incidents post": "IncidentReport",
    "/api/incidents/{id}/events post": "IncidentStep",
    "/api/alarms/{id}/acknowledge post": "Acknowledgement",
    "/api/placings/{id}/decide post": "PlacingDecision",
}

_MEDIA = {
    "/api/collections/{collection}/items": "application/geo+json",
    "/api/collections/{collection}/items/{id}": "application/geo+json",
    "/api/buildings/export": "application/city+json",
    "/api/buildings/{building}/ifc": "application/x-step",
    "/api/openapi.json": "application/vnd.oai.openapi+json;version=3.1",
    "/api/buildings/{building}/storeys/{floor}/plan": "image/svg+xml",
    "/live": "text/event-stream",
    "/metrics": "text/plain",
}

_CREATED = {
    "/api/collections/{collection}/items",
    "/api/incidents",
    "/api/incidents/{id}/events",
}


def document(root: str) -> Schema:
    """Return the description for a server at `root`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "City twin",
            "version": installed_version(),
            "description": "Features, search, sensors and incidents of a city. Positions are CRS84, "
            "heights metres above the vertical datum. A null value is unknown, never zero or no.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": root}],
        "paths": {
            path: {method: _operation(path, method, *said) for method, said in methods.items()}
            for path, methods in PATHS.items()
        },
        "components": {
            "schemas": _SCHEMAS,
            "responses": {
                "Problem": {
                    "description": "RFC 9457: what, where, what to do",
                    "content": {
                        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                    },
                }
            },
            "securitySchemes": {"writeKey": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(path: str, method: str, summary: str, query: dict[str, Any]) -> Schema:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": _PATH_PARAMETERS[name]} for name in names
    ]
    for marked, kind in query.items():
        name, needed = marked.removesuffix("!"), marked.endswith("!")
        schema = TYPES[kind] if isinstance(kind, str) else kind
        parameter: Schema = {"name": name, "in": "query", "required": needed, "schema": schema}
        if schema.get("type") == "array":
            parameter |= {"style": "form", "explode": False}
        parameters.append(parameter)
    status = "204" if method == "delete" else "201" if method == "post" and path in _CREATED else "200"
    good: Schema = {"description": summary}
    if status != "204":
        good["content"] = {_MEDIA.get(path, "application/json"): {"schema": {}}}
    operation: Schema = {
        "operationId": f"{method}{path}".replace("/", "_").replace("{", "").replace("}", ""),
        "summary": summary,
        "parameters": parameters,
        "responses": {status: good, "default": {"$ref": "#/components/responses/Problem"}},
    }
    schema_name = _REFERENCES.get(f"{path} {method}")
    if schema_name is not None:
        operation["requestBody"] = {
            "required": schema_name != "Acknowledgement",
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema_name}"}}},
        }
    if method != "get":
        operation["security"] = [{"writeKey": []}, {}]
    return operation


def _object(required: list[str], **properties: Schema) -> Schema:
    return {
        "type": "object",
        "required": required,
        "additionalProperties": False,
        "properties": properties,
    }


_TEXT: Schema = {"type": "string"}
_GEOMETRY: Schema = {"type": ["object", "null"], "description": "GeoJSON geometry, CRS84"}
_POINT: Schema = {"type": ["object", "null"], "description": "GeoJSON Point, CRS84"}

_SCHEMAS: dict[str, Schema] = {
    "Problem": {
        "type": "object",
        "required": ["title", "status", "detail", "instance"],
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "instance": _TEXT,
            "parameter": _TEXT,
        },
    },
    "Feature": _object(
        ["properties"],
        type={"const": "Feature"},
        properties={"type": "object"},
        geometry=_GEOMETRY,
        actor=_TEXT,
    ),
    "FeatureChange": _object([], properties={"type": "object"}, geometry=_GEOMETRY, actor=_TEXT),
    "Observations": _object(
        ["observations"],
        observations={
            "type": "array",
            "maxItems": 5_000,
            "items": _object(
                ["datastream", "phenomenon_time", "result"],
                datastream={"type": "string", "maxLength": 100},
                phenomenon_time=TYPES["instant"],
                result={"type": "number"},
                quality={"enum": [0, 1, 2], "default": 0},
            ),
        },
    ),
    "IncidentReport": _object(
        ["type", "level", "title"],
        type=_TEXT,
        level={"type": "integer", "minimum": 1, "maximum": 4},
        title={"type": "string", "minLength": 1, "maxLength": 200},
        geometry=_POINT,
        building_code=_TEXT,
        floor_no=TYPES["floor"],
        unit_code=_TEXT,
        source={"enum": list(SOURCES), "default": "119"},
        actor=_TEXT,
    ),
    "IncidentStep": _object(
        ["kind"],
        kind={"enum": ["state", "note", "resource", "location"]},
        to={"enum": [str(status) for status in IncidentStatus]},
        payload={"type": "object"},
        actor=_TEXT,
    ),
    "Acknowledgement": _object([], actor=_TEXT),
    "PlacingDecision": _object(
        ["decision"], decision={"enum": ["accepted", "rejected", "withdrawn"]}, note=_TEXT, actor=_TEXT
    ),
}

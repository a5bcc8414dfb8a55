"""Every path of the API with its methods, summary and query parameters: the one table of them."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TYPES: dict[str, Schema] = {
    "text": {"type": "string", "maxLength": 2000},
    "whole": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "id": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
    "floor": {"type": "integer", "minimum": -99, "maximum": 999, "not": {"const": 0}},
    "flag": {"type": "boolean"},
    "lon": {"type": "number", "minimum": -180, "maximum": 180},
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "metres": {"type": "number", "minimum": 0, "maximum": 50_000},
    "instant": {"type": "string", "format": "date-time"},
    "datetime": {"type": "string", "description": "instant, or start/end with .. for an open end (RFC 3339)"},
    "bbox": {
        "type": "array",
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
        "items": {"type": "number"},
        "description": "west,south,east,north, or with heights west,south,low,east,north,high; CRS84",
    },
}

_LIMIT = {"type": "integer", "minimum": 1}
_AS_OF = {"datetime": "instant"}
"""The answer as of then."""

PATHS: dict[str, dict[str, Any]] = {
    "/api/": {"get": ("Landing page", {})},
    "/api/conformance": {"get": ("Conformance classes", {})},
    "/api/openapi.json": {"get": ("This description", {})},
    "/api/collections": {"get": ("Collections", {})},
    "/api/collections/{collection}": {"get": ("One collection", {})},
    "/api/collections/{collection}/items": {
        "get": (
            "A page of features; further parameters are the collection's columns",
            {
                "bbox": "bbox",
                "datetime": "datetime",
                "limit": {**_LIMIT, "maximum": 10_000, "default": 10},
                "cursor": "id",
                "count": {"enum": ["estimate", "exact"], "default": "estimate"},
                "building": "text",
                "floor": "floor",
                "space": "id",
            },
        ),
        "post": ("Add a feature", {}),
    },
    "/api/collections/{collection}/items/{id}": {
        "get": ("One feature", {"datetime": "datetime"}),
        "patch": ("Change values of a feature; the version before is kept", {}),
        "delete": ("Close a feature; its history is kept", {}),
    },
    "/api/layers": {"get": ("Layers of the map with their columns and sizes", {})},
    "/api/codes": {"get": ("Code lists", {})},
    "/api/search": {
        "get": (
            "Search by name, address, code or pinyin",
            {
                "q!": {"type": "string", "minLength": 1, "maxLength": 100},
                "limit": {**_LIMIT, "maximum": 50, "default": 10},
                "lang": {"enum": ["zh", "en"], "default": "zh"},
            },
        )
    },
    "/api/buildings/{building}/dossier": {"get": ("Everything known about a building", _AS_OF)},
    "/api/buildings/{building}/quick-sheet": {"get": ("What a fire crew needs first", _AS_OF)},
    "/api/buildings/{building}/storeys/{floor}": {"get": ("One storey with what is on it", _AS_OF)},
    "/api/buildings/{building}/storeys/{floor}/plan": {
        "get": (
            "Drawing of a storey as SVG",
            {"lang": {"enum": ["zh", "en"], "default": "zh"}, **_AS_OF},
        )
    },
    "/api/buildings/{building}/graph": {"get": ("Rooms and how they connect", {"floor": "floor", **_AS_OF})},
    "/api/buildings/{building}/escape": {
        "get": (
            "Longest way to an exit or a protected stair, of each room",
            {"floor": "floor", "over_m": "metres", **_AS_OF},
        )
    },
    "/api/buildings/{building}/only-way": {
        "get": ("Rooms whose only way out of the building passes a room", {"space!": "id", **_AS_OF})
    },
    "/api/buildings/{building}/equipment": {
        "get": (
            "Equipment from one floor to another, with counts",
            {"from": "floor", "to": "floor", "kind": "text", **_AS_OF},
        )
    },
    "/api/buildings/{building}/compartments": {"get": ("Fire compartments", _AS_OF)},
    "/api/buildings/{building}/compartments/{name}/walls": {
        "get": (
            "Walls around a compartment that hold a fire too short a time",
            {"under_min": {"type": "number", "minimum": 0, "maximum": 600, "default": 60}, **_AS_OF},
        )
    },
    "/api/spaces/near": {
        "get": (
            "Rooms near a riser, straight through space",
            {
                "element!": "id",
                "within_m": {"type": "number", "minimum": 0, "maximum": 1_000, "default": 30},
                "stacked": "flag",
                **_AS_OF,
            },
        )
    },
    "/api/spaces/below-ground": {
        "get": (
            "Rooms below ground, or partly so",
            {"building": "text", "limit": {**_LIMIT, "maximum": 10_000, "default": 1_000}, **_AS_OF},
        )
    },
    "/api/equipment/{id}/supply": {"get": ("The riser a sprinkler or hydrant hangs on", _AS_OF)},
    "/api/models/{id}/versions": {"get": ("Loads that left a version of a model", {})},
    "/api/models/{id}/changes": {
        "get": ("What differs between two versions of a model", {"from": "id", "to": "id"})
    },
    "/api/models/{id}/systems": {"get": ("Systems, zones and compartments of a model", _AS_OF)},
    "/api/models/{id}/unclassified": {"get": ("Equipment of no known kind, as a work list", _AS_OF)},
    "/api/models/{id}/section": {
        "get": (
            "The faces a plane cuts out of the objects of a model",
            {
                "plane!": {
                    "type": "string",
                    "description": "lon,lat,height,azimuth,tilt: a place on it and the way that is cut away",
                },
                "also": {"type": "string", "description": "further planes that cut, with | between"},
                **_AS_OF,
            },
        )
    },
    "/api/section": {
        "get": (
            "The faces a plane cuts out of buildings without a model",
            {
                "plane!": {
                    "type": "string",
                    "description": "lon,lat,height,azimuth,tilt: a place on it and the way that is cut away",
                },
                "also": {"type": "string", "description": "further planes that cut, with | between"},
                "building": "id",
                "bbox": "bbox",
                **_AS_OF,
            },
        )
    },
    "/api/models/{id}/tree": {"get": ("Storeys with how many objects of each class", _AS_OF)},
    "/api/models/{id}/objects": {
        "get": (
            "Objects of a model by words, floor and class",
            {
                "q": "text",
                "floor": "floor",
                "storey": "id",
                "class": "text",
                "kind": "text",
                "limit": {**_LIMIT, "maximum": 1_000, "default": 100},
                "skip": {"type": "integer", "minimum": 0, "default": 0},
                **_AS_OF,
            },
        )
    },
    "/api/models/{id}/attributes": {"get": ("By what the objects of a model can be told apart", _AS_OF)},
    "/api/models/{id}/values": {
        "get": ("Objects of a model by what they have as one attribute", {"of!": "text", **_AS_OF})
    },
    "/api/objects/{id}": {"get": ("An object of a model with its property sets", _AS_OF)},
    "/api/buildings/lacking": {
        "get": (
            "Buildings near a place without a protection, or of which nobody knows",
            {
                "protection!": {"enum": ["sprinkler", "indoor_hydrant", "alarm_system"]},
                "lon!": "lon",
                "lat!": "lat",
                "within_m": {"type": "number", "exclusiveMinimum": 0, "maximum": 5_000, "default": 500},
                "status": {
                    "type": "string",
                    "description": "some of present,absent,unknown; default absent,unknown",
                },
                **_AS_OF,
            },
        )
    },
    "/api/buildings/export": {
        "get": (
            "Buildings with parts, solids and the meaning of their faces as CityJSON 2.0, at most 1000; "
            "or whole with what is inside as one IFC4 file, at most 50",
            {
                "ids": {"type": "string", "description": "codes or ids, with commas between"},
                "bbox": "bbox",
                "format": {"enum": ["cityjson", "ifc"], "default": "cityjson"},
                "content": {"enum": ["all", "spaces"], "description": "of format=ifc only"},
                **_AS_OF,
            },
        )
    },
    "/api/buildings/{building}/ifc": {
        "get": (
            "A building with storeys, rooms, elements, equipment and properties as an IFC4 file",
            {"content": {"enum": ["all", "spaces"], "default": "all"}, **_AS_OF},
        )
    },
    "/api/hydrants/nearest": {
        "get": (
            "Nearest hydrants, usable ones first",
            {"lon!": "lon", "lat!": "lat", "limit": {**_LIMIT, "maximum": 50, "default": 5}, **_AS_OF},
        )
    },
    "/api/sunlight": {
        "get": (
            "Minutes of direct sun at a place on a day, in true solar time, and what is in the way",
            {
                "lon!": "lon",
                "lat!": "lat",
                "z": {"type": "number", "minimum": -1_000, "maximum": 10_000},
                "date!": {"type": "string", "format": "date"},
                "from": {"type": "string", "default": "08:00"},
                "to": {"type": "string", "default": "16:00"},
                "step_min": {"type": "integer", "minimum": 1, "maximum": 60, "default": 2},
                "azimuth": {"type": "number", "minimum": -360, "maximum": 360},
                "tilt": {"type": "number", "minimum": -90, "maximum": 90, "default": 0},
            },
        )
    },
    "/api/utilities/profile": {
        "get": (
            "Ground, pipes and cables along a line, the shallowest first; as numbers or as a drawing",
            {
                "line!": {"type": "string", "description": "lon,lat;lon,lat;... of 0.5 to 5000 m, CRS84"},
                "within_m": {"type": "number", "minimum": 0, "maximum": 50, "default": 3},
                "kinds": {"type": "string", "description": "codes of the list pipe, with commas between"},
                "datetime": "instant",
                "f": {"enum": ["json", "svg"], "default": "json"},
                "lang": {"enum": ["zh", "en"], "default": "zh"},
            },
        )
    },
    "/api/observations": {"post": ("Store readings, at most 5000 at once", {})},
    "/api/sensors/states": {
        "get": (
            "Sensors by state",
            {"bbox": "bbox", "building": "text", "floor": "floor", "type": "text", "datetime": "instant"},
        )
    },
    "/api/datastreams/{code}/observations": {
        "get": (
            "Readings of one datastream",
            {
                "from": "instant",
                "to": "instant",
                "limit": {**_LIMIT, "maximum": 100_000, "default": 10_000},
                "f": {"enum": ["json", "csv"], "default": "json"},
            },
        )
    },
    "/api/alarms": {
        "get": (
            "Alarms, the newest first",
            {
                "open": "flag",
                "building": "text",
                "limit": {**_LIMIT, "maximum": 5_000, "default": 500},
                "datetime": "instant",
            },
        )
    },
    "/api/alarms/{id}/acknowledge": {"post": ("Note who has seen an alarm", {})},
    "/api/incidents": {
        "get": (
            "Incidents, the newest first",
            {
                "open": "flag",
                "building": "text",
                "limit": {**_LIMIT, "maximum": 2_000, "default": 200},
                "datetime": "instant",
            },
        ),
        "post": ("Report an incident", {}),
    },
    "/api/incidents/{id}": {"get": ("One incident with its steps", {})},
    "/api/incidents/{id}/events": {"post": ("Append a step; kind state moves the incident", {})},
    "/api/loads": {
        "get": ("Loads, the newest first", {"limit": {**_LIMIT, "maximum": 1_000, "default": 100}})
    },
    "/api/loads/{id}": {"get": ("One load with what it refused", {})},
    "/api/models/{id}/checks": {
        "get": (
            "What the newest check of a building model found, or that of its version of then",
            {
                "rule": "text",
                "answer": {"enum": ["fail", "unknown"]},
                "severity": {"enum": ["error", "warning", "info"]},
                "floor": "floor",
                "limit": {**_LIMIT, "maximum": 10_000, "default": 1_000},
                **_AS_OF,
            },
        )
    },
    "/api/placings": {
        "get": (
            "Proposed places of building models, the open ones first",
            {"source": "text", "open": "flag", "limit": {**_LIMIT, "maximum": 2_000, "default": 200}},
        )
    },
    "/api/placings/{id}": {"get": ("One proposed place with the outlines before and after", {})},
    "/api/placings/{id}/decide": {"post": ("Accept or reject a proposed place", {})},
    "/api/coverages": {"get": ("Registered rasters", {})},
    "/api/pointclouds": {"get": ("Registered point clouds", {})},
    "/live": {"get": ("Server-sent events of everything that is committed", {"cursor": "text"})},
    "/healthz": {"get": ("Health", {})},
    "/metrics": {"get": ("Counts for Prometheus", {})},
}
"""Summary and query parameters of each operation; a name that ends in ! must be given."""

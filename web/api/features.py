"""OGC API Features core: collections, items, item (CRS84, GeoJSON)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Blueprint, Response, request

from twin.catalogue import COLLECTIONS, collection
from twin.errors import InvalidParameter, NotFound
from twin.model.collection import Collection, Column
from twin.queries.buildings import building_id
from twin.queries.items import ItemQuery, counted_items, item, readable
from twin.queries.layers import code_lists, layer_sizes
from web.access import circles
from web.answer import GEOJSON, json
from web.composition import parts
from web.params import Query, instant, number

blueprint = Blueprint("features", __name__)

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
LARGEST_PAGE = 10_000
PAGING = ("bbox", "datetime", "limit", "cursor", "count", "building", "floor", "space")


@blueprint.get("/api/collections")
def get_collections() -> Response:
    """Every collection the caller may read."""
    Query(request.args, set())
    sizes = layer_sizes(parts().database)
    seen = [c for c in COLLECTIONS if c.access in _circles()]
    return json(
        {
            "collections": [describe(c, sizes[c.name]) for c in seen],
            "links": [link("self", "/api/collections", "application/json")],
        }
    )


@blueprint.get("/api/collections/<name>")
def get_collection(name: str) -> Response:
    """One collection."""
    Query(request.args, set())
    found = visible(name)
    return json(describe(found, layer_sizes(parts().database)[name]))


@blueprint.get("/api/collections/<name>/items")
def get_items(name: str) -> Response:
    """A page of features."""
    found = visible(name)
    filterable = [c for c in readable(found, _circles()) if c.kind not in ("json", "place")]
    query = Query(request.args, {*PAGING, *(c.name for c in filterable)})
    asked = _asked(query, filterable)
    exact = query.choice("count", ("estimate", "exact"), "estimate") == "exact"
    page, matched = counted_items(parts().database, found, asked, exact=exact)
    if not matched:
        _require_codes(filterable, asked)
    path = f"/api/collections/{name}/items"
    links = [link("self", path, GEOJSON, dict(request.args)), link("collection", f"/api/collections/{name}")]
    if page.next_after is not None:
        links.append(link("next", path, GEOJSON, {**request.args, "cursor": str(page.next_after)}))
    head = {"numberReturned": page.returned, "numberMatched": matched, "links": links}
    content = b"".join((orjson.dumps(head)[1:-1], b',"features":[', page.features.encode(), b"]}"))
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    data = b'{"type":"FeatureCollection","timeStamp":"%s",' % now.encode() + content
    response = json(data, media_type=GEOJSON, content=content)
    response.headers["Content-Crs"] = f"<{CRS84}>"
    return response


@blueprint.get("/api/collections/<name>/items/<identity>")
def get_item(name: str, identity: str) -> Response:
    """One feature."""
    found = visible(name)
    query = Query(request.args, {"datetime"})
    asked = ItemQuery(circles=_circles())
    span = query.interval()
    if span is not None:
        asked = replace(asked, start=span.start, end=span.end)
    text = item(parts().database, found, feature_id(found, identity), asked)
    response = json(with_links(text, found, identity), media_type=GEOJSON)
    response.headers["Content-Crs"] = f"<{CRS84}>"
    return response


def visible(name: str) -> Collection:
    """Return the collection of that name, if the caller may know of it."""
    found = collection(name)
    if found.access not in _circles():
        raise NotFound(f"there is no collection '{name}'")
    return found


def feature_id(found: Collection, identity: str) -> int:
    """Read the id in a path."""
    if not (identity.isascii() and identity.isdigit() and len(identity) <= 18):
        raise NotFound(f"collection '{found.name}' has no feature '{identity[:40]}'; ids are whole numbers")
    return int(identity)


def with_links(feature: str, found: Collection, identity: str) -> bytes:
    """GeoJSON text of one feature with its links."""
    path = f"/api/collections/{found.name}"
    links = [link("self", f"{path}/items/{identity}", GEOJSON), link("collection", path)]
    return feature[:-1].encode() + b',"links":' + orjson.dumps(links) + b"}"


def describe(found: Collection, size: dict[str, Any]) -> dict[str, Any]:
    """Collection resource of OGC API Features, with names in both languages."""
    path = f"/api/collections/{found.name}"
    body: dict[str, Any] = {
        "id": found.name,
        "title": f"{found.zh} / {found.en}",
        "zh": found.zh,
        "en": found.en,
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            link("self", path),
            link("items", f"{path}/items", GEOJSON),
        ],
    }
    if size["west"] is not None:
        box = [round(size[side], 6) for side in ("west", "south", "east", "north")]
        body["extent"] = {"spatial": {"bbox": [box], "crs": CRS84}}
    return body


def link(
    rel: str, path: str, media_type: str = "application/json", query: dict[str, str] | None = None
) -> dict[str, str]:
    """One link, absolute as OGC API wants it."""
    tail = f"?{urlencode(query)}" if query else ""
    return {"rel": rel, "type": media_type, "href": request.url_root.rstrip("/") + path + tail}


def _circles() -> frozenset[str]:
    return circles(request, parts().settings)


def _asked(query: Query, filterable: list[Column]) -> ItemQuery:
    box, span, place = query.box(), query.interval(), query.text("building")
    return ItemQuery(
        # a page larger than there is gets the largest there is (OGC 17-069r4, 7.15.3)
        limit=min(query.integer("limit", 10, low=1) or 10, LARGEST_PAGE),
        after=query.integer("cursor", 0, low=0, high=2**63 - 1) or 0,
        bbox=None if box is None else box[:4],
        z_range_m=None if box is None or box.low_m is None or box.high_m is None else (box.low_m, box.high_m),
        start=span.start if span else None,
        end=span.end if span else None,
        building=None if place is None else building_id(parts().database, place, _circles()),
        floor=query.floor(),
        space=query.integer("space", low=0, high=10**18 - 1),
        equal={c.name: _value(c, query.text(c.name) or "") for c in filterable if c.name in query},
        circles=_circles(),
    )


def _require_codes(filterable: list[Column], asked: ItemQuery) -> None:
    """Tell a code that is none from one nothing has; where something has it, no list need know it."""
    coded = [c for c in filterable if c.code_list is not None and c.name in asked.equal]
    known = code_lists(parts().database) if coded else {}
    for column in coded:
        codes = [entry["code"] for entry in known.get(column.code_list or "", ())]
        value = str(asked.equal[column.name])
        # a city without the code list cannot say what is wrong
        if codes and value not in codes:
            raise InvalidParameter(
                column.name,
                f"'{value[:80]}' is not in code list '{column.code_list}'; it has {', '.join(codes)}",
            )


def _whole(name: str, text: str) -> int:
    value = number(name, text, -(2**31), 2**31 - 1)
    if not value.is_integer():
        raise InvalidParameter(name, f"'{text[:80]}' is not a whole number")
    return int(value)


def _boolean(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise InvalidParameter(name, f"'{text[:80]}' is neither true nor false")
    return text == "true"


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidParameter(name, f"'{text[:80]}' is not a date such as 2026-11-20") from None


_READERS: dict[str, Callable[[str, str], Any]] = {
    "integer": _whole,
    "integer_array": _whole,
    "real": lambda name, text: number(name, text, float("-inf"), float("inf")),
    "boolean": _boolean,
    "date": _day,
    "timestamp": instant,
}


def _value(column: Column, text: str) -> Any:
    read = _READERS.get(column.kind)
    return text if read is None else read(column.name, text)

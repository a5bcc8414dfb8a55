"""The door of the API: landing page, conformance, description."""

from __future__ import annotations

from flask import Blueprint, Response, request

from web.answer import json
from web.api.features import link
from web.openapi import document
from web.params import Query

blueprint = Blueprint("landing", __name__)

CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
_OPENAPI = "application/vnd.oai.openapi+json;version=3.1"


@blueprint.get("/api/")
@blueprint.get("/api")
def landing() -> Response:
    """Where everything is."""
    Query(request.args, set())
    return json(
        {
            "title": "罗湖城市孪生 / Luohu city twin",
            "description": "OGC API Features, vector tiles, search, sensors and incidents of a city",
            "links": [
                link("self", "/api/"),
                link("service-desc", "/api/openapi.json", _OPENAPI),
                link("conformance", "/api/conformance"),
                link("data", "/api/collections"),
            ],
        }
    )


@blueprint.get("/api/conformance")
def conformance() -> Response:
    """What the API holds to."""
    Query(request.args, set())
    return json({"conformsTo": list(CONFORMS_TO)})


@blueprint.get("/api/openapi.json")
def openapi() -> Response:
    """The API's description."""
    Query(request.args, set())
    return json(document(request.url_root.rstrip("/")), media_type=_OPENAPI)

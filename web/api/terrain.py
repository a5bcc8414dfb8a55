"""Rasters as tiles: `/terrain/...` for heights, `/raster/...` for pictures and contours."""

from __future__ import annotations

from flask import Blueprint, Response, request

from tiles.raster.geodetic import GeodeticTile
from tiles.raster.source import DEFAULT_SIZE
from web import answer
from web.api.tiles import coordinate, send, whole
from web.composition import parts
from web.params import Query

blueprint = Blueprint("terrain", __name__)


@blueprint.get("/terrain/<name>/<z>/<x>/<y>.png")
def terrain_tile(name: str, z: str, x: str, y: str) -> Response:
    """Heights as Mapbox terrain-RGB."""
    return send(parts().tiles.rasters.terrain(name, coordinate(z, x, y), _size()))


@blueprint.get("/raster/<name>/<z>/<x>/<y>.png")
def raster_tile(name: str, z: str, x: str, y: str) -> Response:
    """Hillshade of an elevation model, or the colours of an image."""
    return send(parts().tiles.rasters.picture(name, coordinate(z, x, y), _size()))


@blueprint.get("/terrain/<name>/layer.json")
def mesh_layer(name: str) -> Response:
    """What a globe must know of the meshes of an elevation model."""
    Query(request.args, ("v",))
    return answer.json(parts().tiles.rasters.layer(name))


@blueprint.get("/terrain/<name>/<z>/<x>/<y>.terrain")
def mesh_tile(name: str, z: str, x: str, y: str) -> Response:
    """Ground as quantized-mesh-1.0 with normals; TMS, longitude and latitude."""
    Query(request.args, ("v",))
    place = GeodeticTile.checked(*(whole(*given) for given in (("z", z), ("x", x), ("y", y))))
    return send(parts().tiles.rasters.mesh(name, place))


@blueprint.get("/terrain/<name>.json")
def terrain_tilejson(name: str) -> Response:
    """TileJSON of an elevation model, for a `raster-dem` source."""
    return _tilejson("terrain", name)


@blueprint.get("/raster/<name>.json")
def raster_tilejson(name: str) -> Response:
    """TileJSON of a hillshade or an image, for a `raster` source."""
    return _tilejson("raster", name)


@blueprint.get("/raster/<name>/contours/<z>/<x>/<y>.mvt")
def contour_tile(name: str, z: str, x: str, y: str) -> Response:
    """Lines of equal height as a vector tile; 204 where there are none."""
    return send(parts().tiles.rasters.contours(name, coordinate(z, x, y), _interval_m()))


@blueprint.get("/raster/<name>/contours.json")
def contour_tilejson(name: str) -> Response:
    """TileJSON of the contours of an elevation model."""
    root = request.url_root.rstrip("/")
    return answer.json(parts().tiles.rasters.contour_tilejson(name, root, _interval_m()))


def _interval_m() -> float | None:
    return Query(request.args, ("interval_m", "v")).real("interval_m", low=0.1, high=5_000)


def _tilejson(route: str, name: str) -> Response:
    root = request.url_root.rstrip("/")
    return answer.json(parts().tiles.rasters.tilejson(route, name, root, _size()))


def _size() -> int:
    """`v` is in the addresses of the TileJSON only to make them change with the content."""
    return Query(request.args, ("size", "v")).integer("size") or DEFAULT_SIZE

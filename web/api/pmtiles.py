"""Baked archives: `/pmtiles` lists them, `{name}.pmtiles` is the file, `{name}.json` its TileJSON."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from tiles.archive.place import archive_path, public_folder
from tiles.archive.reader import Mark, mark_of
from tiles.archive.shelved import Shelved
from twin.errors import Forbidden, NotFound, SourceUnreadable, TwinError
from web import answer
from web.composition import parts

blueprint = Blueprint("pmtiles", __name__)

_MEDIA = "application/vnd.pmtiles"


@blueprint.get("/pmtiles")
def archives() -> Response:
    """Names and layers of the archives anybody may have."""
    found = []
    for path in sorted(public_folder(parts().settings.state_dir).glob("*.pmtiles")):
        try:
            found.append(_document(path.name.removesuffix(".pmtiles")))
        except TwinError:
            # not one of ours, or gone meanwhile: the log of the source of tiles says why
            continue
    return answer.json({"archives": found})


@blueprint.get("/pmtiles/<name>.pmtiles")
def archive(name: str) -> Response:
    """The file, whole or by range. It is as it was baked; `/tiles` shows what changed since."""
    _opened(name)
    file = archive_path(parts().settings.state_dir, name, public=True).open("rb")
    inode, modified_ns, size = mark_of(os.fstat(file.fileno()))
    tag = f"{inode:x}-{modified_ns:x}-{size:x}"
    response = send_file(file, mimetype=_MEDIA, etag=tag, conditional=False)
    response.content_length = size
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Accept-Ranges"] = "bytes"
    # conditions come before ranges (RFC 9110, 13.2.2), which `make_conditional` does the other way round
    if request.if_match and tag not in request.if_match:
        return _bare(response, 412)
    if request.if_none_match.contains_weak(tag):
        return _bare(response, 304)
    if "," in request.headers.get("Range", ""):
        # several ranges at once: a server may answer with the whole (RFC 9110, 14.2)
        return response
    try:
        return response.make_conditional(request, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        response.headers["Content-Range"] = f"bytes */{size}"
        return _bare(response, 416)


def _bare(response: Response, status: int) -> Response:
    """The headers without the file."""
    response.close()
    headers = response.headers
    headers.pop("Content-Length", None)
    headers.pop("Content-Type", None)
    return Response(status=status, headers=headers)


@blueprint.get("/pmtiles/<name>.json")
def archive_tilejson(name: str) -> Response:
    """TileJSON 3.0 of an archive, whose tiles are fresh."""
    return answer.json(_document(name))


def _document(name: str) -> dict[str, Any]:
    shelved = _opened(name)
    header, metadata = shelved.archive.header, shelved.archive.metadata
    root = request.url_root.rstrip("/")
    west, south, east, north = (
        header[side] / 1e7  # type: ignore[literal-required]
        for side in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
    )
    return {
        "tilejson": "3.0.0",
        "name": name,
        "description": metadata["name"],
        "scheme": "xyz",
        # not from the file alone: what was touched since it was baked is made anew
        "tiles": [f"{root}/tiles/{','.join(shelved.names)}/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": header["min_zoom"],
        "maxzoom": header["max_zoom"],
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, header["center_zoom"]],
        "vector_layers": metadata["vector_layers"],
        "archive": f"{root}/pmtiles/{name}.pmtiles",
        "tile_count": header["addressed_tiles_count"],
        "bytes": shelved.archive.mark[2],
    }


def _opened(name: str) -> Shelved:
    """Open an archive that anybody may have.

    Raises
    ------
    InvalidParameter, NotFound
        It is no name of an archive, or of none there is.
    """
    path = archive_path(parts().settings.state_dir, name, public=True)
    try:
        return _kept(path, mark_of(path.stat()))
    except (FileNotFoundError, Forbidden):
        # whether a restricted one lies here is nobody's business
        raise NotFound(f"there is no archive '{name}'; /pmtiles lists them") from None
    except SourceUnreadable as error:
        raise NotFound(str(error)) from error


@lru_cache(maxsize=32)
def _kept(path: Path, mark: Mark) -> Shelved:
    """Read an archive once; every range asks for it."""
    return Shelved.opened(path)

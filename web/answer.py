"""JSON out: encoded once, tagged by its content, compressed where that pays."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from flask import Response, request
from isal import igzip

GEOJSON = "application/geo+json"
CITYJSON = "application/city+json"
_SMALLEST = 1_000
_COMPRESSIBLE = (
    "application/json",
    "application/geo+json",
    "application/city+json",
    "application/problem+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    "image/svg+xml",
    "text/csv",
    "text/plain",
    "text/html",
)


def json(
    value: Any,
    *,
    status: int = 200,
    media_type: str = "application/json",
    headers: dict[str, str] | None = None,
    content: bytes | None = None,
) -> Response:
    """Answer with JSON.

    A GET carries an ETag of its content and answers 304 to a caller who has it; it may be
    kept but is always asked again, for everything here is live. `content` are the bytes the
    ETag is of, where the answer says more than its content, such as when it was given.
    """
    data = value if isinstance(value, bytes) else orjson.dumps(value, default=_plain)
    response = Response(data, status=status, content_type=media_type)
    if headers:
        response.headers.update(headers)
    if request.method in {"GET", "HEAD"} and status == 200:
        tag(response, data if content is None else content)
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def tag(response: Response, data: bytes) -> None:
    """Give an answer its ETag and turn it into 304 where the caller has it."""
    response.set_etag(content_tag(data))
    scope = "private" if "Authorization" in request.headers else "public"
    response.headers["Cache-Control"] = f"{scope}, no-cache"
    response.headers["Vary"] = "Accept-Encoding, Authorization"
    response.make_conditional(request)


def content_tag(data: bytes) -> str:
    """ETag of an answer: a hash of its bytes."""
    return hashlib.blake2b(data, digest_size=12).hexdigest()


def compress(response: Response) -> Response:
    """Gzip what is text, long enough, and not yet encoded or streamed."""
    if (
        response.status_code not in {200, 201}
        or response.is_streamed
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or (response.content_type or "").partition(";")[0] not in _COMPRESSIBLE
        or not takes_gzip()
    ):
        return response
    data = response.get_data()
    if len(data) < _SMALLEST:
        return response
    response.set_data(igzip.compress(data, compresslevel=1))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def takes_gzip() -> bool:
    """Whether the caller takes gzip: named or by `*`, and not with quality 0."""
    return request.accept_encodings.quality("gzip") > 0


def _plain(value: object) -> object:
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")

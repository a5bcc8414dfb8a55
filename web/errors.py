"""From errors to HTTP: one table, one form (`application/problem+json`, RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

import orjson
import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from twin import errors

_log = structlog.get_logger(__name__)

STATUS: dict[type[errors.TwinError], int] = {
    errors.InvalidInput: 400,
    errors.TooLarge: 413,
    errors.Unprocessable: 422,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Forbidden: 403,
    errors.SourceUnreadable: 422,
    errors.Unavailable: 503,
    errors.SetupError: 503,
}
"""Status of each error; one that is not named has that of its nearest ancestor."""

RETRY_AFTER_S = 2


def status_of(error: errors.TwinError) -> int:
    """HTTP status of an error."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem(status: int, detail: str, **more: object) -> Response:
    """Build a problem document.

    Parameters
    ----------
    status : int
        HTTP status.
    detail : str
        What, where, what to do.
    **more
        Further members.
    """
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
        **more,
    }
    response = Response(
        orjson.dumps(body, default=str), status=status, content_type="application/problem+json"
    )
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def register(app: Flask) -> None:
    """Answer every error of `app` with a problem document."""
    app.register_error_handler(errors.TwinError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _ours(error: errors.TwinError) -> Response:
    status = status_of(error)
    if status >= 500:
        _log.warning("request_failed", path=request.path, error=str(error))
    more = {"parameter": error.name} if isinstance(error, errors.InvalidParameter) else {}
    return problem(status, str(error), **more)


def _http(error: HTTPException) -> Response:
    response = problem(error.code or 500, error.description or "")
    for name, value in error.get_headers():
        if name.lower() in {"allow", "location", "www-authenticate"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    # the trace is for us; a caller learns nothing of our insides
    _log.exception("request_crashed", path=request.path, method=request.method)
    return problem(500, "the server failed on this request; the failure is in its log")

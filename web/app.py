"""The web application: opens the parts, registers the blueprints, guards the borders.

`create_app` is called in the process that serves (a worker, after the fork):
it opens a pool of connections. Polling starts with the first request.
"""

from __future__ import annotations

import pkgutil
import time
from importlib import import_module

from flask import Flask, Response, g, request

import web.api
import web.pages
from tiles.shared import SharedTiles
from tiles.vector.snapshot.shared import SharedCopies
from twin.errors import InvalidInput, NotFound
from twin.settings import Settings
from web import answer, cors, errors, log
from web.composition import compose, parts
from web.door import Door
from web.static_file import static_file

_LARGEST_ID = 2**63 - 1
_HEADERS = {
    # Cesium's tile decoder is WebAssembly
    # MapLibre's worker comes from our own files or a blob; Lit and MapLibre set styles in place
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "child-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), payment=(), usb=()",
}


def create_app(
    settings: Settings | None = None, shared: SharedTiles | None = None, copies: SharedCopies | None = None
) -> Flask:
    """Make the application.

    Parameters
    ----------
    settings : Settings, optional
        Default: read from the environment.
    shared : SharedTiles, optional
        Tiles of all processes of this server; default: this is the only one.
    copies : SharedCopies, optional
        Copies of layers of all processes of this server.
    """
    log.configure()
    settings = settings or Settings.from_env()
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_mb * 1_000_000
    app.json.sort_keys = False  # type: ignore[attr-defined]
    composition = compose(settings, shared, copies)
    app.extensions["twin"] = composition
    errors.register(app)
    for name in _blueprint_modules():
        app.register_blueprint(import_module(name).blueprint)
    app.view_functions["static"] = static_file
    app.before_request(_begin)
    app.after_request(_finish)
    app.wsgi_app = Door(app.wsgi_app, composition.tiles, composition.meter, _HEADERS)  # type: ignore[method-assign]
    return app


def _blueprint_modules() -> list[str]:
    """Every module of `web.api` and of `web.pages`."""
    return sorted(
        f"{package.__name__}.{module.name}"
        for package in (web.api, web.pages)
        for module in pkgutil.iter_modules(package.__path__)
    )


def _begin() -> None:
    g.began = time.perf_counter()
    if "\0" in request.path:
        raise InvalidInput("the path contains a NUL character")
    if any(
        isinstance(value, int) and abs(value) > _LARGEST_ID for value in (request.view_args or {}).values()
    ):
        raise NotFound(f"there is nothing at '{request.path[:100]}'")
    # here and not in create_app: a thread does not survive a fork
    parts().feed.start()


def _finish(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response = cors.allow(request, response, parts().settings)
    response = answer.compress(response)
    began = g.get("began")
    if began is not None:
        parts().meter.record(
            request.endpoint or "none", request.method, response.status_code, time.perf_counter() - began
        )
    return response

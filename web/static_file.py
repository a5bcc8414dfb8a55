"""The built client's files, in the compressed form where the browser takes it."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Response, current_app, send_from_directory

from web import answer


def static_file(filename: str) -> Response:
    """Send a file of `web/static`; its `.gz` neighbour where there is one and gzip is accepted.

    Raises
    ------
    werkzeug.exceptions.NotFound
        There is no such file below the folder.
    """
    folder = Path(current_app.static_folder or "static")
    packed = answer.takes_gzip()
    if packed and filename.endswith((".js", ".mjs", ".css")) and (folder / f"{filename}.gz").is_file():
        response = send_from_directory(folder, f"{filename}.gz", mimetype=mimetypes.guess_type(filename)[0])
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = send_from_directory(folder, filename)
    response.vary.add("Accept-Encoding")
    return response

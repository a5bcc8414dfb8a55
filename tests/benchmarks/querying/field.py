"""Servers that answer questions, and how tipg and pygeoapi are told of the tables of peers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from tests.benchmarks.environment import peers_python
from tests.benchmarks.tiling.servers import Contestant, missing, serve, tcp_like
from twin.settings import Settings

ITEMS = {"tipg": "/collections/public.peer_{layer}/items", "pygeoapi": "/collections/{layer}/items"}
"""Path of a page of features, by peer."""
_LAYERS = ("building", "utility_line")
_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@dataclass
class Field:
    """Who takes part, and who does not and why.

    Attributes
    ----------
    servers : list of Contestant
        Running; ours first.
    absent : dict of str to str
        Reason by name.
    """

    servers: list[Contestant]
    absent: dict[str, str]


def field(settings: Settings, scratch: Path, stack: ExitStack) -> Field:
    """Start ours and every peer that can take part."""
    twin = [sys.executable, "-m", "twin", "serve", "--port"]
    environment = {
        "DATABASE_URL": settings.dsn,
        "TWIN_STATE_DIR": str(settings.state_dir),
        # no tile is asked for: copies of the layers would only take memory
        "TWIN_SNAPSHOT_MB": "0",
    }
    found = Field([stack.enter_context(serve("twin", "/api/health", twin, environment, scratch=scratch))], {})
    if "tipg" in missing():
        found.absent["tipg"] = "it is not installed"
    else:
        command = [sys.executable, "-m", "uvicorn", "tipg.main:app", "--log-level", "error", "--port"]
        told = {"DATABASE_URL": tcp_like(settings), "TIPG_DB_SCHEMAS": '["public"]'}
        found.servers.append(stack.enter_context(serve("tipg", "/", command, told, scratch=scratch)))
    try:
        python = peers_python(settings)
    except CalledProcessError as error:
        found.absent["pygeoapi"] = f"its environment cannot be made: {error}"
        return found
    told = _pygeoapi(python, settings, scratch)
    # threads, for the plain workers of gunicorn close a connection after every answer
    command = [str(python), "-m", "gunicorn", "pygeoapi.flask_app:APP", "--worker-class", "gthread"]
    command += ["--threads", "4", "--keep-alive", "75", "--log-level", "error", "--bind"]
    found.servers.append(stack.enter_context(serve("pygeoapi", "/", command, told, scratch=scratch)))
    return found


def _pygeoapi(python: Path, settings: Settings, scratch: Path) -> dict[str, str]:
    """Write what pygeoapi is configured by; the environment that names it."""
    configured, described = scratch / "pygeoapi.json", scratch / "pygeoapi-openapi.json"
    configured.write_text(json.dumps(_configuration(settings)), encoding="utf-8")
    told = {"PYGEOAPI_CONFIG": str(configured), "PYGEOAPI_OPENAPI": str(described)}
    program = python.with_name("pygeoapi")
    command = [program, "openapi", "generate", configured, "--format", "json", "--output-file", described]
    subprocess.run(command, env={**os.environ, **told}, check=True, stdout=subprocess.DEVNULL)
    return told


def _configuration(settings: Settings) -> dict[str, Any]:
    parts = conninfo_to_dict(settings.dsn)
    database = {
        "host": str(parts.get("host", "localhost")), "port": int(parts.get("port") or 5432),
        "dbname": parts["dbname"], "user": parts.get("user", "postgres"),
        "password": parts.get("password", ""), "search_path": ["public"],
    }  # fmt: skip
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 0}, "url": "http://127.0.0.1",
            "mimetype": "application/json", "encoding": "utf-8", "languages": ["en-US"], "gzip": True,
            "limits": {"default_items": 10, "max_items": 10_000},
            "map": {"url": "http://127.0.0.1/{z}/{x}/{y}.png", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "peer", "description": "peer", "keywords": ["peer"], "keywords_type": "theme",
                "terms_of_service": "none", "url": "http://127.0.0.1",
            },
            "license": {"name": "none", "url": "http://127.0.0.1"},
            "provider": {"name": "none", "url": "http://127.0.0.1"},
            "contact": {"name": "none", "email": "none", "url": "http://127.0.0.1"},
        },
        "resources": {
            layer: {
                "type": "collection", "title": layer, "description": layer, "keywords": [layer],
                "links": [], "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": _CRS84}},
                "providers": [{
                    "type": "feature", "name": "PostgreSQL", "data": database, "table": f"peer_{layer}",
                    "id_field": "id", "geom_field": "geometry", "storage_crs": _MERCATOR, "crs": [_CRS84],
                }],
            }
            for layer in _LAYERS
        },
    }  # fmt: skip

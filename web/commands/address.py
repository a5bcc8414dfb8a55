"""Where the server listens, and whether it answers there."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

from twin.settings import Settings

_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound


def url(settings: Settings) -> str:
    """Address for people and for the simulator; a wildcard is reached by loopback."""
    host = _ANY.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}/" if ":" in host else f"http://{host}:{settings.port}/"


def answers(place: str, timeout_s: float = 2.0) -> bool:
    """Whether the server at this address says that it is healthy."""
    # No proxy: the way to ourselves never leads through one.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(place + "healthz", timeout=timeout_s) as response:
            return bool(response.status == 200)
    except (OSError, ValueError, urllib.error.URLError):
        return False


def port_is_free(settings: Settings) -> bool:
    """Whether the server could listen there now."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return False
    return True

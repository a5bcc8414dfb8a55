"""Who may do what. Without a key the server speaks to this machine only."""

from __future__ import annotations

import hmac
import ipaddress
from typing import get_args

from flask import Request

from twin.errors import Forbidden, InvalidParameter
from twin.model.collection import Access
from twin.settings import Settings

PUBLIC: frozenset[str] = frozenset({"public"})
EVERYTHING: frozenset[str] = frozenset(get_args(Access))
ANONYMOUS = "anonymous"
_OF_PROXIES = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


def is_loopback(host: str) -> bool:
    """Whether a name or address can only be reached from this machine."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def may_bind(settings: Settings) -> bool:
    """Whether the server may listen where the settings say: beyond this machine only with a write key."""
    return is_loopback(settings.host) or bool(settings.write_key)


def has_key(request: Request, settings: Settings) -> bool:
    """Whether the caller sent the write key; compared in constant time."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not settings.write_key or scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(token.strip().encode(), settings.write_key.encode())


def circles(request: Request, settings: Settings) -> frozenset[str]:
    """Access circles whose collections, rows and columns the caller may read."""
    return EVERYTHING if has_key(request, settings) else PUBLIC


def require_write(request: Request, settings: Settings) -> None:
    """Let a writing request pass or not.

    Raises
    ------
    Forbidden
        No key, and the request did not come straight from a page or program on this machine.
    """
    if has_key(request, settings):
        return
    if not is_loopback(settings.host):
        raise Forbidden("writing needs the header 'Authorization: Bearer <TWIN_WRITE_KEY>'")
    # A loopback server trusts its own machine, but neither what a proxy hands on, nor a
    # foreign page in a local browser, nor a foreign name pointed at 127.0.0.1.
    if any(name in request.headers for name in _OF_PROXIES):
        raise Forbidden("writing through a proxy needs the header 'Authorization: Bearer <TWIN_WRITE_KEY>'")
    if not is_loopback(_host_name(request.host)):
        raise Forbidden(f"'{_host_name(request.host)}' is not a name of this machine; write by 127.0.0.1")
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or (
        origin is not None and origin.partition("://")[2] != request.host
    ):
        raise Forbidden("a page of another site may not write here")


def actor_of(request: Request, stated: object = None) -> str:
    """Who is said to write: what the body states, the header `X-Actor`, or anonymous.

    Raises
    ------
    InvalidParameter
        What the body states is no text.
    """
    if stated is not None and not isinstance(stated, str):
        raise InvalidParameter("actor", "must be a text")
    name = stated if isinstance(stated, str) else request.headers.get("X-Actor", "")
    return name.strip()[:120] or ANONYMOUS


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]

"""One HTTP POST, and the three ways it can end."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from twin.errors import InvalidParameter

_RETRY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})


class Away(Exception):
    """The server does not answer now, or asks to come back later: keep and try again."""


class Refused(Exception):
    """The server answered that this request will never do: drop it and say why.

    Attributes
    ----------
    status : int
        HTTP status, 400 to 499.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status


class Server:
    """A base URL to post JSON to.

    Parameters
    ----------
    base : str
        Such as http://127.0.0.1:8080.
    key : str
        Write key for a server that listens beyond this machine; empty: none.
    timeout_s : float
        How long one request may take.

    Raises
    ------
    InvalidParameter
        `base` is no http or https URL.
    """

    def __init__(self, base: str, key: str = "", timeout_s: float = 15.0) -> None:
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise InvalidParameter("base", f"'{base}' is no http:// or https:// URL of a server")
        self.base = base.rstrip("/")
        self._headers = {"Content-Type": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._timeout_s = timeout_s
        # never through a proxy of the environment: the server trusts its own machine
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def post(self, path: str, body: Mapping[str, Any], idempotency_key: str | None = None) -> dict[str, Any]:
        """Post and return the JSON answer.

        Raises
        ------
        Away
            No answer, or one that asks to try later.
        Refused
            A client error.
        """
        headers = dict(self._headers)
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        request = urllib.request.Request(self.base + path, data, headers, method="POST")  # noqa: S310 - checked above
        try:
            with self._opener.open(request, timeout=self._timeout_s) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                detail = error.read(2_000).decode("utf-8", "replace")
            if error.code in _RETRY_STATUSES:
                raise Away(f"HTTP {error.code}") from error
            raise Refused(error.code, detail) from error
        except (OSError, http.client.HTTPException) as error:
            raise Away(str(error)) from error
        try:
            parsed = json.loads(content)
        except ValueError as error:
            raise Away("the answer is no JSON; is this the right server?") from error
        return parsed if isinstance(parsed, dict) else {}

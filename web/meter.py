"""Counts of what this process served, in the text form Prometheus reads."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from http import HTTPMethod

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset(HTTPMethod)

Sample = tuple[str, str, str, float]
"""Name, type, help, value."""


class Meter:
    """Requests by endpoint and status, and how long they took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._buckets: Counter[tuple[str, int]] = Counter()
        self._counts: Counter[str] = Counter()

    def record(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request; methods nobody knows are one, however many are made up."""
        method = method if method in _METHODS else "other"
        with self._lock:
            self._requests[endpoint, method, status] += 1
            self._counts[endpoint] += 1
            self._seconds[endpoint] += seconds  # type: ignore[assignment]
            # the first that holds it; those above are added up when somebody asks
            self._buckets[endpoint, bisect_left(_BUCKETS_S, seconds)] += 1

    def text(self, samples: Iterable[Sample] = ()) -> str:
        """Everything counted, and `samples` of other parts, in the exposition format."""
        lines: list[str] = []
        for name, kind, meaning, value in samples:
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", f"{name} {_number(value)}"]
        with self._lock:
            lines += ["# HELP twin_requests_total Answered requests.", "# TYPE twin_requests_total counter"]
            for (endpoint, method, status), count in sorted(self._requests.items()):
                labels = f'endpoint="{endpoint}",method="{method}",status="{status}"'
                lines.append(f"twin_requests_total{{{labels}}} {count}")
            lines += [
                "# HELP twin_request_seconds Time to the first byte.",
                "# TYPE twin_request_seconds histogram",
            ]
            for endpoint, count in sorted(self._counts.items()):
                within = 0
                for number, bound in enumerate(_BUCKETS_S):
                    within += self._buckets[endpoint, number]
                    labels = f'endpoint="{endpoint}",le="{bound}"'
                    lines.append(f"twin_request_seconds_bucket{{{labels}}} {within}")
                lines.append(f'twin_request_seconds_bucket{{endpoint="{endpoint}",le="+Inf"}} {count}')
                lines.append(
                    f'twin_request_seconds_sum{{endpoint="{endpoint}"}} {self._seconds[endpoint]:.6f}'
                )
                lines.append(f'twin_request_seconds_count{{endpoint="{endpoint}"}} {count}')
        return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    if value == float("inf"):
        return "+Inf"
    return str(int(value)) if float(value).is_integer() else repr(float(value))

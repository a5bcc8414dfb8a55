"""How this process logs: one line an event, a plain trace, never the values of variables."""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    """Set structlog up once; somebody else's configuration is left alone.

    The default would print every local variable with a trace, request bodies and rows among them.
    """
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # asked for at each event: whoever replaces the stream (a test does) is followed
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )

"""Fixtures of the sample city for every test of this folder."""

from __future__ import annotations

from tests.sample_data.fix_city import demo, either, tiny

__all__ = ["demo", "either", "tiny"]

"""What is kept by content: within its bytes, the least used goes first, and a failure is not kept."""

from __future__ import annotations

import pytest

from tiles.kept import Kept
from tiles.tile import PNG, Tile


def test_the_least_used_goes_first():
    kept, made = Kept(250), []

    def ask(name):
        def make():
            made.append(name)
            return Tile(bytes(100), PNG, name)

        return kept.get(name, make)

    for name in ("a", "b", "a", "c", "a", "b"):
        assert ask(name).etag == name
        assert kept.bytes <= 250
    assert made == ["a", "b", "c", "b"]


def test_what_is_larger_than_all_is_served_and_not_kept():
    kept = Kept(50)
    assert len(kept.get("a", lambda: Tile(bytes(100), PNG, "a")).data) == 100
    assert kept.bytes == 0


def test_a_failure_is_tried_again():
    kept = Kept(1000)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 / 0)
    assert kept.get("a", lambda: Tile(b"x", PNG, "a")).etag == "a"

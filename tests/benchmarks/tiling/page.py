"""`python -m tests.benchmarks.tiling.page`: the results page, from the figures of one run.

    python -m tests.benchmarks tiles --size 1.0 --out docs/reference/benchmarks-tiles.json
    python -m tests.benchmarks.tiling.page

Nothing on the page was typed: a test makes it again from the committed JSON and compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.tiling.plot import bars

FOLDER = Path(__file__).resolve().parent.parent.parent.parent / "docs" / "reference"
NAME = "benchmarks-tiles"
Row = dict[str, Any]
_WAYS = (
    ("cold", "Cold"),
    ("warm", "Warm"),
    ("plain", "Warm, by a caller who takes no gzip (no browser does that)"),
    ("mix", "A mix by Zipf's law, caches on"),
)
_BARS = (
    ("cold tile from memory, a layer: Martin", "cold", "twin, memory", "martin", 3.0),
    ("cold tile from memory, a layer: tipg", "cold", "twin, memory", "tipg", 8.0),
    ("cold tile by PostGIS: Martin", "cold", "twin, PostGIS", "martin", 1.0),
    ("warm tile at 64 connections: Martin's cache", "warm", "twin, cached", "martin, cached", 1.0),
)
"""What was asked for: words, way of asking, ours, peer, least ratio of tiles per CPU-second."""


def page(results: Sequence[Row]) -> str:
    """Text of the page, Markdown."""
    (setting,) = _of(results, "setting")
    parts = [
        "# Vector tiles: figures",
        "Made from [benchmarks-tiles.json](benchmarks-tiles.json) by"
        " `python -m tests.benchmarks.tiling.page`; do not edit. How it is measured stands in"
        " `tests/benchmarks/tiles.py`, what was decided by it in"
        " [decision 16](../decisions/0016-tiles-from-memory.md).",
        _where(setting),
        "What counts is tiles per CPU-second of the server and of PostgreSQL together, gzip included, the"
        " best of the rounds; contestants take turns in each. `ratio` is the first server of a group in"
        " relation to each. Waiting times are those of a shared machine, of all rounds: compare them, do"
        " not quote them; `refused` were answered with 408 or 503. Peers read plain tables in EPSG:3857"
        " without versions, access classes or exact freshness.",
        f"![Cold tiles per CPU-second]({NAME}.svg)",
        "## Against what was asked for",
        _table(("bar", "least", "least seen", "greatest seen", "held"), _held(results)),
        "## The same tiles by all makers",
        _table(
            (
                *("zoom", "tiles", "thinned", "otherwise", "features", "slivers", "settled"),
                *("memory ms", "rows ms", "ST_AsMVT ms"),
            ),
            (
                (
                    *(r["zoom"], _of_a_hundred(r), *(r.get(key, "?") for key in ("thinned", "otherwise"))),
                    *(r[key] for key in ("features", "slivers")),
                    *(r.get("settled", 0), r["memory_ms"], r.get("rows_ms") or "", r["postgis_ms"]),
                )
                for r in _of(results, "parity")
            ),
        ),
        _how_compared(results),
        "## Loading the memory",
        _table(
            ("server", "seconds", "CPU-seconds of the server so far", "MB"),
            ((r["server"], r["seconds"], r["server_cpu_s"], r["mb"]) for r in _of(results, "load")),
        ),
    ]
    for way, title in _WAYS:
        parts += [f"## {title}", _table(_HEAD, _lines(_of(results, way)))]
    return "\n\n".join(parts) + "\n"


def _of_a_hundred(row: Row) -> str:
    """How many tiles of a zoom were compared, against a hundred or all that exist."""
    tiles, exist = row["tiles"], row.get("exist")
    if exist is None:
        return f"{tiles} of 100"
    if tiles == exist:
        return f"all {exist} that exist"
    return f"{tiles} of {exist}"


def _how_compared(results: Sequence[Row]) -> str:
    rows = _of(results, "parity")
    said = (
        "A run stops at the first tile that differs by more than rounding. Slivers are features without"
        " area that one of the makers leaves out; settled are features that differ by more, of which the"
        " exact shape, cut by a third party, gave ours right."
    )
    if any("exist" not in row for row in rows):
        return (
            f"{said} Fewer than a hundred tiles: this run drew places with repetition, ended a zoom after"
            " 200,000 features, and passed over layers which the makers thinned to different sizes."
        )
    return (
        f"{said} From zoom 10 to 18 a hundred tiles each are compared, or all that exist; those over the"
        " limit are made by every maker without it, so that none of their features is passed over, and"
        " once more with it. Thinned is how many those are, otherwise in how many of them a maker thinned"
        " other layers than ST_AsMVT: the line follows the bytes of each maker's own tile."
    )


def plot(results: Sequence[Row]) -> str:
    """Cold tiles per CPU-second, SVG."""
    cold = [row for row in _of(results, "cold") if row["connections"] == 8]
    groups: dict[str, dict[str, float]] = {}
    for row in cold:
        name = f"{row['layers'].replace(',', ', ')}, zoom {row['zoom']}"
        groups.setdefault(name, {})[row["server"]] = row["tiles_per_cpu_s"]
    return bars("Cold tiles per CPU-second of server and PostgreSQL (each group by its best)", groups)


_HEAD = (
    "layers", "zoom", "connections", "server", "tiles per CPU-s", "worst round", "ratio", "tiles/s",
    "p50 ms", "p95 ms", "p99 ms", "refused", "mean bytes", "features of the first",
)  # fmt: skip
_KEYS = (
    "layers", "zoom", "connections", "server", "tiles_per_cpu_s", "worst_round", "ours_is", "tiles_per_s",
    "p50_ms", "p95_ms", "p99_ms", "refused", "mean_bytes", "features_of_first",
)  # fmt: skip


def _lines(rows: Iterable[Row]) -> Iterable[tuple[object, ...]]:
    return (tuple("all four" if row.get(key) == _FOUR else row.get(key, 0) for key in _KEYS) for row in rows)


_FOUR = "building,road,utility_line,sensor"


def _held(results: Sequence[Row]) -> Iterable[tuple[object, ...]]:
    """Each bar, and between which ratios it is held or not."""
    for words, way, ours, peer, least in _BARS:
        ratios = [ratio for ratio, row in _pairs(results, way, ours, peer) if _counts(way, row)]
        if ratios:
            low, high = min(ratios), max(ratios)
            held = sum(ratio >= least for ratio in ratios)
            yield words, f"{least:g}", f"{low:.2f}", f"{high:.2f}", f"{held} of {len(ratios)}"
    for way, ours, peer in (("cold", "twin, memory", "martin"), ("warm", "twin, cached", "martin, cached")):
        waits = [
            row["p99_ms"] / _other(results, row, peer)["p99_ms"]
            for _, row in _pairs(results, way, ours, peer)
        ]
        if waits:
            words = f"p99, {way}: {peer}; ours in relation, at most 1"
            held = sum(wait <= 1 for wait in waits)
            yield words, "1", f"{min(waits):.2f}", f"{max(waits):.2f}", f"{held} of {len(waits)}"


def _counts(way: str, row: Row) -> bool:
    return int(row["connections"]) == (64 if way == "warm" else 8)


def _pairs(results: Sequence[Row], way: str, ours: str, peer: str) -> Iterable[tuple[float, Row]]:
    for row in _of(results, way):
        if row["server"] == ours:
            other = _other(results, row, peer)
            if other:
                yield row["tiles_per_cpu_s"] / other["tiles_per_cpu_s"], row


def _other(results: Sequence[Row], row: Row, server: str) -> Row:
    """What another server did with the same."""
    same = ("what", "layers", "zoom", "connections")
    return next(
        (r for r in results if r.get("server") == server and all(r.get(k) == row[k] for k in same)), {}
    )


def _where(setting: Row) -> str:
    absent = setting["absent"]
    return (
        f"{setting['date']}: {setting['buildings']:,} buildings, {setting['features']:,} features in all,"
        f" {setting['database_gb']} GB; {setting['cores']} cores ({setting['processor']}) shared"
        f" with other work,"
        f" load average {setting['load_average']} at the start; PostgreSQL {setting['postgresql']},"
        f" PostGIS {setting['postgis']}, Python {setting['python']}; {setting['rounds']} rounds."
        + (f" Not run, for it was not installed: {', '.join(absent)}." if absent else "")
        + " Not asked for tiles: pygeoapi, whose pages of features `tests/benchmarks/queries.py` compares."
    )


def _of(results: Sequence[Row], what: str) -> list[Row]:
    return [row for row in results if row["what"] == what]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def main() -> None:
    """Write the page and its picture beside the figures."""
    results = json.loads((FOLDER / f"{NAME}.json").read_text(encoding="utf-8"))["tiles"]
    (FOLDER / f"{NAME}.md").write_text(page(results), encoding="utf-8")
    (FOLDER / f"{NAME}.svg").write_text(plot(results), encoding="utf-8")


if __name__ == "__main__":
    main()

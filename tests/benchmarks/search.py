"""Search by kind of query, against scanning for the same text with LIKE."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from tests.benchmarks.server import Options, scratch_database
from twin.database.connection import Database
from twin.queries.search import search

_SEED = """
insert into city.building (code, name_zh, name_en, address, geometry)
select '4403030' || lpad(i::text, 12, '0'),
       (array['京基','国贸','地王','罗湖','翠竹','东门','水贝','莲塘'])[1 + i %% 8]
           || (array['大厦','花园','广场','中心','苑'])[1 + i %% 5] || i || '栋',
       'Tower ' || i, '罗湖区' || (array['深南东路','人民南路','宝安南路','翠竹路'])[1 + i %% 4] || i || '号',
       st_multi(st_makeenvelope(508000 + i %% 9000, 2490000 + i / 9000,
                                508009 + i %% 9000, 2490009 + i / 9000, 4547))
from generate_series(1, %(rows)s) i
"""
_ASKED = {
    "two characters": "国贸",
    "name inside": "中心42",
    "address with number": "翠竹路4243号",
    "code prefix": "440303000000000424",
    "pinyin": "guomaohuayuan41",
    "initials": "gmhy41",
    "nothing": "没有这样的楼",
}
_TIMES = 30


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: a kind of query, its times, and a scan's in relation."""
    rows = options.rows or 50_000
    with scratch_database(options.settings) as settings:
        database = Database.from_settings(settings, bounded=False)
        try:
            began = time.perf_counter()
            database.execute(_SEED, {"rows": rows})
            seeded_s = time.perf_counter() - began
            with database.transaction() as connection:
                connection.execute("analyze")
            result = [_compare(database, kind, text) for kind, text in _ASKED.items()]
        finally:
            database.close()
    return [
        *result,
        {"query": f"{rows} buildings written with their documents", "p50 ms": f"{seeded_s * 1000:.0f}"},
    ]


def _compare(database: Database, kind: str, text: str) -> dict[str, Any]:
    ours, scans = [], []
    hits = len(search(database, text))
    for _ in range(_TIMES):
        began = time.perf_counter()
        search(database, text)
        ours.append(time.perf_counter() - began)
    for _ in range(5):
        began = time.perf_counter()
        database.rows(
            "select feature_id from city_now.building where name_zh like %(t)s or name_en ilike %(t)s"
            " or address like %(t)s or code like %(t)s limit 10",
            {"t": f"%{text}%"},
        )
        scans.append(time.perf_counter() - began)
    return {
        "query": kind,
        "hits": hits,
        "p50 ms": f"{np.quantile(ours, 0.5) * 1000:.2f}",
        "p95 ms": f"{np.quantile(ours, 0.95) * 1000:.2f}",
        "LIKE ms": f"{np.quantile(scans, 0.5) * 1000:.2f}",
        "ratio": f"{np.quantile(scans, 0.5) / np.quantile(ours, 0.5):.1f}x",
    }

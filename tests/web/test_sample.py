"""Whether the page has to say that what it shows is invented."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("source", "status", "said"), [
    ("luohu-sample/buildings", "failed", False),
    ("other/luohu-sample/buildings", "done", False),
    ("luohu-sample/buildings", "partial", True),
])  # fmt: skip
def test_only_where_sample_data_was_written(client, city, source: str, status: str, said: bool) -> None:
    city.execute(
        "insert into twin.load (source, file_name, file_sha256, format, crs, mode, status)"
        " values (%(source)s, 'f.gpkg', '', 'GPKG', 'EPSG:4547', 'upsert', %(status)s)",
        {"source": source, "status": status},
    )
    assert client.get("/api/layers").json["sample"] is said

"""Every table and column, declared once.

Schemas: `city` holds every version of every object, `city_now` the same tables as
they are now (what a planner opens in QGIS), `twin` the machinery, `live` what moves. Comments on tables and columns carry meaning and unit in
Chinese and English.
"""

from __future__ import annotations

from sqlalchemy import MetaData

from twin.catalogue import COLLECTIONS
from twin.database.tables import checks, interior, live, loading, placing, search, shape
from twin.database.tables.collections import collection_table, feature_table

SCHEMAS = ("city", "city_now", "twin", "live")


def metadata(srid: int) -> MetaData:
    """All tables for a database whose storage CRS is `srid`.

    Parameters
    ----------
    srid : int
        EPSG code of a projected metric CRS.
    """
    meta = MetaData()
    loading.declare(meta)
    feature_table(meta)
    for collection in COLLECTIONS:
        collection_table(meta, collection, srid)
    shape.declare(meta, srid)
    interior.declare(meta)
    checks.declare(meta, srid)
    placing.declare(meta, srid)
    live.declare(meta)
    search.declare(meta, srid)
    return meta

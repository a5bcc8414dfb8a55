"""From the catalogue to tables: one a collection, all with the same versioned frame."""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from twin.database.tables.validity import CURRENT, validity_columns
from twin.model import collection as model

_TYPES: dict[model.Kind, Any] = {
    "text": Text(),
    "integer": Integer(),
    "real": Double(),
    "boolean": Boolean(),
    "date": Date(),
    "timestamp": TIMESTAMP(timezone=True),
    "json": JSONB(),
    "place": JSONB(),
    "text_array": ARRAY(Text()),
    "integer_array": ARRAY(Integer()),
}


def feature_table(meta: MetaData) -> Table:
    """One row per object for ever: the id in tiles, 3D Tiles and the API."""
    return Table(
        "feature",
        meta,
        Column(
            "id",
            BigInteger,
            Identity(),
            primary_key=True,
            comment="对象编号 / stable id in tiles and the API",
        ),
        Column("collection", Text, nullable=False, comment="图层 / collection"),
        Column("source", Text, nullable=False, comment="数据来源 / data set the object came from"),
        Column(
            "source_key", Text, nullable=False, comment="来源主键 / key in that source (IFC GlobalId, code)"
        ),
        UniqueConstraint("collection", "source", "source_key", name="feature_identity"),
        Index("feature_key", "collection", "source_key"),
        schema="city",
        comment="城市对象 / identity of every object; versions stand in the collection tables",
    )


def collection_table(meta: MetaData, collection: model.Collection, srid: int) -> Table:
    """Versions of the objects of one collection; see `CURRENT` for the live ones."""
    name = collection.name
    columns: list[Any] = [
        Column("version_id", BigInteger, Identity(), primary_key=True, comment="版本编号 / version"),
        Column(
            "feature_id",
            BigInteger,
            # checked by statement (twin.require_identity), which a bulk load hardly feels;
            # a foreign key asks once a row and was a third of a load's time
            nullable=False,
            comment="对象编号 / city.feature.id",
        ),
        Column("parent_id", BigInteger, comment="上级对象 / what it is part of (city.feature.id)"),
        Column("building_id", BigInteger, comment="所在建筑 / building (city.feature.id)"),
        Column("storey_id", BigInteger, comment="所在楼层 / storey (city.feature.id)"),
        Column("space_id", BigInteger, comment="所在房间 / space (city.feature.id)"),
        Column("floor_no", Integer, comment="层号 / floor address: -2, -1, 1, 2 ...; there is no 0"),
        *(
            Column(c.name, _TYPES[c.kind], comment=f"{c.zh} / {c.en}" + (f" [{c.unit}]" if c.unit else ""))
            for c in collection.columns
        ),
        Column(
            "properties",
            JSONB,
            nullable=False,
            server_default=text("'{}'"),
            comment="其他属性 / other source attributes",
        ),
    ]
    if collection.geometry is not None:
        dimension = 3 if collection.geometry.endswith("Z") else 2
        columns.append(
            Column(
                "geometry",
                Geometry(collection.geometry.upper(), srid=srid, dimension=dimension, spatial_index=False),
                comment="几何 / plan geometry in the storage CRS, metres",
            )
        )
    if collection.solid:
        columns.append(
            Column(
                "solid",
                Geometry("POLYHEDRALSURFACEZ", srid=srid, dimension=3, spatial_index=False),
                comment="三维实体 / closed solid in the storage CRS, metres",
            )
        )
    columns += [
        Column("z_min_m", Double, comment="最低高程 / lowest point [m]"),
        Column("z_max_m", Double, comment="最高高程 / highest point [m]"),
        *validity_columns(),
        Column("load_id", BigInteger, comment="装载批次 / load; null: edited by hand"),
        Column("provenance", JSONB, comment="逐项来源 / who changed which value by hand, and when"),
        Column("confidence", REAL, comment="可信度 / 0 to 1; null: not stated"),
        Column(
            "visibility",
            Text,
            nullable=False,
            server_default=text("'public'"),
            comment="可见范围 / access class",
        ),
        CheckConstraint("floor_no <> 0", name=f"{name}_no_floor_zero"),
        CheckConstraint("confidence between 0 and 1", name=f"{name}_confidence_range"),
        CheckConstraint("valid_to >= valid_from", name=f"{name}_valid_order"),
    ]
    table = Table(name, meta, *columns, schema="city", comment=f"{collection.zh} / {collection.en}")
    _index(table, collection)
    return table


def _index(table: Table, collection: model.Collection) -> None:
    current = text(CURRENT)
    name = collection.name
    Index(f"{name}_current", table.c.feature_id, unique=True, postgresql_where=current)
    Index(f"{name}_versions", table.c.feature_id, table.c.valid_from)
    Index(
        f"{name}_address",
        table.c.building_id,
        table.c.floor_no,
        postgresql_where=text(f"building_id is not null and {CURRENT}"),
    )
    Index(
        f"{name}_past_address",
        table.c.building_id,
        table.c.floor_no,
        postgresql_where=text(f"building_id is not null and not ({CURRENT})"),
    )
    if collection.column("code") is not None:
        Index(
            f"{name}_code",
            table.c.code,
            postgresql_where=current,
            postgresql_ops={"code": "text_pattern_ops"},
        )
    if name == "building":
        # a building of then is found by the code it had then
        Index(
            f"{name}_past_code",
            table.c.code,
            postgresql_where=text(f"not ({CURRENT})"),
            postgresql_ops={"code": "text_pattern_ops"},
        )
    if collection.geometry is not None:
        Index(f"{name}_geometry", table.c.geometry, postgresql_using="gist", postgresql_where=current)
        Index(
            f"{name}_past_geometry",
            table.c.geometry,
            postgresql_using="gist",
            postgresql_where=text(f"not ({CURRENT})"),
        )
    if collection.solid:
        Index(
            f"{name}_solid",
            table.c.solid,
            postgresql_using="gist",
            postgresql_ops={"solid": "gist_geometry_ops_nd"},
            # gist keeps nulls as well, at a price; most rows of a load have no solid
            postgresql_where=text(f"solid is not null and {CURRENT}"),
        )

"""Building models, their meshes, and rasters."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP


def declare(meta: MetaData, srid: int) -> None:
    """Add the tables to `meta`."""
    Table(
        "model",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column(
            "source",
            Text,
            nullable=False,
            unique=True,
            comment="data set name; `feature.source` of its objects",
        ),
        Column("load_id", BigInteger, ForeignKey("twin.load.id")),
        Column("building_id", BigInteger, comment="city building the model stands on"),
        Column("name", Text),
        Column("schema", Text, nullable=False, comment="IFC schema"),
        Column(
            "placement",
            Text,
            nullable=False,
            comment="map-conversion, site-psets, site-lat-lon, needs-placing",
        ),
        Column("approximate", Boolean, nullable=False, server_default=text("false")),
        Column("georeference", JSONB, nullable=False, server_default=text("'{}'")),
        Column("matrix", ARRAY(Double), comment="4x4 row-major: model metres -> storage CRS"),
        Column("tree", JSONB, comment="project/site/building/storey/space tree for the model browser"),
        Column("semantics_at", TIMESTAMP(timezone=True), comment="when meaning became queryable"),
        Column("shapes_at", TIMESTAMP(timezone=True), comment="when shapes became queryable; null: not yet"),
        Column("footprint", Geometry("MULTIPOLYGON", srid=srid, spatial_index=False)),
        Column("footprint_quality", Text),
        Column("hides_lod1", Boolean, nullable=False, server_default=text("true")),
        Column("withdrawn_at", TIMESTAMP(timezone=True)),
        schema="twin",
        comment="建筑信息模型 / loaded building models",
    )
    Table(
        "mesh",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("content_hash", LargeBinary, nullable=False, unique=True),
        Column(
            "positions",
            LargeBinary,
            nullable=False,
            comment="uint16 x,y,z little-endian, quantised in the box",
        ),
        Column("indices", LargeBinary, nullable=False, comment="uint32 triangles little-endian"),
        Column("materials", LargeBinary, comment="uint16 a triangle into `palette`"),
        Column("palette", JSONB, comment="[[r,g,b,a] 0-255]"),
        Column("box_min_m", ARRAY(Double), nullable=False),
        Column("box_max_m", ARRAY(Double), nullable=False),
        Column("vertices", Integer, nullable=False),
        Column("triangles", Integer, nullable=False),
        schema="twin",
        comment="display meshes, one row per distinct representation",
    )
    Table(
        "placement",
        meta,
        Column("feature_id", BigInteger, ForeignKey("city.feature.id"), primary_key=True),
        Column("part", Integer, primary_key=True, server_default=text("0")),
        Column("model_id", BigInteger, ForeignKey("twin.model.id", ondelete="CASCADE"), nullable=False),
        Column("mesh_id", BigInteger, ForeignKey("twin.mesh.id"), nullable=False),
        Column("matrix", ARRAY(Double), nullable=False, comment="4x4 row-major: mesh -> model metres"),
        Index("placement_model", "model_id"),
        schema="twin",
        comment="which element shows which mesh where",
    )
    Table(
        "property_set",
        meta,
        Column("model_id", BigInteger, ForeignKey("twin.model.id", ondelete="CASCADE"), primary_key=True),
        Column("feature_id", BigInteger, ForeignKey("city.feature.id"), primary_key=True),
        Column(
            "sets", JSONB, nullable=False, comment="psets, quantities, materials, classification, SI units"
        ),
        Index("property_set_feature", "feature_id"),
        schema="twin",
        comment="IFC property and quantity sets of an object",
    )
    Table(
        "model_group",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("model_id", BigInteger, ForeignKey("twin.model.id", ondelete="CASCADE"), nullable=False),
        Column("global_id", Text, nullable=False),
        Column(
            "ifc_class",
            Text,
            nullable=False,
            comment="IfcSystem, IfcDistributionSystem, IfcZone, IfcSpatialZone",
        ),
        Column("predefined_type", Text),
        Column("name", Text),
        Column("members", ARRAY(Text), nullable=False, server_default=text("'{}'"), comment="GlobalIds"),
        UniqueConstraint("model_id", "global_id"),
        schema="twin",
        comment="systems and zones of a model",
    )
    Table(
        "coverage",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("name", Text, nullable=False, unique=True),
        Column("kind", Text, nullable=False, comment="elevation, imagery"),
        Column("path", Text, nullable=False, comment="relative to the state directory"),
        Column("load_id", BigInteger, ForeignKey("twin.load.id")),
        Column("crs", Text, nullable=False),
        Column("width", Integer, nullable=False),
        Column("height", Integer, nullable=False),
        Column("bands", Integer, nullable=False),
        Column("dtype", Text, nullable=False),
        Column("nodata", Double),
        Column("scale", Double, nullable=False, server_default=text("1"), comment="metres a stored unit"),
        Column("offset_m", Double, nullable=False, server_default=text("0")),
        Column("pixel_m", Double, comment="ground size of a pixel"),
        Column("vertical_crs", Text),
        Column("extent", Geometry("POLYGON", srid=4326, spatial_index=False), nullable=False),
        Column("file_sha256", Text, nullable=False),
        Column("registered_at", TIMESTAMP(timezone=True), nullable=False, server_default=text("now()")),
        schema="twin",
        comment="栅格 / registered rasters",
    )
    Table(
        "building_summary",
        meta,
        Column("building_id", BigInteger, ForeignKey("city.feature.id"), primary_key=True),
        Column("units", Integer, comment="number of housing units on record"),
        Column("vacant_units", Integer, comment="of those stated vacant"),
        Column("occupancy_known", Integer, comment="of those with a stated occupancy"),
        Column("floors", Integer),
        Column("spaces", Integer),
        Column("sensors", Integer),
        schema="city",
        comment="建筑汇总 / counts derived from the rows of a building, kept by triggers",
    )

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
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP


def declare(meta: MetaData, srid: int) -> None:
    """Add the tables to `meta`."""
    Table(
        "model",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="模型编号 / model"),
        Column(
            "source",
            Text,
            nullable=False,
            unique=True,
            comment="数据来源 / data set name; `feature.source` of its objects",
        ),
        Column("load_id", BigInteger, ForeignKey("twin.load.id"), comment="装载批次 / twin.load.id"),
        Column("building_id", BigInteger, comment="所在建筑 / city building the model stands on"),
        Column("name", Text, comment="名称 / name"),
        Column("schema", Text, nullable=False, comment="IFC 版本 / IFC schema"),
        Column(
            "placement",
            Text,
            nullable=False,
            comment="定位方式 / map-conversion, site-psets, site-lat-lon, needs-placing",
        ),
        Column(
            "approximate",
            Boolean,
            nullable=False,
            server_default=text("false"),
            comment="近似定位 / placed by latitude and longitude only",
        ),
        Column(
            "georeference",
            JSONB,
            nullable=False,
            server_default=text("'{}'"),
            comment="定位参数 / how the model was placed",
        ),
        Column("matrix", ARRAY(Double), comment="变换矩阵 / 4x4 row-major: model metres -> storage CRS"),
        Column(
            "tree", JSONB, comment="结构树 / project/site/building/storey/space tree for the model browser"
        ),
        Column("semantics_at", TIMESTAMP(timezone=True), comment="语义时间 / when meaning became queryable"),
        Column(
            "shapes_at",
            TIMESTAMP(timezone=True),
            comment="形体时间 / when shapes became queryable; null: not yet",
        ),
        Column(
            "footprint",
            Geometry("MULTIPOLYGON", srid=srid, spatial_index=False),
            comment="轮廓 / outline on the ground in the storage CRS",
        ),
        Column("footprint_quality", Text, comment="轮廓质量 / how the outline was made"),
        Column(
            "hides_lod1",
            Boolean,
            nullable=False,
            server_default=text("true"),
            comment="替代体块 / the block model of the building is hidden",
        ),
        Column(
            "withdrawn_at", TIMESTAMP(timezone=True), comment="撤回时间 / when it was taken off; null: in use"
        ),
        schema="twin",
        comment="建筑信息模型 / loaded building models",
    )
    Table(
        "mesh",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="网格编号 / mesh"),
        Column(
            "content_hash",
            LargeBinary,
            nullable=False,
            unique=True,
            comment="内容校验码 / hash of the buffers",
        ),
        Column(
            "positions",
            LargeBinary,
            nullable=False,
            comment="顶点 / uint16 x,y,z little-endian, quantised in the box",
        ),
        Column("indices", LargeBinary, nullable=False, comment="三角形 / uint32 triangles little-endian"),
        Column("materials", LargeBinary, comment="材质号 / uint16 a triangle into `palette`"),
        Column("palette", JSONB, comment="颜色 / [[r,g,b,a] 0-255]"),
        Column(
            "box_min_m", ARRAY(Double), nullable=False, comment="包围盒下角 / lower corner of the box [m]"
        ),
        Column(
            "box_max_m", ARRAY(Double), nullable=False, comment="包围盒上角 / upper corner of the box [m]"
        ),
        Column("vertices", Integer, nullable=False, comment="顶点数 / number of vertices"),
        Column("triangles", Integer, nullable=False, comment="三角形数 / number of triangles"),
        schema="twin",
        comment="三角网 / display meshes, one row per distinct representation",
    )
    Table(
        "placement",
        meta,
        Column(
            "feature_id",
            BigInteger,
            ForeignKey("city.feature.id"),
            primary_key=True,
            comment="构件 / city.feature.id",
        ),
        Column(
            "part",
            Integer,
            primary_key=True,
            server_default=text("0"),
            comment="部分 / running number of the part",
        ),
        Column(
            "model_id",
            BigInteger,
            ForeignKey("twin.model.id", ondelete="CASCADE"),
            nullable=False,
            comment="模型 / twin.model.id",
        ),
        Column(
            "mesh_id", BigInteger, ForeignKey("twin.mesh.id"), nullable=False, comment="三角网 / twin.mesh.id"
        ),
        Column(
            "matrix", ARRAY(Double), nullable=False, comment="变换矩阵 / 4x4 row-major: mesh -> model metres"
        ),
        Column(
            "load_id", BigInteger, comment="装载批次 / load that wrote the row; null: before loads were noted"
        ),
        Index("placement_model", "model_id"),
        schema="twin",
        comment="构件安放 / which element shows which mesh where",
    )
    Table(
        "property_set",
        meta,
        Column(
            "model_id",
            BigInteger,
            ForeignKey("twin.model.id", ondelete="CASCADE"),
            primary_key=True,
            comment="模型 / twin.model.id",
        ),
        Column(
            "feature_id",
            BigInteger,
            ForeignKey("city.feature.id"),
            primary_key=True,
            comment="对象编号 / city.feature.id",
        ),
        Column(
            "sets",
            JSONB,
            nullable=False,
            comment="内容 / psets, quantities, materials, classification, SI units",
        ),
        Column(
            "load_id", BigInteger, comment="装载批次 / load that wrote the row; null: before loads were noted"
        ),
        Index("property_set_feature", "feature_id"),
        schema="twin",
        comment="属性集 / IFC property and quantity sets of an object",
    )
    Table(
        "coverage",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="栅格编号 / raster"),
        Column("name", Text, nullable=False, unique=True, comment="名称 / name in addresses"),
        Column("kind", Text, nullable=False, comment="类别 / elevation, imagery"),
        Column("path", Text, nullable=False, comment="路径 / relative to the state directory"),
        Column("load_id", BigInteger, ForeignKey("twin.load.id"), comment="装载批次 / twin.load.id"),
        Column("crs", Text, nullable=False, comment="坐标系 / CRS"),
        Column("width", Integer, nullable=False, comment="列数 / columns"),
        Column("height", Integer, nullable=False, comment="行数 / rows"),
        Column("bands", Integer, nullable=False, comment="波段数 / bands"),
        Column("dtype", Text, nullable=False, comment="数值类型 / type of a value"),
        Column("nodata", Double, comment="无值 / value that means nothing; null: none"),
        Column(
            "scale", Double, nullable=False, server_default=text("1"), comment="比例 / metres a stored unit"
        ),
        Column(
            "offset_m",
            Double,
            nullable=False,
            server_default=text("0"),
            comment="偏移 / added after scaling [m]",
        ),
        Column("pixel_m", Double, comment="像元大小 / ground size of a pixel [m]"),
        Column("vertical_crs", Text, comment="高程基准 / vertical CRS; null: not stated"),
        Column(
            "extent",
            Geometry("POLYGON", srid=4326, spatial_index=False),
            nullable=False,
            comment="范围 / outline in EPSG:4326",
        ),
        Column("file_sha256", Text, nullable=False, comment="文件校验码 / SHA-256 of the file, hexadecimal"),
        Column(
            "registered_at",
            TIMESTAMP(timezone=True),
            nullable=False,
            server_default=text("now()"),
            comment="登记时间 / when it was registered",
        ),
        schema="twin",
        comment="栅格 / registered rasters",
    )
    Table(
        "point_cloud",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="点云编号 / point cloud"),
        Column("name", Text, nullable=False, unique=True, comment="名称 / name in addresses"),
        Column("path", Text, nullable=False, comment="路径 / folder relative to the state directory"),
        Column("load_id", BigInteger, ForeignKey("twin.load.id"), comment="装载批次 / twin.load.id"),
        Column("crs", Text, nullable=False, comment="坐标系 / CRS of the file"),
        Column("vertical_crs", Text, comment="高程基准 / vertical CRS; null: not stated"),
        Column("points", BigInteger, nullable=False, comment="点数 / number of points"),
        Column("classes", JSONB, nullable=False, comment="分类点数 / points of each ASPRS class"),
        Column("coloured", Boolean, nullable=False, comment="有颜色 / whether points have colours"),
        Column("low_m", Double, nullable=False, comment="最低高程 / lowest point [m]"),
        Column("high_m", Double, nullable=False, comment="最高高程 / highest point [m]"),
        Column(
            "extent",
            Geometry("POLYGON", srid=4326, spatial_index=False),
            nullable=False,
            comment="范围 / box in EPSG:4326",
        ),
        Column("file_sha256", Text, nullable=False, comment="文件校验码 / SHA-256 of the file, hexadecimal"),
        Column(
            "registered_at",
            TIMESTAMP(timezone=True),
            nullable=False,
            server_default=text("now()"),
            comment="登记时间 / when it was registered",
        ),
        schema="twin",
        comment="点云 / registered point clouds",
    )
    Table(
        "building_summary",
        meta,
        Column(
            "building_id",
            BigInteger,
            ForeignKey("city.feature.id"),
            primary_key=True,
            comment="建筑 / city.feature.id",
        ),
        Column("units", Integer, comment="房屋套数 / number of housing units on record"),
        Column("vacant_units", Integer, comment="空置套数 / of those stated vacant"),
        Column("occupancy_known", Integer, comment="使用状态已知 / of those with a stated occupancy"),
        Column("floors", Integer, comment="楼层数 / storeys on record"),
        Column("spaces", Integer, comment="房间数 / rooms on record"),
        Column("sensors", Integer, comment="传感器数 / sensors on record"),
        schema="city",
        comment="建筑汇总 / counts derived from the rows of a building, kept by triggers",
    )

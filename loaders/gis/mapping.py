"""How the columns of a file become a collection: a small TOML file.

::

    [source]
    name = "luohu/buildings"        # stable name of the data set
    collection = "building"
    layer = "buildings"             # where a file has several
    crs = "EPSG:4526"               # only where the file does not say, or is wrong
    encoding = "gb18030"
    mode = "upsert"                 # or "replace": what the file no longer has is closed
    source_date = 2023-09-07
    licence = "CC0-1.0"
    confidence = 0.9                # or the name of a column: { from = "conf" }
    visibility = "public"

    [key]
    from = "BLDG_CODE"              # or ["code", "floor"]: joined by "/"

    [columns]
    code = "BLDG_CODE"
    height_m = { from = "HEIGHT_MM", scale = 0.001 }
    structure = { from = "JGLX", values = { "框架" = "3" } }
    alias = { from = "ALIAS", split = "|" }

    [parent]                        # also [building], [storey], [space]
    collection = "building"
    from = "BLDG_CODE"

    [floor]
    from = "FLOOR"

    [valid]
    from = "YEAR"                   # a year, a day or an instant
    to = "DEMOLISHED"

    [geometry]
    x = "LON"                       # or wkt = "GEOM"; or of = "building" for its footprint
    y = "LAT"

    [solid]
    base = "elev_base_m"            # columns of the collection
    height = "height_m"
    ground = true                   # a base nobody states is the lowest ground under the footprint
    floors = "floors_up"            # a height nobody states is so many floors (for the solid alone)
    floor_height_m = 3.0

    [properties]
    keep = true                     # or a list of columns, or false
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from twin import catalogue
from twin.errors import InvalidInput, SourceUnreadable
from twin.model.collection import Collection

FLOOR_HEIGHT_M = 3.0
"""From floor to floor in a dwelling, where nobody states better."""
_SECTIONS = {
    "source": {
        "name", "collection", "layer", "crs", "encoding", "mode", "source_date", "licence",
        "confidence", "visibility",
    },
    "key": {"from"},
    "columns": None,
    "parent": {"collection", "from", "source"},
    "building": {"from", "source"},
    "storey": {"from", "source"},
    "space": {"from", "source"},
    "floor": {"from", "values"},
    "valid": {"from", "to"},
    "geometry": {"x", "y", "z", "wkt", "of"},
    "solid": {"base", "height", "ground", "floors", "floor_height_m"},
    "properties": {"keep"},
}  # fmt: skip
_COLUMN = {"from", "scale", "values", "split", "json"}


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """Where one value comes from: a column of the file, its scale, words for codes, list separator."""

    source: str
    scale: float = 1.0
    values: Mapping[str, Any] | None = None
    split: str | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRule:
    """Which row a feature hangs on: by a column of keys or codes."""

    collection: str
    source: str
    of_source: str | None = None


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """One file's way into one collection; see the module for the file it is read from."""

    name: str
    collection: str
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    mode: str = "upsert"
    source_date: date | None = None
    licence: str | None = None
    confidence: float | ColumnRule | None = None
    visibility: str = "public"
    key: tuple[str, ...] = ()
    columns: Mapping[str, ColumnRule] = field(default_factory=dict)
    references: Mapping[str, ReferenceRule] = field(default_factory=dict)
    floor: ColumnRule | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    x: str | None = None
    y: str | None = None
    z: str | None = None
    wkt: str | None = None
    geometry_of: str | None = None
    solid_base: str | None = None
    solid_height: str | None = None
    solid_ground: bool = False
    solid_floors: str | None = None
    solid_floor_height_m: float = FLOOR_HEIGHT_M
    keep: bool | tuple[str, ...] = True

    @property
    def used(self) -> set[str]:
        """Columns of the file that are spoken for."""
        rules = [
            *self.columns.values(),
            *(r for r in (self.floor, self.confidence) if isinstance(r, ColumnRule)),
        ]
        named = (self.valid_from, self.valid_to, self.x, self.y, self.z, self.wkt)
        return {
            *self.key,
            *(rule.source for rule in rules),
            *(rule.source for rule in self.references.values()),
            *(name for name in named if name),
        }


def read_mapping(file: Path) -> FieldMapping:
    """Read a mapping file.

    Raises
    ------
    SourceUnreadable
        Not TOML.
    InvalidInput
        A section, key or column the mapping or the catalogue does not know.
    NotFound
        No such collection.
    """
    try:
        return parse_mapping(tomllib.loads(file.read_text(encoding="utf-8")), file.name)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceUnreadable(f"mapping {file.name} cannot be read: {error}") from error


def parse_mapping(data: Mapping[str, Any], where: str) -> FieldMapping:
    """Check and read the content of a mapping file; see `read_mapping`."""
    for section, content in data.items():
        if section not in _SECTIONS or not isinstance(content, dict):
            raise InvalidInput(
                f"mapping {where}: there is no section [{section}]; it may have {', '.join(_SECTIONS)}"
            )
        allowed = _SECTIONS[section]
        for name in content if allowed is not None else ():
            if name not in allowed:
                raise InvalidInput(
                    f"mapping {where}: [{section}] has no '{name}'; it may have {', '.join(sorted(allowed))}"
                )
    source = data.get("source", {})
    for name in ("name", "collection"):
        if not source.get(name):
            raise InvalidInput(f"mapping {where}: [source] needs a {name}")
    collection = catalogue.collection(source["collection"])
    if source.get("mode", "upsert") not in ("upsert", "replace"):
        raise InvalidInput(f"mapping {where}: mode is 'upsert' or 'replace', not '{source['mode']}'")
    geometry, solid, valid = data.get("geometry", {}), data.get("solid", {}), data.get("valid", {})
    if ("x" in geometry) != ("y" in geometry):
        raise InvalidInput(f"mapping {where}: [geometry] needs both x and y")
    if geometry.get("of", "building") != "building":
        raise InvalidInput(f"mapping {where}: [geometry] of can only be 'building'")
    _require_solid(collection, solid, where)
    confidence = source.get("confidence")
    key = data.get("key", {}).get("from", ())
    keep = data.get("properties", {}).get("keep", True)
    return FieldMapping(
        name=source["name"],
        collection=collection.name,
        layer=source.get("layer"),
        crs=source.get("crs"),
        encoding=source.get("encoding"),
        mode=source.get("mode", "upsert"),
        source_date=source.get("source_date"),
        licence=source.get("licence"),
        confidence=_rule(confidence, "confidence", where) if isinstance(confidence, dict) else confidence,
        visibility=source.get("visibility", "public"),
        key=(key,) if isinstance(key, str) else tuple(key),
        columns=_columns(collection, data.get("columns", {}), where),
        references=_references(data, where),
        floor=_rule(data["floor"], "floor", where) if "floor" in data else None,
        valid_from=valid.get("from"),
        valid_to=valid.get("to"),
        x=geometry.get("x"),
        y=geometry.get("y"),
        z=geometry.get("z"),
        wkt=geometry.get("wkt"),
        geometry_of=geometry.get("of"),
        solid_base=solid.get("base"),
        solid_height=solid.get("height"),
        solid_ground=bool(solid.get("ground", False)),
        solid_floors=solid.get("floors"),
        solid_floor_height_m=float(solid.get("floor_height_m", FLOOR_HEIGHT_M)),
        keep=keep if isinstance(keep, bool) else tuple(keep),
    )


def _columns(collection: Collection, content: Mapping[str, Any], where: str) -> dict[str, ColumnRule]:
    rules = {}
    for name, rule in content.items():
        if collection.column(name) is None:
            known = ", ".join(column.name for column in collection.columns)
            raise InvalidInput(f"mapping {where}: {collection.name} has no column '{name}'; it has {known}")
        rules[name] = _rule(rule, name, where)
    return rules


def _rule(rule: Any, name: str, where: str) -> ColumnRule:
    if isinstance(rule, str):
        return ColumnRule(rule)
    if not isinstance(rule, dict) or not isinstance(rule.get("from"), str) or set(rule) - _COLUMN:
        raise InvalidInput(
            f"mapping {where}: '{name}' is a column of the file, or a table of {', '.join(sorted(_COLUMN))}"
        )
    return ColumnRule(rule["from"], float(rule.get("scale", 1.0)), rule.get("values"), rule.get("split"))


def _references(data: Mapping[str, Any], where: str) -> dict[str, ReferenceRule]:
    rules = {}
    for name in ("parent", "building", "storey", "space"):
        if name not in data:
            continue
        content = data[name]
        target = content.get("collection", name)
        if target == "parent" or "from" not in content:
            raise InvalidInput(f"mapping {where}: [{name}] needs collection and from")
        rules[name] = ReferenceRule(catalogue.collection(target).name, content["from"], content.get("source"))
    return rules


def _require_solid(collection: Collection, solid: Mapping[str, Any], where: str) -> None:
    if not solid:
        return
    if not collection.solid:
        raise InvalidInput(f"mapping {where}: {collection.name} has no solids")
    for name in ("base", "height", *(("floors",) if "floors" in solid else ())):
        if collection.column(solid.get(name, "")) is None:
            raise InvalidInput(f"mapping {where}: [solid] {name} names a column of {collection.name}")

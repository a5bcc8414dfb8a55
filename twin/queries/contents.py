"""What a building model holds: its tree, its objects by words, and by what they have as an attribute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from twin import catalogue
from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import InvalidParameter
from twin.model.collection import Collection, Column
from twin.queries.applicable import CLASSES, MEMBERSHIPS
from twin.queries.buildings import PUBLIC
from twin.queries.hidden import hidden_names, plain
from twin.queries.items import readable
from twin.queries.model_past import sets_at
from twin.queries.models import known_model

_HERE = "twin.queries"
OBJECTS = ("space", "element", "opening", "equipment")
"""Collections of the objects of a model."""
_SPOKEN = (
    "name", "long_name", "type_name", "object_type", "global_id", "ifc_class", "predefined_type", "tag",
    "unit_code", "material", "system", "kind", "device_id", "compartment", "use",
)  # fmt: skip
_TOLD = frozenset({"global_id", "name", "long_name", "tag", "device_id", "unit_code", "evidence"})
"""Different for nearly every object: nothing to colour by."""
_MOST_ATTRIBUTES = 500
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class ObjectQuery:
    """Which objects of a model are wanted; None leaves a filter out.

    Attributes
    ----------
    words : str
        Every word must be found in what the object says of itself.
    floor_no, storey_id : int or None
        Floor address, or the storey's feature id.
    ifc_class, kind : str or None
        As in the object.
    limit, skip : int
        Part of the list.
    """

    words: str = ""
    floor_no: int | None = None
    storey_id: int | None = None
    ifc_class: str | None = None
    kind: str | None = None
    limit: int = 100
    skip: int = 0


def model_tree(
    database: Database, model: int, circles: frozenset[str] = PUBLIC, moment: datetime | None = None
) -> dict[str, Any]:
    """Storeys of a model from the top, with how many objects of each class are on them.

    Returns
    -------
    dict
        `count` and `storeys`: `storey_id`, `floor_no`, `label`, `name`, `elev_m`, `count` and
        `classes` (`collection`, `ifc_class`, `kind`, `count`); what is on no storey comes last,
        with nulls.

    Raises
    ------
    NotFound
        There is no such model.
    """
    about = known_model(database, model, circles, moment)
    binds = {**_binds(about, circles, moment), "building": about["building_id"]}
    storeys: dict[tuple[str, Any], dict[str, Any]] = {}
    for row in database.rows(_fill("contents_tree", circles, moment), binds):
        # the register of the building and the model may each have a storey of one floor
        key = ("storey", row["storey_id"]) if row["floor_no"] is None else ("floor", row["floor_no"])
        address = {name: row[name] for name in ("storey_id", "floor_no", "label", "name", "elev_m")}
        storey = storeys.setdefault(key, {**address, "count": 0, "classes": []})
        if row["collection"] is not None:
            if not storey["count"]:
                storey |= {name: value for name, value in address.items() if value is not None}
            storey["count"] += row["count"]
            storey["classes"].append({n: row[n] for n in ("collection", "ifc_class", "kind", "count")})
    return {
        "model": model,
        "name": about["name"],
        "count": sum(storey["count"] for storey in storeys.values()),
        "storeys": list(storeys.values()),
    }


def model_objects(
    database: Database,
    model: int,
    query: ObjectQuery,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> dict[str, Any]:
    """Objects of a model, the highest floor first.

    Returns
    -------
    dict
        `matched` in all, and `objects` of this part.

    Raises
    ------
    NotFound
        There is no such model.
    InvalidParameter
        More words than are looked for.
    """
    about = known_model(database, model, circles, moment)
    words = query.words.lower().split()
    if len(words) > _MOST_WORDS:
        raise InvalidParameter("q", f"has {len(words)} words; at most {_MOST_WORDS} are looked for")
    binds = {
        **_binds(about, circles, moment),
        "words": words,
        "cased": any(word != word.upper() for word in words),
        "hidden": sorted(hidden_names(circles)),
        "floor": query.floor_no,
        "storey": query.storey_id,
        "class": query.ifc_class,
        "kind": query.kind,
        "limit": query.limit,
        "skip": query.skip,
    }
    rows = database.rows(_fill("contents_search", circles, moment), binds)
    matched = rows[0]["matched"]
    for row in rows:
        del row["matched"]
    return {"model": model, "matched": matched, "objects": [row for row in rows if row["id"] is not None]}


def model_attributes(
    database: Database, model: int, circles: frozenset[str] = PUBLIC, moment: datetime | None = None
) -> dict[str, Any]:
    """By what the objects of a model can be told apart: columns, and properties with how many have them.

    Raises
    ------
    NotFound
        There is no such model.
    """
    about = known_model(database, model, circles, moment)
    columns: dict[str, Column] = {}
    for name in OBJECTS:
        columns |= {c.name: c for c in _columns(catalogue.collection(name), circles)}
    binds = {
        **_binds(about, circles, moment),
        "hidden": sorted(hidden_names(circles)),
        "limit": _MOST_ATTRIBUTES,
    }
    return {
        "model": model,
        "columns": [
            {"name": c.name, "zh": c.zh, "en": c.en, "unit": c.unit, "code_list": c.code_list}
            for c in columns.values()
        ],
        "properties": database.rows(_fill("contents_attributes", circles, moment), binds),
    }


def model_values(
    database: Database,
    model: int,
    attribute: str,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> dict[str, Any]:
    """Objects of a model by what they have as one attribute, the most frequent value first.

    Parameters
    ----------
    database : Database
        The city.
    model : int
        `twin.model.id`.
    attribute : str
        A column, such as `material`, or `Set.Property`, such as `Pset_WallCommon.FireRating`.
    circles : frozenset of str
        Access circles of the caller.
    moment : datetime, optional
        With zone: as it was then; None: now.

    Returns
    -------
    dict
        `attribute`, and `groups` of `value` (text or null), `state` (`known`, `unknown`, `absent`:
        it belongs to none, or `not_applicable`), `count`, `ids`.

    Raises
    ------
    NotFound
        There is no such model.
    InvalidParameter
        No object has such an attribute, or the caller may not read it.
    """
    about = known_model(database, model, circles, moment)
    rows: list[Row] = []
    if attribute in {c.name for one in OBJECTS for c in _columns(catalogue.collection(one), circles)}:
        binds = {**_binds(about, circles, moment), "membership": attribute in MEMBERSHIPS}
        rows = database.rows(_fill("contents_values", circles, moment, value=attribute), binds)
    elif "." in attribute:
        title, _, name = attribute.rpartition(".")
        if plain(name) not in hidden_names(circles):
            binds = {**_binds(about, circles, moment), "title": title, "property": name}
            rows = database.rows(_fill("contents_property_values", circles, moment), binds)
        rows = rows if any(row["value"] is not None for row in rows) else []
    if not rows:
        raise InvalidParameter(
            "of", f"no object of model {model} has '{attribute[:80]}'; see /api/models/{model}/attributes"
        )
    return {"model": model, "attribute": attribute, "groups": rows}


def _binds(about: Row, circles: frozenset[str], moment: datetime | None) -> dict[str, Any]:
    return {
        "model": about["id"],
        "source": about["source"],
        "circles": sorted(circles),
        "moment": moment,
    }


def _columns(layer: Collection, circles: frozenset[str]) -> list[Column]:
    kinds = ("text", "integer", "real", "boolean")
    return [c for c in readable(layer, circles) if c.kind in kinds and c.name not in _TOLD]


def _fill(name: str, circles: frozenset[str], moment: datetime | None, value: str | None = None) -> str:
    """Statement over all objects of a model; names of columns come from the catalogue only."""
    return dated(statement(_HERE, name), moment).format(
        objects="\nunion all\n".join(
            object_rows(catalogue.collection(one), circles, moment, value) for one in OBJECTS
        ),
        sets=sets_at(moment, "o.model_id = %(model)s"),
    )


def object_rows(
    layer: Collection, circles: frozenset[str], moment: datetime | None = None, value: str | None = None
) -> str:
    """Statement of the objects of one collection; `value` is the column asked for."""
    columns = {c.name for c in readable(layer, circles)}

    def of(*wanted: str) -> str:
        return next((f'c."{name}"' for name in wanted if name in columns), "null::text")

    spoken = [f'c."{name}"' for name in _SPOKEN if name in columns]
    ifc_class = "'IfcSpace'" if layer.name == "space" else of("ifc_class")
    asked = ifc_class if value == "ifc_class" else of(value or "")
    return dated(statement(_HERE, "contents_rows"), moment).format(
        name=layer.name,
        ifc_class=ifc_class,
        title=of("long_name", "type_name"),
        kind=of("kind"),
        value=f"({asked})::text",
        applies=_applies(layer, value, ifc_class, columns),
        spoken=f"concat_ws(' ', {', '.join(spoken)})",
    )


def _applies(layer: Collection, value: str | None, ifc_class: str, readable_columns: set[str]) -> str:
    """Whether the column asked for makes sense of a row, as an expression."""
    if value == "ifc_class":
        return "true"
    if value not in readable_columns:
        return "false"
    classes = CLASSES.get(value)
    if classes is None:
        return "true"
    listed = ", ".join(f"'{name}'" for name in sorted(classes))
    return f"regexp_replace({ifc_class}, '(Standard|Elemented)Case$', '') in ({listed})"

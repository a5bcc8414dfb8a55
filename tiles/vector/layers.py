"""What a zoom shows of a collection, which columns travel, and how it is generalised.

Everything about the content of vector tiles that is not in the catalogue stands here.
"""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from twin.catalogue import collection
from twin.database.validity import as_of, present
from twin.errors import Forbidden, NotFound
from twin.model.collection import Collection, Column

PIXELS = 512
"""Pixels a client draws a tile on; sizes below are in these."""
LIMIT_BYTES = 500_000
"""Largest tile sent; a fuller one is thinned, and says so."""

_HOT = (
    "typology", "use", "structure", "fire_resistance", "floors_up",
    "height_m", "elev_base_m", "year_built", "risk",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """How a collection is drawn up to a zoom.

    Attributes
    ----------
    max_zoom : int
        Last zoom the rule holds for.
    min_px : float
        Areas and lines whose larger side is shorter are left out.
    columns : tuple of str or None
        The only catalogue columns that travel; None: all that have `tile`.
    tolerance_px : float
        Vertices nearer than this to the line are left out (Douglas-Peucker).
    """

    max_zoom: int
    min_px: float = 0.0
    columns: tuple[str, ...] | None = None
    tolerance_px: float = 0.0


_FINE = 0.125
"""One unit of the 4096 grid on 512 pixels: what the encoder rounds to anyway."""
_DEFAULT = (Rule(9, 1.0, tolerance_px=_FINE), Rule(13, 0.0, tolerance_px=_FINE), Rule(99))
_RULES: dict[str, tuple[Rule, ...]] = {
    # A name is different in every building: at city zooms nobody reads them and they are half the bytes.
    "building": (Rule(12, 1.0, _HOT), Rule(13, 0.75, _HOT), Rule(99)),
    "building_part": (Rule(99),),
}


@dataclass(frozen=True, slots=True)
class Extra:
    """A value that travels without being a column of the collection.

    Attributes
    ----------
    name : str
        Attribute in the tile.
    sql : str
        Expression over the row `r` and the joins of the layer.
    zh, en : str
        Label.
    unit : str or None
        Unit symbol.
    present_only : bool
        Whether the value is known for the present only, and unknown for a past moment.
    """

    name: str
    sql: str
    zh: str
    en: str
    unit: str | None = None
    present_only: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer of a vector tile; there is one object of each.

    Attributes
    ----------
    collection : Collection
        Where its rows come from.
    extras : tuple of Extra
        What travels beside its columns.
    joins, past_joins : str
        Joined by left joins to the row `r`, now and as of `%(moment)s`.
    reads : frozenset of str
        Names in the touch log whose changes show in the layer.
    joined : str
        Condition under which what is joined to the row `r` may have been written from a transaction of the
        age `{age}` on. Empty: that cannot be told row by row.
    """

    collection: Collection
    extras: tuple[Extra, ...] = ()
    joins: str = ""
    past_joins: str = ""
    reads: frozenset[str] = field(default_factory=frozenset)
    joined: str = ""

    @property
    def points(self) -> bool:
        """Whether its features have no size."""
        return self.collection.geometry == "Point"

    def rule(self, zoom: int) -> Rule:
        """Return how the layer is drawn at a zoom."""
        return _rule(self.collection.name, zoom)

    def columns(self, zoom: int, access: Names[str]) -> tuple[Column, ...]:
        """Catalogue columns that travel at a zoom for a caller of these access classes."""
        return _columns(self, zoom, tuple(access))


@lru_cache(maxsize=1024)
def _rule(name: str, zoom: int) -> Rule:
    return next(rule for rule in _RULES.get(name, _DEFAULT) if zoom <= rule.max_zoom)


@lru_cache(maxsize=4096)
def _columns(one: Layer, zoom: int, access: tuple[str, ...]) -> tuple[Column, ...]:
    only = one.rule(zoom).columns
    return tuple(
        c
        for c in one.collection.columns
        if c.tile and may_see(c.access, access) and (only is None or c.name in only)
    )


_SUMMARY = "left join city.building_summary s on s.building_id = r.feature_id"
_BUILDING = Layer(
    collection("building"),
    extras=(
        Extra("base_m", "0.0::float8", "起算高度", "Base above ground", "m"),
        Extra("units", "s.units", "房屋套数", "Housing units", present_only=True),
        Extra(
            "vacant_ratio",
            "round((s.vacant_units::numeric / nullif(s.occupancy_known, 0)), 3)::float8",
            "空置率",
            "Vacant share of units of known occupancy",
            present_only=True,
        ),
        Extra("sensors", "s.sensors", "传感器数", "Sensors", present_only=True),
        Extra(
            "has_model",
            # asked once a statement, not once a row: models are few
            "r.feature_id in (select building_id from twin.model where building_id is not null"
            " and withdrawn_at is null and shapes_at is not null and hides_lod1)",
            "有精细模型",
            "Drawn by its own model",
            present_only=True,
        ),
    ),
    joins=_SUMMARY,
    reads=frozenset({"building", "building_summary"}),
)

_NOW, _THEN = present("g"), as_of("g")
_ADDRESS = (
    Extra("building_id", "r.building_id", "所在建筑", "Building (feature id)"),
    Extra("floor_no", "r.floor_no", "层号", "Floor"),
    Extra("base_m", "r.z_min_m - g.elev_base_m", "底部离地", "Lowest point above ground", "m"),
    Extra("top_m", "r.z_max_m - g.elev_base_m", "顶部离地", "Highest point above ground", "m"),
)
_HEIGHTS = (
    Extra("z_min_m", "r.z_min_m", "最低高程", "Lowest point", "m"),
    Extra("z_max_m", "r.z_max_m", "最高高程", "Highest point", "m"),
)
_INTERIOR = frozenset(
    {"building_part", "storey", "space", "element", "opening", "equipment", "sensor", "camera"}
)
_WITH_HEIGHTS = _INTERIOR | {"utility_line", "utility_node", "bridge", "tunnel", "hydrant"}


def shown(names: Sequence[str], zoom: int, access: Names[str]) -> tuple[tuple[Layer, ...], frozenset[str]]:
    """Find the layers of a request that a zoom shows, and what has a say in its tile.

    Parameters
    ----------
    names : sequence of str
        Collections, in drawing order.
    zoom : int
        Of the tile.
    access : collection of str
        Access classes of the caller.

    Returns
    -------
    layers : tuple of Layer
        Those shown, in order.
    reads : frozenset of str
        Names in the touch log that concern the tile, of layers that are not shown as well.

    Raises
    ------
    NotFound, Forbidden
        As for `layer`.
    """
    layers = [layer(name, access) for name in names]
    reads = frozenset[str]().union(*(one.reads for one in layers))
    return tuple(one for one in layers if one.collection.min_zoom <= zoom), reads


def layer(name: str, access: Names[str]) -> Layer:
    """Find the layer of a collection.

    Raises
    ------
    NotFound
        There is no such collection, or its rows have no place of their own.
    Forbidden
        The caller may not read it.
    """
    found = collection(name)
    if found.geometry is None:
        raise NotFound(f"collection '{name}' has no geometry, so there are no tiles of it; ask its items")
    if not may_see(found.access, access):
        raise Forbidden(f"collection '{name}' is for the access class '{found.access}'")
    return _layer(found.name)


@lru_cache(maxsize=256)
def _layer(name: str) -> Layer:
    """The layer of a collection that has places."""
    if name == "building":
        return _BUILDING
    found = collection(name)
    extras = _HEIGHTS if name in _WITH_HEIGHTS else ()
    if name not in _INTERIOR:
        return Layer(found, extras, reads=frozenset({name}))
    ground = "left join city.building g on g.feature_id = r.building_id and"
    return Layer(
        found,
        (*_ADDRESS, *extras),
        joins=f"{ground} {_NOW}",
        past_joins=f"{ground} {_THEN}",
        # a building that is gone leaves nothing to ask for its age
        joined="r.building_id is not null and (g.feature_id is null or age(g.xmin) <= {age})",
        reads=frozenset({name, "building"}),
    )


def may_see(needed: str, access: Names[str]) -> bool:
    """Whether these access classes open what needs one; `admin` opens everything."""
    return needed == "public" or needed in access or "admin" in access

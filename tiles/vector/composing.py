"""From the layers of a request to the text of one statement.

Every word that is put into a template comes from the catalogue or from this package, never
from a caller; what a caller says travels in binds.
"""

from __future__ import annotations

from functools import lru_cache

from tiles.vector.layers import Extra, Layer, layer
from twin.database.statements import statement

_SIDE = "greatest(st_xmax(r.geometry) - st_xmin(r.geometry), st_ymax(r.geometry) - st_ymin(r.geometry))"


@lru_cache(maxsize=1024)
def tile_sql(
    names: tuple[str, ...],
    *,
    zoom: int,
    access: tuple[str, ...],
    past: bool,
    full: frozenset[int],
    plane: bool = False,
    ordered: bool = False,
) -> str:
    """Compose the statement that makes a tile.

    Parameters
    ----------
    names : tuple of str
        Layers, in order; their binds are numbered by it.
    zoom : int
        Decides columns and generalisation.
    access : tuple of str
        Access classes; decide columns.
    past : bool
        Whether `%(moment)s` is asked for.
    full : frozenset of int
        Numbers of the layers that are thinned beyond the rule of the zoom.
    plane : bool
        Whether a plane stands for the projection of what lies within the tile; see `affine`.
    ordered : bool
        Whether features come by their numbers: the same bytes however the rows are stored.
    """
    contents, layers = "", ""
    for i, name in enumerate(names):
        sql = _layer_sql(
            layer(name, access), i, zoom=zoom, access=access, past=past, full=i in full, plane=plane
        )
        sql = sql.replace("{order}", " order by f.id" if ordered else "")
        contents += f",\n    l{i}.content as content_{i}, l{i}.dropped as dropped_{i}"
        layers += f",\nlateral (\n{sql}) l{i}"
    return statement("tiles.vector", "tile").replace("{contents}", contents).replace("{layers}", layers)


@lru_cache(maxsize=64)
def census_sql(name: str, *, past: bool) -> str:
    """Compose the statement that finds the side of which a share of a tile's drawn features is larger."""
    return _fill("census", {"name": name, "side": _SIDE, "rows": rows_sql(name, past)})


def _layer_sql(
    one: Layer, i: int, *, zoom: int, access: tuple[str, ...], past: bool, full: bool, plane: bool
) -> str:
    name, kind, rule = one.collection.name, one.collection.geometry, one.rule(zoom)
    geometry = "r.geometry"
    if kind not in ("Point", "Geometry") and rule.tolerance_px:
        geometry = f"st_simplify(st_force2d(r.geometry), %(pixel_m)s * {rule.tolerance_px}, true)"
    elif kind in ("Geometry", "MultiLineStringZ"):
        geometry = "st_force2d(r.geometry)"
    names = [c.name for c in one.columns(zoom, access)] + [extra.name for extra in one.extras]
    columns = "".join(
        f',\n        {value} as "{name}"'
        for value, name in zip(expressions(one, zoom, access, past=past), names, strict=True)
    )
    return _fill(
        "layer",
        {
            "name": name,
            "rows": rows_sql(name, past),
            "columns": columns,
            "geometry": _mercator(kind, geometry, plane=plane),
            "small": _small(kind, i, sized=bool(rule.min_px) or full, full=full),
            "joins": one.past_joins if past else one.joins,
        },
    )


def expressions(one: Layer, zoom: int, access: tuple[str, ...], *, past: bool) -> list[str]:
    """What travels at a zoom, as SQL over the row `r` and the joins of the layer, in order."""
    return [f'r."{c.name}"' for c in one.columns(zoom, access)] + [_value(e, past) for e in one.extras]


def _mercator(kind: str | None, geometry: str, *, plane: bool) -> str:
    """The geometry in EPSG:3857."""
    exact = f"st_transform({geometry}, 3857)"
    if not plane:
        return exact
    placed = f"st_affine({geometry}, %(xx)s, %(xy)s, %(yx)s, %(yy)s, %(x0)s, %(y0)s)"
    if kind == "Point":  # nothing of it can be cut
        return placed
    within = "st_makeenvelope(%(inner_west)s, %(inner_south)s, %(inner_east)s, %(inner_north)s, %(srid)s)"
    return f"case when r.geometry @ {within} then {placed} else {exact} end"


def _small(kind: str | None, i: int, *, sized: bool, full: bool) -> str:
    """Condition under which a feature is left out."""
    by_lot = f"(hashint8(r.feature_id) & 1023) >= %(lots_{i})s"
    by_size = f"{_SIDE} < %(min_m_{i})s"
    if full:
        by_size = f"({by_size} or (hashint8(r.feature_id) & 1023) >= %(sized_lots_{i})s)"
    if kind == "Point":
        return by_lot if full else "false"
    if not sized:
        return "false"
    return (
        f"case when st_dimension(r.geometry) = 0 then {by_lot} else {by_size} end"
        if kind == "Geometry"
        else by_size
    )


def rows_sql(name: str, past: bool) -> str:
    """Compose the choice of the rows a tile may show, now or at `%(moment)s`."""
    return _fill("rows_past" if past else "rows_now", {"name": name})


def _value(extra: Extra, past: bool) -> str:
    return "null::int" if past and extra.present_only else extra.sql


def _fill(template: str, words: dict[str, str]) -> str:
    text = statement("tiles.vector", template)
    for word, value in words.items():
        text = text.replace("{" + word + "}", value)
    return text

"""From the layers of a request to the statement that asks for their rows."""

from __future__ import annotations

from functools import lru_cache

from tiles.vector.composing import expressions, rows_sql
from tiles.vector.layers import Layer
from tiles.vector.snapshot.reading import flat
from twin.database.statements import statement

_WITHIN = "st_makeenvelope(%(inner_west)s, %(inner_south)s, %(inner_east)s, %(inner_north)s, %(srid)s)"
_BROKEN = (
    # a single ring within the tile is looked at after rounding, where all that can be wrong with it shows
    f"case when r.geometry @ {_WITHIN} and st_nrings(r.geometry) = 1 then false"
    " else not st_isvalid(r.geometry) end"
)


@lru_cache(maxsize=1024)
def tile_sql(layers: tuple[Layer, ...], columns: tuple[tuple[str, ...], ...], *, past: bool) -> str:
    """Compose the statement of a tile.

    Parameters
    ----------
    layers : tuple of Layer
        In order; what comes of each is `content_0` and so on.
    columns : tuple of tuple of str
        What is asked for of each, as SQL.
    past : bool
        Whether `%(moment)s` is asked for.
    """
    contents = "".join(f", l{i}.content as content_{i}" for i in range(len(layers)))
    parts = "".join(
        f",\nlateral (\n{_layer_sql(one, asked, past=past)}) l{i}"
        for i, (one, asked) in enumerate(zip(layers, columns, strict=True))
    )
    return statement("tiles.vector", "tile").replace("{contents}", contents).replace("{layers}", parts)


def types_sql(one: Layer, zoom: int, access: tuple[str, ...], *, past: bool) -> str:
    """Compose the statement whose columns have the types of what travels at a zoom."""
    return _fill("types", one, {"columns": ", ".join(expressions(one, zoom, access, past=past))}, past=past)


def _layer_sql(one: Layer, columns: tuple[str, ...], *, past: bool) -> str:
    kind = one.collection.geometry
    broken = {"MultiPolygon": _BROKEN, "Geometry": f"st_dimension(r.geometry) = 2 and ({_BROKEN})"}
    words = {
        "invalid": broken.get(kind or "", "false"),
        "geometry": flat(one),
        "columns": "".join(f",\n        {each}" for each in columns),
    }
    return _fill("rows", one, words, past=past)


def _fill(template: str, one: Layer, words: dict[str, str], *, past: bool) -> str:
    words["rows"] = rows_sql(one.collection.name, past)
    words["joins"] = one.past_joins if past else one.joins
    text = statement("tiles.vector.rows", template)
    for word, value in words.items():
        text = text.replace("{" + word + "}", value)
    return text

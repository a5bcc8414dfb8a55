"""What a layer of the city is: its columns, its geometry, how it shows in a tile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "text", "integer", "real", "boolean", "date", "timestamp", "json", "place", "text_array", "integer_array"
]
Geometry = Literal["MultiPolygon", "MultiLineString", "MultiLineStringZ", "Point", "Geometry"]
Access = Literal["public", "planning", "fire", "housing", "operations", "admin"]

_BY_UNIT: dict[str, tuple[float, float]] = {
    "m²": (0, 1e9),
    "m³": (0, 1e9),
    "mm": (0, 1e9),
    "L/s": (0, 1e6),
    "MPa": (0, 1e3),
    "min": (0, 1e4),
    "s": (0, 1e9),
    "°": (-360, 360),
    "元/m²·月": (0, 1e6),
    "0-100": (0, 100),
}
"""What is measured in these is never less, nor more."""


@dataclass(frozen=True, slots=True)
class Column:
    """One typed column of a collection table.

    Attributes
    ----------
    name : str
        Column name in the table, in tiles and in the API. Carries its unit as a suffix.
    kind : Kind
        Storage type.
    zh, en : str
        What a reader sees as its label.
    unit : str or None
        Unit symbol for display (`m`, `m²`, `kPa`); the name's suffix says the same.
    code_list : str or None
        Name of the code list its values come from.
    tile : bool
        Whether the value travels in vector tiles.
    access : Access
        The narrowest circle that may read it.
    listed : bool
        Whether features, dossiers and layer lists carry it. The bulk of a body does not:
        exports do.
    within : (low, high) or None
        What a number must lie between, both included; None: what its unit says, see `limits`.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    unit: str | None = None
    code_list: str | None = None
    tile: bool = False
    access: Access = "public"
    listed: bool = True
    within: tuple[float, float] | None = None

    @property
    def limits(self) -> tuple[float, float] | None:
        """What a number here lies between, both included, whoever writes it; None where all can be."""
        if self.kind not in ("integer", "real"):
            return None
        return self.within or _BY_UNIT.get(self.unit or "")


@dataclass(frozen=True, slots=True)
class Collection:
    """One layer of the city: a table in the database, a collection of the API, a layer of the tiles.

    Attributes
    ----------
    name : str
        Identifier everywhere: table `city.<name>`, `/api/collections/<name>`, tile layer.
    zh, en : str
        Title.
    group : str
        Where the layer tree shows it.
    geometry : Geometry or None
        Type of the `geometry` column in the storage CRS; None: rows without a place of their own.
    columns : tuple of Column
        The typed columns, in order. Everything else a source says goes to `properties`.
    solid : bool
        Whether rows also carry a closed `solid` (PolyhedralSurfaceZ).
    min_zoom, max_zoom : int
        Zooms at which tiles carry the layer; above `max_zoom` clients overzoom.
    searched : tuple of str
        Columns the search document is made of, the most telling first.
    weight : float
        How much a hit counts against one of another collection, 0 to 1.
    access : Access
        The narrowest circle that may read the collection at all.
    """

    name: str
    zh: str
    en: str
    group: str
    geometry: Geometry | None
    columns: tuple[Column, ...] = field(default=())
    solid: bool = False
    min_zoom: int = 12
    max_zoom: int = 17
    searched: tuple[str, ...] = ()
    weight: float = 0.5
    access: Access = "public"

    def column(self, name: str) -> Column | None:
        """Return the typed column of that name, or None."""
        return next((c for c in self.columns if c.name == name), None)

    @property
    def base(self) -> str | None:
        """Column of the level a solid with a `height_m` stands on; None where nothing says it."""
        if self.column("height_m") is None:
            return None
        return next((name for name in ("elev_base_m", "elev_m") if self.column(name)), None)

    @property
    def listed_columns(self) -> tuple[Column, ...]:
        """The columns that features and dossiers carry."""
        return tuple(c for c in self.columns if c.listed)

    @property
    def tile_columns(self) -> tuple[Column, ...]:
        """The public columns that travel in vector tiles."""
        return tuple(c for c in self.columns if c.tile and c.access == "public")

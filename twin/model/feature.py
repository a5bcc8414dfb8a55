"""`FeatureBatch`: the one currency between loaders and the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Values = Sequence[Any] | npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class References:
    """Natural keys of the rows a batch hangs on, resolved to ids when written.

    Attributes
    ----------
    collection : str
        Collection the keys belong to.
    keys : sequence of str or None
        One per feature; None where there is no such row.
    source : str or None
        Source the keys belong to; None: any source of that collection.
    """

    collection: str
    keys: Values
    source: str | None = None


@dataclass(frozen=True, slots=True)
class FeatureBatch:
    """Features of one collection, column by column.

    Parents are written before children, so a reference always finds its row.

    Attributes
    ----------
    collection : str
        Name in the catalogue.
    source_key : sequence of str
        The source's own key (IFC GlobalId, cadastre code), unique in the source.
    columns : mapping of str to sequence
        Values of typed columns; None (or NaN, NaT) is *unknown*. Columns left out are unknown.
    properties : sequence of dict, optional
        The rest of the source's attributes.
    geometry : ndarray of shapely geometry, optional
        In the storage CRS, east,north(,up), metres. None where a feature has no place.
    solid : sequence of bytes, optional
        WKB of closed PolyhedralSurfaceZ in the storage CRS.
    z_min_m, z_max_m : sequence of float, optional
        Lowest and highest point, metres above the vertical datum.
    floor_no : sequence of int, optional
        Floor address inside the building: -2, -1, 1, 2 ... There is no floor 0.
    valid_from, valid_to : sequence of datetime, optional
        When the feature is so in the world; None: unknown start, still so.
    confidence : sequence of float, optional
        0 to 1; None: not stated.
    visibility : str
        Circle that may see the rows.
    parent, building, storey, space : References, optional
        What the features hang on.
    """

    collection: str
    source_key: Values
    columns: Mapping[str, Values] = field(default_factory=dict)
    properties: Sequence[Mapping[str, Any]] | None = None
    geometry: npt.NDArray[np.object_] | None = None
    solid: Sequence[bytes | None] | None = None
    z_min_m: Values | None = None
    z_max_m: Values | None = None
    floor_no: Values | None = None
    valid_from: Values | None = None
    valid_to: Values | None = None
    confidence: Values | None = None
    visibility: str = "public"
    parent: References | None = None
    building: References | None = None
    storey: References | None = None
    space: References | None = None

    def __len__(self) -> int:
        return len(self.source_key)

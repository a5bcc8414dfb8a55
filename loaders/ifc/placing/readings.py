"""Other ways to read what a model says of its place: the usual mistakes, undone one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from loaders.ifc.placement import Matrix, storage_matrix
from twin.errors import NotGeoreferenced

SWAPPED, UNIT, DOUBLED, UNSTATED = "axes-swapped", "unit", "doubled", "unstated"

_PLAIN = {"level": "map-conversion", "scale": 1.0}


@dataclass(frozen=True, slots=True)
class Reading:
    """A place a model may mean.

    Attributes
    ----------
    problem : str
        Which mistake the statement would have: `axes-swapped`, `unit`, `doubled`, or `unstated` where the
        coordinates are those of the map and nothing says so.
    matrix : ndarray of shape (4, 4)
        Model metres -> storage CRS.
    """

    problem: str
    matrix: Matrix


def readings(georeference: dict[str, Any], srid: int, middle: npt.NDArray[np.float64]) -> Iterator[Reading]:
    """Places that the statement may mean if it is mistaken; those outside the CRS's area are left out.

    Parameters
    ----------
    georeference : dict
        `Georeference.as_dict()`, as the load keeps it with the model.
    srid : int
        EPSG code of the storage CRS.
    middle : ndarray of shape (2,)
        Middle of the outline, model metres.
    """
    stated = georeference.get("stated") or {}
    east, north, crs = stated.get("eastings"), stated.get("northings"), stated.get("crs")
    numbers = all(isinstance(v, int | float) for v in (east, north))
    # geometry that lies where the map is carries the offset already; a conversion would add it again
    problem = DOUBLED if numbers and (east or north) else UNSTATED
    yield Reading(problem, np.eye(4))
    name = None if not crs else f"EPSG:{crs}" if str(crs).strip().isdigit() else str(crs).strip()
    if name is not None:
        x, y = (float(v) for v in middle)
        itself = {"crs": name, "origin": (x, y, 0.0), "anchor": (x, y, 0.0), "x_axis": (1.0, 0.0)}
        yield from _placed(problem, georeference | itself | _PLAIN, srid)
    if "latitude" in stated:
        yield from _placed(
            SWAPPED, _at(georeference, "EPSG:4326", stated["latitude"], stated["longitude"]), srid
        )
        return
    if name is None or not numbers:
        return
    for factor in (1.0, 0.001, 1000.0):
        yield from _placed(SWAPPED, _at(georeference, name, north * factor, east * factor), srid)
        yield from _placed(UNIT, _at(georeference, name, east * factor, north * factor), srid)


def _at(georeference: dict[str, Any], crs: str, east: float, north: float) -> dict[str, Any]:
    stated = georeference.get("stated") or {}
    height = georeference["origin"][2] if georeference.get("origin") else float(stated.get("height") or 0.0)
    return georeference | {
        "crs": crs,
        "origin": (float(east), float(north), height),
        **_PLAIN,
    }


def _placed(problem: str, georeference: dict[str, Any], srid: int) -> Iterator[Reading]:
    try:
        matrix, _ = storage_matrix(georeference, srid)
    except NotGeoreferenced:
        return
    if matrix is not None and np.isfinite(matrix).all():
        yield Reading(problem, matrix)

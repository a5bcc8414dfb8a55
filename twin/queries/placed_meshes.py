"""What a model shows, placed in the city: boxes of all of it, and the meshes of those that are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from twin.body.mesh import Mesh, boxes, read_mesh
from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import TooLarge
from twin.queries.model_past import placements_at

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class PlacedMeshes:
    """Objects of a model that are drawn.

    Attributes
    ----------
    rows : list of dict
        One a placement: `id`, `collection`, `ifc_class`, `floor_no`, `mesh_id`.
    matrices : ndarray of shape (n, 4, 4)
        Metres of the mesh to the storage CRS.
    boxes : ndarray of shape (n, 2, 3)
        Around each, in the storage CRS.
    """

    rows: list[Row]
    matrices: Array
    boxes: Array

    def meshes(self, database: Database, chosen: Array, most_triangles: int) -> Iterator[tuple[int, Mesh]]:
        """Number of each chosen placement with its mesh, read once however often it is shown.

        Raises
        ------
        TooLarge
            More triangles than that.
        """
        numbers = np.flatnonzero(chosen)
        ids = sorted({self.rows[i]["mesh_id"] for i in numbers})
        shown = database.scalar(statement("twin.queries", "export_triangles"), {"ids": ids})
        if int(shown) > most_triangles:
            raise TooLarge(
                f"{shown} triangles of the model are in question; at most {most_triangles} are looked at"
            )
        stored = database.rows(statement("twin.queries", "export_meshes"), {"ids": ids})
        meshes = {row["id"]: read_mesh(row) for row in stored}
        for number in numbers:
            yield int(number), meshes[self.rows[number]["mesh_id"]]


def placed_meshes(
    database: Database,
    model: int,
    matrix: list[float],
    circles: frozenset[str],
    *,
    wanted: str,
    binds: Mapping[str, Any],
    moment: datetime | None = None,
) -> PlacedMeshes:
    """Read where the elements, openings and equipment of a model stand.

    Parameters
    ----------
    database : Database
        The city.
    model : int
        `twin.model.id`.
    matrix : list of float
        Its own: model metres to the storage CRS.
    circles : frozenset of str
        Access circles of the caller.
    wanted : str
        Name of the statement that says, of a row `r`, whether it is in question.
    binds : mapping
        What that takes.
    moment : datetime, optional
        With zone: what stood then; `matrix` is that of then.
    """
    asked = dated(statement("twin.queries", "placed_meshes"), moment).format(
        wanted=statement("twin.queries", wanted).strip(),
        placed=placements_at(moment, "o.model_id = %(model)s"),
    )
    rows = database.rows(asked, {**binds, "model": model, "circles": sorted(circles), "moment": moment})
    if not rows:
        return PlacedMeshes([], np.zeros((0, 4, 4)), np.zeros((0, 2, 3)))
    matrices = np.array(matrix).reshape(4, 4) @ np.array([r["matrix"] for r in rows], float).reshape(-1, 4, 4)
    around = boxes(
        np.array([r["box_min_m"] for r in rows]), np.array([r["box_max_m"] for r in rows]), matrices
    )
    return PlacedMeshes(rows, matrices, around)

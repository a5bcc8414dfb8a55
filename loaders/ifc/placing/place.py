"""Diagnose the place of a loaded model and propose better ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from loaders.ifc.placement import Matrix
from loaders.ifc.placing.case import Building, Diagnosis, Patient
from loaders.ifc.placing.doctor import diagnose
from loaders.ifc.placing.fit import apply, plane_of
from loaders.ifc.placing.statement import statement_of
from twin.database.connection import Database, Row
from twin.errors import Unprocessable
from twin.queries.placing import building_outline, buildings_alike, buildings_near, placing_model
from twin.store.placing import propose


def propose_places(database: Database, source: str) -> tuple[Diagnosis, list[int]]:
    """Look at where a model stands, and keep what is proposed.

    Parameters
    ----------
    database : Database
        The city.
    source : str
        Data set name of a model that was loaded.

    Returns
    -------
    diagnosis : Diagnosis
    ids : list of int
        Of the proposals in `twin.placing`, in their order.

    Raises
    ------
    NotFound
        No such model.
    Unprocessable
        The model has no outline: its shapes are missing.
    """
    model = placing_model(database, source)
    outline = _outline(model)
    number = model["building_id"]
    known = None if number is None else building_outline(database, number)
    georeference = model["georeference"]
    patient = Patient(
        outline,
        None if model["matrix"] is None else np.array(model["matrix"], float).reshape(4, 4),
        georeference,
        None if known is None else _building(known),
    )
    found = diagnose(patient, database.srid, _City(database))
    statement = statement_of(georeference)
    rows = [
        {
            "statement": statement,
            "load_id": model["load_id"],
            "problem": one.problem,
            "building_id": one.building.id,
            "matrix": one.matrix.reshape(-1).tolist(),
            "residual_m": one.residual_m,
            "overlap": one.overlap,
            "rotation_deg": one.rotation_deg,
            "shift_m": one.shift_m,
            "ambiguous": one.ambiguous,
            "footprint": _moved(one.matrix, outline),
            "stated_footprint": None if found.stated is None else _moved(found.stated, outline),
        }
        for one in found.proposals
    ]
    return found, propose(database, source, rows)


class _City:
    def __init__(self, database: Database) -> None:
        self._database = database

    def near(self, box_m: tuple[float, float, float, float]) -> Sequence[Building]:
        return [_building(row) for row in buildings_near(self._database, box_m)]

    def alike(self, area_m2: float, share: float, limit: int) -> Sequence[Building]:
        return [_building(row) for row in buildings_alike(self._database, area_m2, share, limit)]


def _building(row: Row) -> Building:
    return Building(row["id"], row["code"], shapely.from_wkb(bytes(row["outline"])), row["base_m"])


def _outline(model: Row) -> Any:
    """Outline in model metres: kept so where the model has no place, else brought back."""
    kept = model["georeference"].get("footprint_in_model_m")
    if kept is not None:
        return shapely.from_wkt(kept)
    if model["footprint"] is None or model["matrix"] is None:
        raise Unprocessable(
            f"the model {model['source']} has no outline, its shapes could not be made; load it again first"
        )
    matrix = np.array(model["matrix"], float).reshape(4, 4)
    return apply(np.linalg.inv(plane_of(matrix)), shapely.from_wkb(bytes(model["footprint"])))


def _moved(matrix: Matrix, outline: Any) -> bytes:
    return bytes(shapely.to_wkb(apply(plane_of(matrix), outline)))

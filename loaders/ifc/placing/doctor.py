"""What is wrong with a model's place, and where its outline fits in the city."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from loaders.ifc.placing.bent import Bent, mirrored, other_unit
from loaders.ifc.placing.case import (
    MIRRORED,
    MISSING,
    MODEL_UNIT,
    RIGHT,
    SHIFTED,
    UNCHECKED,
    Building,
    Diagnosis,
    Patient,
    Proposal,
    Surroundings,
)
from loaders.ifc.placing.fit import Fit, Plane, apply, filled, fit, measure, plane_of
from loaders.ifc.placing.rank import best_first
from loaders.ifc.placing.readings import Reading, readings

_STANDS_OVERLAP, _STANDS_SHARE = 0.9, 0.03
"""An outline that covers its building so well, or lies so near to its walls (as a share of the
side of a square of its size), is where it belongs: offices draw balconies and eaves differently."""
_BETTER = 0.5
"""A place beside the present one is proposed where it at least halves the residual."""
_FITS_M, _FITS_OVERLAP = 3.0, 0.6
_BESIDE_M = 150.0
_ALIKE = 0.3
"""Areas of one building, drawn by two offices, differ by less (as a share)."""
_SEARCHED = 60


def diagnose(patient: Patient, srid: int, city: Surroundings) -> Diagnosis:
    """Find out whether a model stands where it belongs, and where it would fit.

    Parameters
    ----------
    patient : Patient
        The model.
    srid : int
        EPSG code of the storage CRS.
    city : Surroundings
        Buildings to stand on.

    Raises
    ------
    ValueError
        The outline has no area.
    """
    if filled(patient.outline).area <= 0:
        raise ValueError("the model has no outline that could be laid on a building")
    unit = other_unit(patient.outline)
    if unit is not None:
        return Diagnosis(MODEL_UNIT, patient.placed, _of_the_file(MODEL_UNIT, patient, unit, srid, city))
    here = None if patient.placed is None else _standing(patient, city)
    if here is not None and _stands(here, patient):
        return Diagnosis(RIGHT, patient.placed, ())
    found = _by_statement(patient, srid, city)
    beside = [one for one in found if one.problem == SHIFTED]
    moved = best_first([one for one in found if _fits(one)] or _anywhere(patient, city))
    flipped = _flipped(patient, moved, here, srid, city)
    if flipped:
        return Diagnosis(MIRRORED, patient.placed, flipped)
    if here is not None and _fits(here) and not any(_halves(one, here) for one in beside):
        return Diagnosis(RIGHT, patient.placed, ())
    if patient.placed is None:
        problem = moved[0].problem if moved else MISSING
    else:
        # what only looks alike elsewhere in the city does not tell that a sure statement is wrong
        doubtful = patient.building is not None or patient.georeference.get("approximate")
        told = moved and (moved[0].aside_m is not None or doubtful)
        problem = moved[0].problem if told else UNCHECKED
    return Diagnosis(problem, patient.placed, tuple(moved))


def _standing(patient: Patient, city: Surroundings) -> Fit | None:
    """How well a model covers what it stands on as it is; None where it stands on nothing."""
    assert patient.placed is not None  # noqa: S101 - asked by the caller
    plane = plane_of(patient.placed)
    targets = _targets(patient, plane, city, beside_m=0.0)
    placed = [measure(patient.outline, one.outline, plane) for one in targets]
    return min(placed, key=lambda m: m.residual_m, default=None)


def _stands(here: Fit | Proposal, patient: Patient) -> bool:
    side_m = math.sqrt(filled(patient.outline).area)
    return here.overlap >= _STANDS_OVERLAP or here.residual_m <= _STANDS_SHARE * side_m


def _halves(one: Proposal, than: Fit | Proposal) -> bool:
    return one.residual_m <= _BETTER * than.residual_m


def _by_statement(patient: Patient, srid: int, city: Surroundings) -> list[Proposal]:
    """Fits around what the model says of its place, and around what it may have meant."""
    middle = shapely.get_coordinates(shapely.centroid(patient.outline))[0]
    said = [] if patient.placed is None else [Reading(SHIFTED, patient.placed)]
    return [
        one
        for reading in (*said, *readings(patient.georeference, srid, middle))
        for one in _beside(patient, reading, city)
    ]


def _flipped(
    patient: Patient, moved: Sequence[Proposal], here: Fit | None, srid: int, city: Surroundings
) -> tuple[Proposal, ...]:
    """Fits of the mirror image, where nothing else fits and they do."""
    if moved and _stands(moved[0], patient):
        return ()
    others = [*moved[:1], *([] if here is None else [here])]
    found = _of_the_file(MIRRORED, patient, mirrored(patient.outline), srid, city)
    good = tuple(one for one in found if _stands(one, patient))
    return good if good and all(_halves(good[0], other) for other in others) else ()


def _of_the_file(
    problem: str, patient: Patient, bent: Bent, srid: int, city: Surroundings
) -> tuple[Proposal, ...]:
    """Where the model would fit once its file is corrected."""
    changed = replace(patient, outline=bent.outline)
    found = [one for one in _by_statement(changed, srid, city) if _fits(one)] or _anywhere(changed, city)
    return tuple(replace(one, problem=problem, matrix=one.matrix @ bent.matrix) for one in best_first(found))


def _beside(patient: Patient, reading: Reading, city: Surroundings) -> list[Proposal]:
    """Fits to the buildings around a reading; the direction it states counts."""
    plane = plane_of(reading.matrix)
    angle = math.atan2(plane[1, 0], plane[0, 0])
    found = []
    for building in _targets(patient, plane, city, beside_m=_BESIDE_M):
        if _alike(patient.outline, building.outline):
            laid = fit(patient.outline, building.outline, [angle])
            found.append(
                _proposal(patient, reading.problem, building, laid, reading.matrix[2, 3], read=plane)
            )
    return found


def _anywhere(patient: Patient, city: Surroundings) -> list[Proposal]:
    """Fits to all buildings of about that size, or to the one the model is known to be of."""
    if patient.building is not None:
        targets: Sequence[Building] = [patient.building]
    else:
        targets = city.alike(filled(patient.outline).area, _ALIKE, _SEARCHED)
    problem = MISSING if patient.placed is None else SHIFTED
    laid = [
        _proposal(patient, problem, one, fit(patient.outline, one.outline), one.base_m) for one in targets
    ]
    return [one for one in laid if _fits(one)]


def _fits(proposal: Proposal | Fit) -> bool:
    return proposal.residual_m <= _FITS_M or proposal.overlap >= _FITS_OVERLAP


def _proposal(
    patient: Patient,
    problem: str,
    building: Building,
    found: Fit,
    up_m: float | None,
    *,
    read: Plane | None = None,
) -> Proposal:
    matrix = np.eye(4)
    matrix[:2, :2], matrix[:2, 3] = found.plane[:2, :2], found.plane[:2, 2]
    matrix[2, 3] = up_m or 0.0
    middle = np.append(shapely.get_coordinates(shapely.centroid(patient.outline))[0], 1.0)

    def from_m(plane: Plane | None) -> float | None:
        return None if plane is None else float(np.hypot(*((found.plane - plane) @ middle)[:2]))

    return Proposal(
        problem,
        building,
        matrix,
        found.residual_m,
        found.overlap,
        found.rotation_deg,
        from_m(None if patient.placed is None else plane_of(patient.placed)),
        from_m(read),
        found.ambiguous,
    )


def _targets(patient: Patient, plane: Plane, city: Surroundings, *, beside_m: float) -> list[Building]:
    moved = apply(plane, patient.outline)
    west, south, east, north = shapely.bounds(moved)
    if not np.isfinite([west, south, east, north]).all():
        return []
    near = city.near((west - beside_m, south - beside_m, east + beside_m, north + beside_m))
    if patient.building is not None:
        return [one for one in near if one.id == patient.building.id]
    covered = [one for one in near if shapely.intersection(moved, one.outline).area > 0.5 * one.outline.area]
    if len(covered) > 1:  # a model of a whole block, of which the city has several buildings
        whole = shapely.union_all([one.outline for one in covered])
        largest = max(covered, key=lambda one: one.outline.area)
        return [*near, replace(largest, outline=whole)]
    return list(near)


def _alike(outline: Any, other: Any) -> bool:
    share = filled(outline).area / max(filled(other).area, 1e-9)
    return 1 - _ALIKE <= share <= 1 / (1 - _ALIKE)

"""What is wrong with a model's place, and where its outline fits in the city."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import shapely

from loaders.ifc.placement import Matrix
from loaders.ifc.placing.fit import (
    RIVAL_FACTOR,
    RIVAL_M,
    Fit,
    Plane,
    apply,
    filled,
    fit,
    measure,
    plane_of,
)
from loaders.ifc.placing.readings import Reading, readings

RIGHT, SHIFTED, MISSING = "none", "shifted", "missing"
"""The model stands where it belongs; it stands beside its building; it says no place at all."""
_STANDS_OVERLAP, _STANDS_SHARE = 0.9, 0.03
"""An outline that covers its building so well, or lies so near to its walls (as a share of the
side of a square of its size), is where it belongs: offices draw balconies and eaves differently."""
_BETTER = 0.5
"""A place beside the present one is proposed where it at least halves the residual."""
_FITS_M, _FITS_OVERLAP = 3.0, 0.6
_BESIDE_M = 150.0
_ALIKE = 0.3
"""Areas of one building, drawn by two offices, differ by less (as a share)."""
_SEARCHED, _KEPT = 60, 5


@dataclass(frozen=True, slots=True)
class Building:
    """A building of the city: id, code, outline (storage CRS), height of its base or None."""

    id: int
    code: str | None
    outline: Any
    base_m: float | None


class Surroundings(Protocol):
    """What the doctor asks of the city."""

    def near(self, box_m: tuple[float, float, float, float]) -> Sequence[Building]:
        """Buildings that meet a box of the storage CRS."""
        ...

    def alike(self, area_m2: float, share: float, limit: int) -> Sequence[Building]:
        """Buildings whose area differs by no more than a share, the most alike first."""
        ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place for the model.

    Attributes
    ----------
    problem : str
        `axes-swapped`, `unit`, `doubled`, `shifted`, `missing`.
    building : Building
        Where it would stand.
    matrix : ndarray of shape (4, 4)
        Model metres -> storage CRS.
    residual_m, overlap : float
        See `Fit`.
    rotation_deg : float
        Of the model's x axis from east, counter-clockwise.
    shift_m : float or None
        From where the model says it stands; None where it says nothing.
    ambiguous : bool
        Another building, or another way round, fits hardly worse.
    """

    problem: str
    building: Building
    matrix: Matrix
    residual_m: float
    overlap: float
    rotation_deg: float
    shift_m: float | None
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found.

    Attributes
    ----------
    problem : str
        `none` where the model stands on a building as it says; else what is wrong.
    stated : Matrix or None
        Where it says it stands.
    proposals : tuple of Proposal
        The best first; empty where nothing fits.
    """

    problem: str
    stated: Matrix | None
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class Patient:
    """A model as the doctor sees it.

    Attributes
    ----------
    outline : Polygon or MultiPolygon
        In model metres.
    placed : ndarray of shape (4, 4) or None
        Where it stands now; None: nowhere.
    georeference : dict
        What it says of its place (`Georeference.as_dict()`).
    building : Building or None
        The building it is known to be of, by its code or by a person.
    """

    outline: Any
    placed: Matrix | None
    georeference: dict[str, Any]
    building: Building | None = None


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
    found: list[Proposal] = []
    if patient.placed is not None:
        here = _standing(patient, city)
        if here is not None and _stands(here, patient):
            return Diagnosis(RIGHT, patient.placed, ())
        beside = _beside(patient, Reading(SHIFTED, patient.placed), city)
        if here is not None and _fits(here) and not any(_halves(one, here) for one in beside):
            return Diagnosis(RIGHT, patient.placed, ())
        found += beside
    for reading in readings(patient.georeference, srid):
        found += _beside(patient, reading, city)
    good = [one for one in found if _fits(one)] or _anywhere(patient, city)
    best = _without_doubles(sorted(good, key=lambda one: one.residual_m))[:_KEPT]
    problem = best[0].problem if best else (MISSING if patient.placed is None else SHIFTED)
    return Diagnosis(problem, patient.placed, tuple(best))


def _standing(patient: Patient, city: Surroundings) -> Fit | None:
    """How well a model covers what it stands on as it is; None where it stands on nothing."""
    assert patient.placed is not None  # noqa: S101 - asked by the caller
    plane = plane_of(patient.placed)
    targets = _targets(patient, plane, city, beside_m=0.0)
    placed = [measure(patient.outline, one.outline, plane) for one in targets]
    return min(placed, key=lambda m: m.residual_m, default=None)


def _stands(here: Fit, patient: Patient) -> bool:
    side_m = math.sqrt(filled(patient.outline).area)
    return here.overlap >= _STANDS_OVERLAP or here.residual_m <= _STANDS_SHARE * side_m


def _halves(one: Proposal, here: Fit) -> bool:
    return one.residual_m <= _BETTER * here.residual_m


def _beside(patient: Patient, reading: Reading, city: Surroundings) -> list[Proposal]:
    """Fits to the buildings around a reading; the direction it states counts."""
    plane = plane_of(reading.matrix)
    angle = math.atan2(plane[1, 0], plane[0, 0])
    found = []
    for building in _targets(patient, plane, city, beside_m=_BESIDE_M):
        if _alike(patient.outline, building.outline):
            laid = fit(patient.outline, building.outline, [angle])
            found.append(_proposal(patient, reading.problem, building, laid, reading.matrix[2, 3]))
    return found


def _anywhere(patient: Patient, city: Surroundings) -> list[Proposal]:
    """Fits to all buildings of about that size, or to the one the model is known to be of."""
    if patient.building is not None:
        targets: Sequence[Building] = [patient.building]
    else:
        targets = city.alike(filled(patient.outline).area, _ALIKE, _SEARCHED)
    laid = [
        _proposal(patient, MISSING, one, fit(patient.outline, one.outline), one.base_m) for one in targets
    ]
    found = sorted((one for one in laid if _fits(one)), key=lambda one: one.residual_m)[:_KEPT]
    if len(found) > 1:
        best = found[0].residual_m
        worst = max(best * RIVAL_FACTOR, best + RIVAL_M)
        if found[1].residual_m <= worst:
            found = [replace(one, ambiguous=True) if one.residual_m <= worst else one for one in found]
    return found


def _fits(proposal: Proposal | Fit) -> bool:
    return proposal.residual_m <= _FITS_M or proposal.overlap >= _FITS_OVERLAP


def _proposal(patient: Patient, problem: str, building: Building, found: Fit, up_m: float | None) -> Proposal:
    matrix = np.eye(4)
    matrix[:2, :2], matrix[:2, 3] = found.plane[:2, :2], found.plane[:2, 2]
    matrix[2, 3] = up_m or 0.0
    shift_m = None
    if patient.placed is not None:
        middle = np.append(shapely.get_coordinates(shapely.centroid(patient.outline))[0], 1.0)
        shift_m = float(np.hypot(*((found.plane - plane_of(patient.placed)) @ middle)[:2]))
    return Proposal(
        problem,
        building,
        matrix,
        found.residual_m,
        found.overlap,
        found.rotation_deg,
        shift_m,
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


def _without_doubles(proposals: list[Proposal]) -> list[Proposal]:
    """Two readings often lead to one place."""
    kept: list[Proposal] = []
    for one in proposals:
        if not any(np.abs(one.matrix - other.matrix).max() < 0.05 for other in kept):
            kept.append(one)
    return kept

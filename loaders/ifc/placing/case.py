"""What the doctor is asked about, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from loaders.ifc.placement import Matrix

RIGHT, SHIFTED, MISSING, UNCHECKED = "none", "shifted", "missing", "unchecked"
"""The model stands where it belongs; it stands beside its building; it says no place at all; it says one
where the city has no building."""
MIRRORED, MODEL_UNIT = "mirrored", "model-unit"
"""Its outline is the mirror image of a building; its lengths are in another unit than the file declares."""


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
        `axes-swapped`, `unit`, `doubled`, `unstated`, `shifted`, `missing`, `mirrored`, `model-unit`.
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
    aside_m : float or None
        From where the reading of the statement that led here puts it; None where no reading did.
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
    aside_m: float | None
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found.

    Attributes
    ----------
    problem : str
        `none` where the model stands on a building as it says; `unchecked` where it says a place and
        the city has no building there to check it by; else what is wrong.
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

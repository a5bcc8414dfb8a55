"""What the doctor calls each mistake, and that it does not choose between places that fit alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import affinity

from loaders.ifc.footprint import outline
from loaders.ifc.georeference import Georeference
from loaders.ifc.placement import storage_matrix
from loaders.ifc.placing.case import Building, Patient
from loaders.ifc.placing.doctor import diagnose
from loaders.ifc.placing.fit import apply
from tests.loaders.ifc.placing.test_fit import ANGLE, motion

SRID = 4547
EAST, NORTH = 512_000.0, 2_494_000.0
TRUE = motion(20.0, EAST, NORTH)
SQUARE = shapely.box(0, 0, 20, 20)


@dataclass
class City:
    """Buildings in a list."""

    buildings: Sequence[Building]

    def near(self, box_m: tuple[float, float, float, float]) -> Sequence[Building]:
        return [one for one in self.buildings if one.outline.intersects(shapely.box(*box_m))]

    def alike(self, area_m2: float, share: float, limit: int) -> Sequence[Building]:
        low, high = area_m2 * (1 - share), area_m2 / (1 - share)
        return [one for one in self.buildings if low <= one.outline.area <= high][:limit]


def city(*outlines: Any) -> City:
    return City([Building(n, f"B{n}", shape, 5.0) for n, shape in enumerate(outlines, 1)])


def patient(shape: Any, turn_deg: float = 20.0, **stated: Any) -> Patient:
    """A model that states a map conversion, kept as the reader of files keeps it; or nothing."""
    if not stated:
        return Patient(shape, None, Georeference().as_dict())
    values = {"crs": "EPSG:4547", "eastings": EAST, "northings": NORTH, "height": 5.0} | stated
    said = Georeference(
        level="map-conversion",
        crs=values["crs"],
        origin=(values["eastings"], values["northings"], values["height"]),
        x_axis=(np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))),
        stated=values,
    ).as_dict()
    return Patient(shape, storage_matrix(said, SRID)[0], said)


def test_a_model_between_two_equal_buildings_is_ambiguous() -> None:
    """Both are 45 m away; a millionth of a metre in the residual must not choose."""
    twins = city(*(affinity.translate(SQUARE, EAST + e, NORTH) for e in (0, 90)))
    found = diagnose(patient(SQUARE, 0.0, eastings=EAST + 45), SRID, twins)
    assert found.problem == "shifted"
    assert {one.building.code for one in found.proposals} == {"B1", "B2"}
    assert all(one.ambiguous for one in found.proposals)


@pytest.mark.parametrize("meant", [0, 90])
def test_of_equal_buildings_the_one_a_reading_hits_is_meant(meant: int) -> None:
    twins = city(*(affinity.translate(SQUARE, EAST + e, NORTH) for e in (0, 90)))
    found = diagnose(patient(SQUARE, 0.0, eastings=NORTH, northings=EAST + meant), SRID, twins)
    best = found.proposals[0]
    assert (found.problem, best.building.code) == ("axes-swapped", "B2" if meant else "B1")
    assert best.aside_m == pytest.approx(0.0, abs=0.01)
    assert not best.ambiguous


def test_a_square_without_a_place_is_ambiguous_by_its_direction() -> None:
    found = diagnose(patient(SQUARE), SRID, city(affinity.translate(SQUARE, EAST, NORTH)))
    assert found.problem == "missing"
    assert found.proposals[0].ambiguous


def test_map_coordinates_nothing_is_said_of_are_not_called_doubled() -> None:
    there = apply(TRUE, ANGLE)
    found = diagnose(patient(there), SRID, city(there))
    assert found.problem == "unstated"
    assert diagnose(patient(there, eastings=EAST), SRID, city(there)).problem == "doubled"
    # so is one that states an offset of nothing
    assert diagnose(patient(there, eastings=0.0, northings=0.0), SRID, city(there)).problem == "unstated"


def test_doubled_coordinates_in_another_grid_than_the_citys_are_found() -> None:
    """EPSG:4526 is the same grid with the zone in front of the eastings."""
    there = apply(TRUE, ANGLE)
    prefixed = affinity.translate(there, 38_000_000)
    found = diagnose(patient(prefixed, crs="EPSG:4526", eastings=EAST + 38e6), SRID, city(there))
    assert found.problem == "doubled"
    assert found.proposals[0].residual_m < 0.01
    assert apply(found.proposals[0].matrix[np.ix_([0, 1, 3], [0, 1, 3])], prefixed).equals_exact(there, 0.05)


def test_a_new_building_on_an_empty_plot_is_not_said_to_be_wrong() -> None:
    """The statement is sure; what looks alike kilometres away is no proof against it."""
    found = diagnose(patient(ANGLE, eastings=EAST + 5000), SRID, city(apply(TRUE, ANGLE)))
    assert found.problem == "unchecked"
    assert found.proposals[0].shift_m == pytest.approx(5000, abs=1)
    assert diagnose(patient(ANGLE, eastings=EAST + 5000), SRID, city()).proposals == ()
    assert diagnose(patient(ANGLE, eastings=EAST), SRID, city()).problem == "unchecked"


@pytest.mark.parametrize("factor", [1000.0, 0.001])
@pytest.mark.parametrize("stated", [{}, {"eastings": EAST}])
def test_a_wrong_length_unit_is_named_and_the_right_one_fits(factor: float, stated: dict) -> None:
    """Millimetres declared as metres, and metres as millimetres."""
    wrong = affinity.scale(ANGLE, factor, factor, origin=(0, 0))
    found = diagnose(patient(wrong, **stated), SRID, city(apply(TRUE, ANGLE)))
    best = found.proposals[0]
    assert (found.problem, best.problem, best.building.code) == ("model-unit", "model-unit", "B1")
    assert best.residual_m < 0.01
    assert apply(best.matrix[np.ix_([0, 1, 3], [0, 1, 3])], wrong).equals_exact(apply(TRUE, ANGLE), 0.05)


def test_the_outline_of_a_tiny_model_is_still_its_outline() -> None:
    """Forty millimetres of a building in metres whose file declares millimetres."""
    tiny = affinity.scale(ANGLE, 0.001, 0.001, origin=(0, 0))
    drawn, _ = outline([tiny], [tiny])
    assert drawn.symmetric_difference(tiny).area < 0.01 * tiny.area


@pytest.mark.parametrize("stated", [{}, {"eastings": EAST}])
def test_a_mirrored_model_is_said_to_be_mirrored(stated: dict) -> None:
    flipped = affinity.scale(ANGLE, -1, 1)
    found = diagnose(patient(flipped, **stated), SRID, city(apply(TRUE, ANGLE)))
    assert (found.problem, found.proposals[0].problem) == ("mirrored", "mirrored")
    assert found.proposals[0].residual_m < 0.01
    assert np.linalg.det(found.proposals[0].matrix[:2, :2]) == pytest.approx(-1.0)


def test_a_turn_of_37_degrees_is_undone() -> None:
    found = diagnose(patient(ANGLE, 57.0, eastings=EAST), SRID, city(apply(TRUE, ANGLE)))
    assert (found.problem, found.proposals[0].rotation_deg) == ("shifted", pytest.approx(20.0, abs=0.05))
    assert not found.proposals[0].ambiguous

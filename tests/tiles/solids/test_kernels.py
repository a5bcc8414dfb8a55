"""What the kernels make is to the bit what numpy and shapely make."""

from __future__ import annotations

import struct
from dataclasses import fields

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.gis.extrude import extrude
from tests.tiles.solids.test_codec import _KINDS, _rows
from tiles.solids.body import prism, wkb_of
from tiles.solids.codec import indices_by_kernel, indices_by_numpy, vertices_by_kernel, vertices_by_numpy
from tiles.solids.faces import by_kernel, by_numpy
from tiles.solids.place import CitySquare
from tiles.solids.surfaces import by_kernel as read_by_kernel
from tiles.solids.surfaces import by_shapely
from tiles.source import PUBLIC
from tiles.vector.snapshot.jit import READY

_SEEDS = st.integers(0, 2**32 - 1)

pytestmark = pytest.mark.usefixtures("kernels_state")


def _same(one, other):
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        assert a.dtype == b.dtype, field.name
        assert a.shape == b.shape, field.name
        assert a.tobytes() == b.tobytes(), field.name


def _house(random):
    """A plan of any shape, with a courtyard or without, now and then broken or flat."""
    corners = int(random.integers(3, 12))
    angles = np.sort(random.uniform(0, 2 * np.pi, corners))
    radius = random.uniform(1, 30, corners)
    plan = shapely.Polygon(np.c_[radius * np.cos(angles), radius * np.sin(angles)])
    kind = random.integers(0, 6)
    if kind == 0:
        plan = shapely.box(0, 0, *random.uniform(5, 30, 2)) - shapely.box(2, 2, 3, 3)
    elif kind == 1:
        plan = shapely.box(0, 0, 20, 20) - shapely.box(10, 10, 20, 20)
    elif kind == 2:
        plan = shapely.box(0, 0, *random.uniform(1e-6, 30, 2))
    plan = shapely.affinity.rotate(plan, float(random.uniform(0, 90)))
    low = float(random.uniform(-5, 50))
    return wkb_of(prism(shapely.MultiPolygon([plan]), low, low + float(random.integers(0, 2) * 12.5)))


@settings(deadline=None, max_examples=60)
@given(_SEEDS, st.integers(1, 12))
def test_faces_are_the_same_to_the_bit(seed, count):
    random = np.random.default_rng(seed)
    wkbs, owners = [_house(random) for _ in range(count)], np.sort(random.integers(0, 5, count))
    surfaces = by_shapely(wkbs, owners)
    _same(read_by_kernel(wkbs, owners), surfaces)
    _same(by_kernel(surfaces), by_numpy(surfaces))


def test_solids_of_loads_are_read_too():
    plans = np.array([shapely.MultiPolygon([shapely.box(0, 0, 9, 7)])], object)
    wkbs = list(extrude(plans, np.array([1.0]), np.array([8.0])))
    assert struct.unpack_from("<I", wkbs[0], 1) == (1015,), "a polyhedral surface"
    surfaces = by_shapely(wkbs, np.zeros(1, np.int64))
    assert len(surfaces.owners) == 6
    _same(read_by_kernel(wkbs, np.zeros(1, np.int64)), surfaces)


def test_what_the_kernel_does_not_read_is_left_to_shapely():
    house = shapely.MultiPolygon([shapely.Polygon([(0, 0, 1), (4, 0, 1), (4, 3, 1)])])
    other = shapely.to_wkb(house, flavor="iso", byte_order=0)
    one = np.zeros(1, np.int64)
    assert read_by_kernel([other], one) is None
    assert read_by_kernel([shapely.to_wkb(house.geoms[0], flavor="iso", byte_order=1)], one) is None
    _same(by_shapely([other], one), by_shapely([wkb_of(house)], one))


@settings(deadline=None, max_examples=80)
@given(st.integers(1, 600), st.sampled_from([4, 8, 12, 36, 256]), st.sampled_from(_KINDS), _SEEDS)
def test_vertices_are_the_same_to_the_bit(count, stride, kind, seed):
    rows = _rows(np.random.default_rng(seed), count, stride, kind)[: max(1, 20_000 // stride)]
    assert vertices_by_kernel(rows) == vertices_by_numpy(rows)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 600), st.sampled_from([2, 40, 70_000, 2**30]), _SEEDS)
def test_indices_are_the_same_to_the_bit(count, vertices, seed):
    values = np.random.default_rng(seed).integers(0, vertices, count).astype(np.uint32)
    assert indices_by_kernel(values) == indices_by_numpy(values)


def test_contents_are_the_same_to_the_byte(quarter):
    root, compared = quarter.root(), 0
    for key in quarter.contents():
        square = CitySquare("content", root, *key)
        assert READY.is_set()
        fast = quarter.source.make((), square, PUBLIC).tile
        READY.clear()
        try:
            slow = quarter.source.make((), square, PUBLIC).tile
        finally:
            READY.set()
        assert fast.data == slow.data
        compared += 1
    assert compared > 20

"""Faces, frames and instances, each against an independent computation."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from tests.tiles.solids.reader import read
from tiles.solids.body import prism, wkb_of
from tiles.solids.faces import triangulate
from tiles.solids.frame import Frame
from tiles.solids.instances import decompose
from tiles.solids.metadata import ID, Property
from tiles.solids.storey import storey_glb
from tiles.solids.surfaces import read_surfaces
from twin.errors import InvalidParameter

_SEEDS = st.integers(0, 2**32 - 1)


def _triangles(solids):
    surfaces = read_surfaces([wkb_of(solid) for solid in solids], np.arange(len(solids)))
    return triangulate(surfaces, lambda points: points)


def _volume(points, triangles):
    a, b, c = (points[triangles[:, i]] for i in range(3))
    return np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6


@settings(deadline=None, max_examples=80)
@given(_SEEDS, st.integers(3, 14), st.booleans())
def test_a_prism_encloses_its_volume(seed, corners, holed):
    random = np.random.default_rng(seed)
    angles = np.sort(random.uniform(0, 2 * np.pi, corners))
    if np.diff(angles, append=angles[0] + 2 * np.pi).max() > 3.0 or np.diff(angles).min() < 0.01:
        return
    radius = random.uniform(15, 30, corners)
    outline = shapely.Polygon(np.c_[radius * np.cos(angles), radius * np.sin(angles)])
    if holed:
        outline = outline.difference(shapely.Point(0, 0).buffer(1.0, 3))
    low, top = random.uniform(-10, 50), random.uniform(51, 90)
    faces = _triangles([prism(shapely.MultiPolygon([outline]), low, top)])
    assert _volume(faces.points, faces.triangles.astype(int)) == pytest.approx(
        outline.area * (top - low), rel=1e-9
    )
    used = np.unique(faces.triangles)
    assert len(used) == len(faces.points)


def test_owners_follow_their_solids():
    boxes = [prism(shapely.MultiPolygon([shapely.box(x, 0, x + 5, 4)]), 0, 3) for x in (0, 10, 20)]
    faces = _triangles(boxes)
    for owner in range(3):
        xs = faces.points[faces.owners == owner][:, 0]
        assert (xs.min(), xs.max()) == (owner * 10, owner * 10 + 5)


@pytest.mark.parametrize("srid", [4547, 32650, 3857])
@pytest.mark.parametrize("side", [200.0, 16_000.0, 120_000.0])
def test_a_patch_is_as_good_as_proj(srid, side):
    east, north = Transformer.from_crs(4326, srid, always_xy=True).transform(114.13, 22.55)
    frame = Frame.at(east, north, srid, -3.0)
    patch = frame.patch((east - side / 2, north - side / 2, east + side / 2, north + side / 2))
    random = np.random.default_rng(1)
    points = random.uniform(-1.1, 1.1, (500, 3)) * [side / 2, side / 2, 250] + [east, north, 250]
    lon, lat = Transformer.from_crs(srid, 4326, always_xy=True).transform(points[:, 0], points[:, 1])
    there = Transformer.from_crs(4979, 4978, always_xy=True).transform(lon, lat, points[:, 2] - 3.0)
    matrix = np.array(frame.transform).reshape(4, 4).T
    here = patch.local(points) @ matrix[:3, :3].T + matrix[:3, 3]
    assert np.abs(here - np.column_stack(there)).max() < 0.005


def test_a_frame_outside_the_projection_is_refused():
    with pytest.raises(InvalidParameter, match="outside EPSG:4547"):
        Frame.at(1e30, 1e30, 4547, 0.0)


@settings(deadline=None, max_examples=60)
@given(_SEEDS, st.floats(0.2, 5.0))
def test_turns_and_scales_are_split(seed, scale):
    random = np.random.default_rng(seed)
    turns = np.linalg.qr(random.normal(size=(20, 3, 3)))[0]
    mirrored = np.linalg.det(turns) < 0
    quaternions, scales, fits = decompose(turns * scale, 10.0)
    assert (fits == ~mirrored).all()
    assert scales == pytest.approx(scale)
    x, y, z, w = quaternions[fits].T
    first = np.stack([1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)], axis=1)
    assert np.allclose(first, turns[fits][:, :, 0], atol=1e-9)
    sheared = turns[~mirrored] @ np.diag([1.0, 1.0, 1.01]) * scale
    assert not decompose(sheared, 10.0)[2].any()


def _mesh(mesh_id=1):
    """A wedge of 2 x 1 x 0.5 m, its slope of glass, as the database keeps it."""
    points = np.array([[0, 0, 0], [2, 0, 0], [2, 1, 0], [0, 1, 0], [0, 0, 0.5], [2, 0, 0.5]])
    triangles = [[0, 2, 1], [0, 3, 2], [0, 1, 5], [0, 5, 4], [1, 2, 5], [0, 4, 3], [4, 5, 2], [4, 2, 3]]
    high = points.max(axis=0)
    return {
        "mesh_id": mesh_id,
        "positions": np.round(points / high * 65535).astype("<u2").tobytes(),
        "indices": np.array(triangles, "<u4").tobytes(),
        "materials": np.array([0] * 6 + [1] * 2, "<u2").tobytes(),
        "palette": [[120, 130, 140, 255], [90, 160, 220, 110]],
        "box_min_m": [0.0, 0.0, 0.0],
        "box_max_m": high.tolist(),
    }, points


def _turned(angle, at, mirror=1.0):
    c, s = np.cos(angle), np.sin(angle)
    matrix = np.eye(4)
    matrix[:3, :3] = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ np.diag([mirror, 1, 1])
    matrix[:3, 3] = at
    return matrix


def test_many_placements_are_instances_and_all_stand_where_they_belong():
    mesh, points = _mesh()
    matrices = [_turned(0.3 * i, [5.0 * i, 2.0 * i, 3.0]) for i in range(9)]
    matrices.append(_turned(1.0, [-20, 0, 0], mirror=-1.0))
    rows = [
        {"id": 100 + i, "name": f"窗{i}", **mesh, "matrix": matrix.ravel().tolist()}
        for i, matrix in enumerate(matrices)
    ]
    model = _turned(0.2, [513_000.0, 2_494_000.0, 12.0])
    frame = Frame.at(513_000.0, 2_494_000.0, 4547, -3.0)
    name = Property("name", "text", "名称", "Name")
    glb = read(storey_glb(rows, model, frame.exact, [ID, name], name="object"))
    assert {"EXT_mesh_gpu_instancing", "EXT_instance_features", "EXT_mesh_features"} <= set(
        glb.document["extensionsUsed"]
    )
    assert [row["name"] for row in glb.rows] == [f"窗{i}" for i in range(10)]
    found = glb.features()
    for row, matrix in zip(rows, matrices, strict=True):
        whole = model @ matrix
        there = frame.exact(points @ whole[:3, :3].T + whole[:3, 3])
        drawn = found[row["id"]]
        here = np.vstack(drawn.points)
        away = np.linalg.norm(there[:, None] - here[None], axis=2)
        assert max(away.min(axis=0).max(), away.min(axis=1).max()) < 0.006
        assert drawn.instanced == (0 if row["id"] == 109 else 2), "opaque and glass"
        corners, normals = np.vstack(drawn.corners), np.vstack(drawn.normals)
        middle = corners.mean(axis=(0, 1))
        volume = np.einsum(
            "ij,ij->i", corners[:, 0] - middle, np.cross(corners[:, 1] - middle, corners[:, 2] - middle)
        )
        assert volume.sum() / 6 == pytest.approx(0.5, rel=0.01), "wound outward, the mirrored one too"
        faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        faces /= np.linalg.norm(faces, axis=1)[:, None]
        assert np.einsum("ij,ikj->ik", faces, normals).min() > 0.98
        assert {tuple(c) for c in np.vstack(drawn.colours).tolist()} == {
            (120, 130, 140, 255), (90, 160, 220, 110)
        }  # fmt: skip


def test_few_placements_are_baked():
    mesh, _ = _mesh()
    rows = [{"id": i, **mesh, "matrix": _turned(0.1, [i, 0, 0]).ravel().tolist()} for i in range(3)]
    frame = Frame.at(513_000.0, 2_494_000.0, 4547, -3.0)
    model = _turned(0.0, [513_000.0, 2_494_000.0, 12.0])
    glb = read(storey_glb(rows, model, frame.exact, [ID], name="object"))
    assert "EXT_mesh_gpu_instancing" not in glb.document["extensionsUsed"]
    materials = glb.document["materials"]
    assert [m.get("alphaMode", "OPAQUE") for m in materials] == ["OPAQUE", "BLEND"]
    assert sorted(glb.features()) == [0, 1, 2]


def test_no_row_is_an_empty_scene():
    glb = read(storey_glb([], np.eye(4), lambda points: points, [ID], name="object"))
    assert (glb.features(), glb.rows) == ({}, [])


def test_values_come_back_and_unknown_stays_unknown():
    mesh, _ = _mesh()
    kinds = [ID, *(Property(k, k, k, k) for k in ("text", "real", "integer", "boolean"))]
    values = [
        {"id": 2**33, "text": "消防泵房", "real": 1.5, "integer": -3, "boolean": False},
        {"id": 7, "text": None, "real": None, "integer": None, "boolean": None},
        {"id": 8, "text": "B1", "real": 0.0, "integer": 2**40, "boolean": True},
        {"id": 9, "text": "x", "real": float("nan"), "integer": 0, "boolean": None},
    ]
    frame = Frame.at(513_000.0, 2_494_000.0, 4547, -3.0)
    model = _turned(0.0, [513_000.0, 2_494_000.0, 12.0])
    rows = [{**row, **mesh, "matrix": np.eye(4).ravel().tolist()} for row in values]
    found = read(storey_glb(rows, model, frame.exact, kinds, name="object")).rows
    assert found[:3] == values[:3]
    assert found[3]["real"] is None

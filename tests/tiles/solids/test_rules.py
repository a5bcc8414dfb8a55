"""The checker of our own tilesets, tried on cases whose verdict is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tiles.solids.rules import subtree_faults, tileset_faults
from tiles.solids.subtree import subtree

_SOUND = {
    "asset": {"version": "1.1"},
    "geometricError": 8.0,
    "root": {"boundingVolume": {"sphere": [0, 0, 0, 1]}, "geometricError": 4.0, "refine": "ADD"},
}
# what needs the content, an external file or the metadata of the whole tileset to be judged
_BEYOND = (
    "tilesetWithCycle", "tilesetWithMultiple", "external", "tileset.json", "statisticsClassesId",
    "statisticsClassesMin", "statisticsClassesProp", "tilesetMetadataEntity", "extensionNotDeclared_1_0",
    "extensionFound", "tileRefineMissingInRootOfExternal", "tileContentBoundingVolumeWithRotation",
    "extrasUnexpectedType",
)  # fmt: skip


def test_a_sound_document_has_no_faults():
    assert tileset_faults(_SOUND) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("asset",), {}),
        (("geometricError",), None),
        (("root", "geometricError"), 9.0),
        (("root", "refine"), "add"),
        (("root", "boundingVolume"), {}),
        (("root", "boundingVolume"), {"box": [0] * 11}),
        (("root", "transform"), [1.0] * 16),
        (("root", "content"), {"url": "a.glb"}),
        (("root", "implicitTiling"), {"subdivisionScheme": "QUADTREE"}),
        (("root", "metadata"), {"class": "unknown"}),
    ],
)
def test_a_fault_is_found(path, value):
    document = json.loads(json.dumps(_SOUND))
    *most, last = path
    target = document
    for name in most:
        target = target[name]
    target[last] = value
    assert tileset_faults(document)


@pytest.mark.shared_data
def test_the_cases_of_the_validator(shared_data: Path):
    folder = shared_data / "3dtiles-validator"
    if not folder.is_dir():
        pytest.skip("no cases of the 3D Tiles validator")
    seen = 0
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if path.name.startswith("validTileset"):
            assert tileset_faults(document) == [], path.name
            seen += 1
        elif not path.name.startswith(_BEYOND):
            assert tileset_faults(document), path.name
            seen += 1
    assert seen > 40


@pytest.mark.shared_data
def test_real_tilesets_and_subtrees_are_sound(shared_data: Path):
    folder = shared_data / "3dtiles"
    if not folder.is_dir():
        pytest.skip("no 3D Tiles samples")
    for path in folder.rglob("tileset.json"):
        assert tileset_faults(json.loads(path.read_text(encoding="utf-8"))) == [], path
    subtrees = list(folder.rglob("*.subtree"))
    assert subtrees
    for path in subtrees:
        assert subtree_faults(path.read_bytes(), 3) == [], path


def test_faulty_subtrees_are_found():
    box = [0.0] * 12
    good = subtree((0, 0, 0), 2, {(0, 0, 0): box, (1, 1, 0): box}, {(1, 1, 0)}, set())
    assert subtree_faults(good, 2) == []
    assert subtree_faults(good[:-8], 2)
    assert subtree_faults(good, 3), "bits of another number of levels"
    orphan = subtree((0, 0, 0), 2, {(1, 1, 0): box}, {(1, 1, 0)}, set())
    assert "a tile without its parent" in subtree_faults(orphan, 2)
    bare = subtree((0, 0, 0), 2, {(0, 0, 0): box}, {(1, 1, 0)}, set())
    assert "content without a tile" in subtree_faults(bare, 2)
    loose = subtree((0, 0, 0), 2, {(0, 0, 0): box}, set(), {(2, 3, 3)})
    assert "a child subtree without a tile above" in subtree_faults(loose, 2)

"""What our encoder writes comes back: by a decoder of the specification, and by the reference."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tiles.solids.checked import checked
from tests.tiles.solids.meshopt import decode_indices, decode_vertices
from tiles.solids.binary import Binary
from tiles.solids.codec import encode_indices, encode_vertices

_SEEDS = st.integers(0, 2**32 - 1)
_KINDS = ("noise", "slope", "jumps", "zero")


def _rows(random, count, stride, kind):
    if kind == "noise":
        return random.integers(0, 256, (count, stride), np.uint8)
    if kind == "slope":
        steps = random.integers(-3, 4, (count, stride // 2)).cumsum(axis=0)
        return (steps % 65536).astype("<u2").view(np.uint8).reshape(count, stride)
    if kind == "jumps":
        return np.where(
            random.random((count, stride)) < 0.1, random.integers(0, 256, (count, stride)), 7
        ).astype(np.uint8)
    return np.zeros((count, stride), np.uint8)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 600), st.sampled_from([4, 8, 12, 36, 256]), st.sampled_from(_KINDS), _SEEDS)
def test_vertices_come_back(count, stride, kind, seed):
    rows = _rows(np.random.default_rng(seed), count, stride, kind)[: max(1, 20_000 // stride)]
    assert decode_vertices(encode_vertices(rows), len(rows), stride) == rows.tobytes()


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 600), st.sampled_from([2, 40, 70_000, 2**30]), st.booleans(), _SEEDS)
def test_indices_come_back(count, vertices, near, seed):
    random = np.random.default_rng(seed)
    indices = random.integers(0, vertices, count)
    if near:
        indices = (random.integers(0, 4, count) + np.arange(count)) % vertices
    assert decode_indices(encode_indices(indices.astype(np.uint32)), count) == indices.tolist()


def test_the_reference_decoder_reads_it_too(tmp_path):
    """Every size around the borders of groups and blocks, every kind of data, in one GLB each."""
    random, contents = np.random.default_rng(7), {}
    for count in (1, 15, 16, 17, 255, 256, 257, 511, 513, 1025):
        binary = Binary()
        for kind in _KINDS:
            for dtype, width in ((np.uint16, 3), (np.float32, 3), (np.uint8, 4)):
                size = np.dtype(dtype).itemsize * width
                padded = -(-size // 4) * 4
                values = np.ascontiguousarray(_rows(random, count, padded, kind)[:, :size]).view(dtype)
                values = np.nan_to_num(values, posinf=0, neginf=0) if dtype == np.float32 else values
                binary.attribute(values.reshape(count, width))
        for vertices in (3, 300, 70_000):
            binary.triangles(random.integers(0, vertices, (count, 3)), vertices)
        contents[str(count)] = binary.glb(
            {
                "asset": {"version": "2.0"},
                "extensionsUsed": ["EXT_meshopt_compression"],
                "extensionsRequired": ["EXT_meshopt_compression"],
            }
        )
    checked(contents, tmp_path / "glb", only_views=True)

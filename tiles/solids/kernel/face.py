"""From the faces of solids to triangles; see `tiles.solids.faces` for what they are.

Sums are written out in the order in which numpy makes them there, so that not a bit differs.
"""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled, inlined


@compiled
def directions(points, rings, faces, smallest, normals, corners):
    """Unit vector of each face by Newell's method, and how it is cut.

    `corners`: 3 or 4 where that many make a convex face; 0: it has no direction; -1: another face.
    """
    for face in range(len(faces) - 1):
        start, end = rings[faces[face]], rings[faces[face] + 1]
        x, y, z = 0.0, 0.0, 0.0
        for i in range(start, end):
            k = i + 1 if i + 1 < end else start
            x += points[i, 1] * points[k, 2] - points[i, 2] * points[k, 1]
            y += points[i, 2] * points[k, 0] - points[i, 0] * points[k, 2]
            z += points[i, 0] * points[k, 1] - points[i, 1] * points[k, 0]
        size = np.sqrt(x * x + y * y + z * z)
        sound = size > smallest
        by = size if sound else 1.0
        normals[face, 0], normals[face, 1], normals[face, 2] = x / by, y / by, z / by
        count = end - start
        if not sound:
            corners[face] = 0
        elif (
            faces[face + 1] - faces[face] > 1
            or count > 4
            or (count == 4 and not _convex(points, start, normals, face))
        ):
            corners[face] = -1
        else:
            corners[face] = count


@inlined
def _convex(points, start, normals, face):
    for i in range(4):
        a, b, c = start + i, start + (i + 1) % 4, start + (i + 2) % 4
        if not _facing(points, a, b, b, c, normals, face) > 0:
            return False
    return True


@inlined
def _facing(points, a, b, c, d, normals, face):
    """Along the normal of a face, the cross product of the edges from `a` to `b` and from `c` to `d`."""
    ax, ay, az = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
    bx, by, bz = points[d, 0] - points[c, 0], points[d, 1] - points[c, 1], points[d, 2] - points[c, 2]
    x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    return x * normals[face, 0] + y * normals[face, 1] + z * normals[face, 2]


@compiled
def triangles(points, rings, faces, normals, corners, cut, cut_ends, out, used):
    """Triangles of all faces, anti-clockwise, and which corners they use; how many.

    `cut`: triangles of the faces whose `corners` is -1, up to `cut_ends` for each in order.
    """
    n, other = 0, 0
    for face in range(len(faces) - 1):
        start = rings[faces[face]]
        if corners[face] >= 3:
            for k in range(corners[face] - 2):
                n = _turn(points, normals, face, start, start + k + 1, start + k + 2, out, used, n)
        elif corners[face] < 0:
            for i in range(cut_ends[other], cut_ends[other + 1]):
                n = _turn(points, normals, face, cut[i, 0], cut[i, 1], cut[i, 2], out, used, n)
            other += 1
    return n


@inlined
def _turn(points, normals, face, i, j, k, out, used, n):
    backward = _facing(points, i, j, i, k, normals, face) < 0
    out[n, 0], out[n, 1], out[n, 2] = (k, j, i) if backward else (i, j, k)
    used[i] = used[j] = used[k] = 1
    return n + 1


@compiled
def kept(points, rings, faces, normals, owners, used, numbers, to_points, to_normals, to_owners):
    """Corners that are used, with the direction and the owner of their face; `numbers`: the new of each."""
    n = 0
    for face in range(len(faces) - 1):
        for i in range(rings[faces[face]], rings[faces[face + 1]]):
            numbers[i] = n
            if used[i]:
                for k in range(3):
                    to_points[n, k] = points[i, k]
                    to_normals[n, k] = normals[face, k]
                to_owners[n] = owners[face]
                n += 1
    return n


@compiled
def renumber(out, n, numbers):
    """Triangles by the new numbers."""
    for i in range(n):
        for k in range(3):
            out[i, k] = numbers[out[i, k]]

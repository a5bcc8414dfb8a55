"""From the faces of solids to triangles; see `tiles.solids.faces` for what they are.

Sums are written out in the order in which numpy makes them there, so that not a bit differs.
"""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled


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
            a, b = points[i], points[k]
            x += a[1] * b[2] - a[2] * b[1]
            y += a[2] * b[0] - a[0] * b[2]
            z += a[0] * b[1] - a[1] * b[0]
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
            or (count == 4 and not _convex(points, start, normals[face]))
        ):
            corners[face] = -1
        else:
            corners[face] = count


@compiled
def _convex(points, start, normal):
    for i in range(4):
        a, b, c = points[start + i], points[start + (i + 1) % 4], points[start + (i + 2) % 4]
        if (
            not _facing(b[0] - a[0], b[1] - a[1], b[2] - a[2], c[0] - b[0], c[1] - b[1], c[2] - b[2], normal)
            > 0
        ):
            return False
    return True


@compiled
def _facing(ax, ay, az, bx, by, bz, normal):
    """Along the normal, the cross product of two edges."""
    x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    return x * normal[0] + y * normal[1] + z * normal[2]


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
                n = _turn(points, normals[face], start, start + k + 1, start + k + 2, out, used, n)
        elif corners[face] < 0:
            for i in range(cut_ends[other], cut_ends[other + 1]):
                n = _turn(points, normals[face], cut[i, 0], cut[i, 1], cut[i, 2], out, used, n)
            other += 1
    return n


@compiled
def _turn(points, normal, i, j, k, out, used, n):
    a, b, c = points[i], points[j], points[k]
    facing = _facing(b[0] - a[0], b[1] - a[1], b[2] - a[2], c[0] - a[0], c[1] - a[1], c[2] - a[2], normal)
    backward = facing < 0
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

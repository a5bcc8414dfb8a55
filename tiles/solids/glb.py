"""One GLB: a scene of features with their property table.

Everything inside stands z-up, as the tile's frame does; one root node turns it into the y-up
of glTF, which 3D Tiles turns back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tiles.solids.binary import Binary
from tiles.solids.instances import Instances, instanced_node
from tiles.solids.metadata import Property, property_table
from tiles.solids.shape import COARSEST_M, Grid, Shape, primitive
from tiles.solids.table import Values

_Z_UP_TO_Y_UP = [-0.7071067811865476, 0.0, 0.0, 0.7071067811865476]
"""A quarter turn about x."""
_OPAQUE, _BLENDED = 0, 1


def empty_glb() -> bytes:
    """Return a GLB with nothing in it, for tiles whose last feature went."""
    return Binary().glb({"asset": {"version": "2.0", "generator": "city twin"}, "scene": 0, "scenes": [{}]})


class Scene:
    """Collects what one tile shows.

    Parameters
    ----------
    name : str
        Class of its features.
    properties : sequence of Property
        Columns of the property table.
    said : mapping
        Values of each property, in the order of the ids of the features in the tile.
    count : int
        How many features there are.
    double_sided : bool
        Whether faces are seen from behind too: not every mesh of a model is wound one way.
    step_m : float
        Coarsest step of a position that is good enough, metres.
    """

    def __init__(
        self,
        name: str,
        properties: Sequence[Property],
        said: Mapping[str, Values],
        count: int,
        *,
        double_sided: bool = False,
        step_m: float = COARSEST_M,
    ) -> None:
        self._double_sided, self._step_m = double_sided, step_m
        self._binary = Binary()
        self._count = count
        self._meshes: list[dict[str, Any]] = []
        self._nodes: list[dict[str, Any]] = [{"rotation": _Z_UP_TO_Y_UP, "children": []}]
        self._blended = False
        self._extensions = {"KHR_mesh_quantization", "EXT_meshopt_compression", "EXT_structural_metadata"}
        self._table = property_table(self._binary, name, properties, said, count)

    def add(self, *shapes: Shape, blended: Sequence[bool] = (False,)) -> None:
        """Draw shapes that say which feature each vertex belongs to; they share one grid."""
        for shape, clear in zip(shapes, blended, strict=True):
            if len(shape.triangles):
                grid = Grid.around(shape.points, self._step_m)
                mesh = self._mesh([primitive(self._binary, shape, grid, self._material(clear), self._count)])
                self._extensions.add("EXT_mesh_features")
                self._node({"mesh": mesh, **({} if grid is None else grid.node)})

    def add_instances(self, instances: Instances) -> None:
        """Draw one mesh many times, each time as another feature."""
        shapes = [(s, c) for s, c in zip(instances.shapes, (False, True), strict=True) if len(s.triangles)]
        grid = instances.grid
        parts = [primitive(self._binary, s, grid, self._material(clear), self._count) for s, clear in shapes]
        self._extensions |= {"EXT_mesh_gpu_instancing", "EXT_instance_features"}
        self._node({"mesh": self._mesh(parts), **instanced_node(self._binary, instances, self._count)})

    def glb(self) -> bytes:
        """Return the finished container."""
        required = {"KHR_mesh_quantization", "EXT_meshopt_compression", "EXT_mesh_gpu_instancing"}
        matt = {"pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.9}}
        materials = [{**matt, **({"doubleSided": True} if self._double_sided else {})}]
        if self._blended:
            materials.append({**matt, "alphaMode": "BLEND", "doubleSided": True})
        document = {
            "asset": {"version": "2.0", "generator": "city twin"},
            "extensionsUsed": sorted(self._extensions),
            "extensionsRequired": sorted(self._extensions & required),
            "scene": 0,
            "scenes": [{"nodes": [0]}],
            "nodes": self._nodes,
            "meshes": self._meshes,
            "materials": materials,
            "extensions": {"EXT_structural_metadata": self._table},
        }
        return self._binary.glb(document)

    def _material(self, blended: bool) -> int:
        self._blended |= blended
        return _BLENDED if blended else _OPAQUE

    def _mesh(self, primitives: list[dict[str, Any]]) -> int:
        self._meshes.append({"primitives": primitives})
        return len(self._meshes) - 1

    def _node(self, node: dict[str, Any]) -> None:
        self._nodes.append(node)
        self._nodes[0]["children"].append(len(self._nodes) - 1)

"""Find circles of references that would send the geometry kernel into the ground.

A local placement that is relative to itself, directly or over others, makes
every kernel recurse until the process dies. The same goes for mapped items and
boolean operands. A scan of the text finds them before anything is opened.
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path

_NESTING = re.compile(
    rb"#(\d+)\s*=\s*(?:IFCLOCALPLACEMENT|IFCGRIDPLACEMENT|IFCLINEARPLACEMENT|IFCMAPPEDITEM|IFCREPRESENTATIONMAP|"
    rb"IFCSHAPEREPRESENTATION|IFCBOOLEANRESULT|IFCBOOLEANCLIPPINGRESULT|IFCCSGSOLID|IFCCOMPOSITECURVE|"
    rb"IFCCOMPOSITECURVESEGMENT|IFCTRIMMEDCURVE|IFCOFFSETCURVE2D|IFCGEOMETRICREPRESENTATIONSUBCONTEXT)"
    rb"\s*\(([^;]{0,65536})\)\s*;",
    re.IGNORECASE,
)
_REFERENCE = re.compile(rb"#(\d+)")
_DONE, _OPEN = 2, 1


def reference_cycle(path: Path) -> list[int]:
    """Entity numbers of one circle of nested references, or an empty list.

    Parameters
    ----------
    path : Path
        A STEP physical file (.ifc).
    """
    if path.stat().st_size == 0:
        return []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        graph = {
            int(match[1]): [int(number) for number in _REFERENCE.findall(match[2])]
            for match in _NESTING.finditer(text)
        }
    return _cycle(graph)


def _cycle(graph: dict[int, list[int]]) -> list[int]:
    state: dict[int, int] = {}
    for start in graph:
        if start in state:
            continue
        trail: list[int] = []
        stack: list[tuple[int, bool]] = [(start, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                state[node] = _DONE
                trail.pop()
                continue
            if state.get(node) == _DONE:
                continue
            if state.get(node) == _OPEN:
                return trail[trail.index(node) :]
            state[node] = _OPEN
            trail.append(node)
            stack.append((node, True))
            for target in graph[node]:
                if state.get(target) == _OPEN:
                    return trail[trail.index(target) :]
                if target in graph and target not in state:
                    stack.append((target, False))
    return []

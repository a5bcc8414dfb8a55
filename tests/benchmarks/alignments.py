"""Following alignments: points at distances along a line, and placements there.

Points and placements on the sample road, ours against the geometry kernel's evaluator of the
same gradient curve; both in this process, the curve read once by each. `apart m` is how far the
two lie from each other at most.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.api.alignment
import ifcopenshell.geom
import numpy as np

from loaders.ifc.linear.lines import read_lines
from loaders.ifc.positions import Positions
from loaders.ifc.units import Units
from sample_data.models.build import build_models
from tests.benchmarks.server import Options

_POINTS = 2_000
_WRAPPER = ifcopenshell.ifcopenshell_wrapper


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: least seconds of each, ratio to ours, distance between the two."""
    with tempfile.TemporaryDirectory() as name:
        (built,) = build_models(Path(name), only={"LH-RDB-04"})
        model = ifcopenshell.open(str(built.path))
    units = Units(model)
    (alignment,) = model.by_type("IfcAlignment")
    curve = ifcopenshell.api.alignment.get_curve(alignment)
    course = read_lines(model, units).course(curve)
    at = np.linspace(0.0, course.length_m - 0.001, _POINTS)
    placements = model.by_type("IfcLinearPlacement")
    chosen = ifcopenshell.geom.settings()

    def our_points() -> Any:
        return np.column_stack([course.plan(at)[0], course.profile(at)[0]])

    def their_points() -> Any:
        evaluator = _WRAPPER.function_item_evaluator(chosen, _WRAPPER.map_shape(chosen, curve))
        return np.array([np.array(evaluator.evaluate(float(distance)))[:3, 3] for distance in at])

    def our_places() -> Any:
        positions = Positions(units, read_lines(model, units))
        return np.array([positions.matrix(placement) for placement in placements])[:, :3, 3]

    def their_places() -> Any:
        return np.array([_WRAPPER.map_shape(chosen, p).components for p in placements])[:, :3, 3]

    return [
        *_race(f"{_POINTS} points of a line", our_points, their_points, options.rounds),
        *_race(f"{len(placements)} placements along it", our_places, their_places, options.rounds),
    ]


def _race(what: str, ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> list[dict[str, Any]]:
    apart = float(np.abs(ours() - theirs()).max())
    seconds: dict[str, list[float]] = {"ours": [], "ifcopenshell kernel": []}
    for number in range(rounds):
        turn = [("ours", ours), ("ifcopenshell kernel", theirs)]
        for name, step in turn if number % 2 == 0 else turn[::-1]:
            started = time.monotonic()
            step()
            seconds[name].append(time.monotonic() - started)
    best = min(seconds["ours"])
    return [
        {"what": what, "who": name, "s": round(min(spent), 4), "ours / this": round(best / min(spent), 2),
         "apart m": f"{apart:.1e}"}
        for name, spent in seconds.items()
    ]  # fmt: skip

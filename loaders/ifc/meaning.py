"""First step in the child: open the file and write down what it says, without any shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ifcopenshell
import numpy as np

from loaders.ifc.abridged import ROLES, write_abridged
from loaders.ifc.admit import admit
from loaders.ifc.boundaries import read_boundaries
from loaders.ifc.clock import Clock
from loaders.ifc.compartments import compartments_of
from loaders.ifc.facilities import FACILITIES
from loaders.ifc.flows import read_flows
from loaders.ifc.georeference import read_georeference
from loaders.ifc.groups import read_groups, systems_of
from loaders.ifc.linear.facilities import read_infrastructure
from loaders.ifc.linear.lines import read_lines
from loaders.ifc.linear.marking import Along
from loaders.ifc.objects import Role, read_objects
from loaders.ifc.opening import open_model, passed_over
from loaders.ifc.origins import element_origins
from loaders.ifc.positions import Positions
from loaders.ifc.properties import read_sets
from loaders.ifc.scratch import ABRIDGED, MEANING, spilled, write_meaning
from loaders.ifc.spatial import read_spatial, read_tree
from loaders.ifc.spill import Spill
from loaders.ifc.storeys import read_buildings, read_storeys, without_elevation
from loaders.ifc.units import Units
from loaders.ifc.values import text
from twin.errors import SourceUnreadable


def read_meaning(
    scratch: Path, emit: Callable[[dict[str, Any]], None], *, path: str, max_bytes: int
) -> dict[str, Any]:
    """Read a model's meaning into `meaning.json` of the scratch folder.

    Parameters
    ----------
    scratch : Path
        Where results go; an archive is unpacked there too.
    emit : callable
        Takes progress events.
    path : str
        The file.
    max_bytes : int
        Largest plain file.

    Returns
    -------
    dict
        `plain` (path of the plain file for the second step), `form`, `schema` and `intact` (whether
        the parser read all of it).
    """
    clock = Clock()
    admitted = admit(Path(path), scratch, max_bytes)
    emit({"step": "checked"})
    clock.lap("check")
    model = open_model(admitted, Path(path).name)
    emit({"step": "opened"})
    lost = passed_over(admitted, model, Path(path).name)
    clock.lap("open")
    rows: dict[Role, Spill] = {role: Spill(spilled(scratch, role)) for role in ROLES}
    meaning = _read(model, Path(path).name, rows)
    if lost:
        meaning["warnings"].append(
            f"parser-skipped: {lost} entities of the text could not be read; what hangs on them is missing"
        )
    if admitted.encoding:
        meaning["warnings"].append(
            f"text-encoding: text was read as {admitted.encoding}; STEP is ASCII and writes it as \\X2\\"
        )
    clock.lap("meaning")
    meaning["seconds"] = clock.laps
    outcome = {
        "plain": str(admitted.path),
        "form": admitted.form,
        "schema": model.schema_identifier,
        "intact": not lost,
    }
    del model  # the parser's memory, before the rows are written
    write_meaning(scratch / MEANING, meaning)
    write_abridged(scratch / ABRIDGED, meaning, {role: rows[role].parts() for role in ROLES})
    return outcome


def _read(model: Any, name: str, rows: Mapping[Role, Spill]) -> dict[str, Any]:
    if not model.by_type("IfcRoot"):
        raise SourceUnreadable(f"{name}: the file has a header and nothing in it")
    units = Units(model)
    sets = read_sets(model, units)
    spatial = read_spatial(model)
    lines = read_lines(model, units)
    positions = Positions(units, lines)
    known: dict[str, Any] = {"units": units, "sets": sets, "spatial": spatial, "positions": positions}
    groups = read_groups(model)
    compartments = compartments_of(model, groups, sets)
    about = {"lines": lines, "sets": sets, "spatial": spatial, "positions": positions}
    along = Along(model, **about)

    def finish(product: Any, role: Role, row: dict[str, Any]) -> None:
        if role == "space":
            row["compartment"] = compartments.get(row["global_id"])
        along.mark(product, row)

    objects = read_objects(model, **known, systems=systems_of(groups), rows=rows, finish=finish)
    buildings = read_buildings(model, sets, spatial, positions)
    storeys = read_storeys(model, **known, buildings=buildings)
    infrastructure = read_infrastructure(model, **about)
    project = next(iter(model.by_type("IfcProject")), None)
    warnings = [] if units.stated else ["unit-missing: the file names no length unit; metres are taken"]
    if objects.skipped:
        listed = ", ".join(f"{count} {kind}" for kind, count in sorted(objects.skipped.items()))
        warnings.append(f"not-an-object: {listed} say nothing about the city and were left out")
    warnings += without_elevation(storeys)
    warnings += infrastructure.warnings
    origins = np.round(element_origins(model, positions), 3)
    for why, count in sorted(positions.unresolved.items()):
        warnings.append(f"linear-placement: {count} placements along a line cannot be followed: {why}")
    return {
        "schema": model.schema_identifier,
        "software": _software(model),
        "length_m": units.length_m,
        "project": {
            "global_id": text(project.GlobalId) if project is not None else None,
            "name": (text(project.LongName) or text(project.Name)) if project is not None else None,
        },
        "georeference": read_georeference(model, units, sets, positions).as_dict(),
        "tree": read_tree(model, spatial),
        "buildings": buildings,
        "storeys": storeys,
        **rows,
        **{name: infrastructure.rows[name] for name in FACILITIES},
        "sets": sets,
        "groups": groups,
        "boundaries": read_boundaries(model),
        "flows": read_flows(model),
        "origins": origins,
        "rejections": objects.rejections,
        "warnings": warnings,
    }


def _software(model: Any) -> dict[str, str | None]:
    try:
        header = model.header.file_name
        return {
            "ifcopenshell": ifcopenshell.version,
            "author": text(header.originating_system) or text(header.preprocessor_version),
        }
    except (AttributeError, RuntimeError):
        return {"ifcopenshell": ifcopenshell.version, "author": None}

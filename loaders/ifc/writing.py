"""What a model means into the city, before its shapes are known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely

from loaders.ifc.facilities import line_shapes
from loaders.ifc.links import Link, building_id
from loaders.ifc.newcomers import mark_new
from loaders.ifc.outcome import Shape, point_shape
from loaders.ifc.placement import Matrix
from loaders.ifc.quantities import drop_impossible
from loaders.ifc.rows import SHAPE_COLUMNS, feature_batches
from loaders.ifc.telling import write_sets
from loaders.ifc.whereabouts import put_in_rooms
from twin.model.load import Rejection
from twin.store.interior import write_groups
from twin.store.loading import Load
from twin.store.models import analyse, current_shapes, describe_load, write_model

_MANY_ROWS = 1_000


def write_meaning(
    load: Load,
    scratch: Path,
    meaning: dict[str, Any],
    *,
    links: Mapping[str, Link],
    place: Matrix | None,
    reason: str | None,
    schema: str,
) -> int:
    """Write what a model says of itself; shapes of the version that stands stay until there are new ones.

    Parameters
    ----------
    load : Load
        The load it belongs to.
    scratch : Path
        Folder of what the first step left.
    meaning : dict
        As `loaders.ifc.meaning` says it.
    links : mapping of str to Link
        City building of each building of the model, by GlobalId.
    place : ndarray of shape (4, 4), optional
        From the model to the storage CRS; None: it needs placing.
    reason : str, optional
        Why it has no place.
    schema : str
        Of the file, such as `IFC4`.

    Returns
    -------
    int
        Number of the model.
    """
    georeference = meaning["georeference"]
    describe_load(load.connection, load.load_id, file_format=schema, crs=georeference["crs"] or "none")
    shapes = _standing(load)
    mark_new(load, meaning, shapes)
    # equipment that has no shape yet stands at its placement
    for row in meaning["equipment"]:
        if place is not None and row["origin"] is not None:
            shapes["equipment"].setdefault(row["global_id"], point_shape(row["origin"], place))
    for name in ("road", "rail"):
        shapes[name] |= line_shapes(meaning, name, place)
    # by the shapes that stand, as the second step will by the new ones: what is the same stays the same
    put_in_rooms(meaning, shapes)
    drop_impossible(meaning, shapes)
    for batch in feature_batches(meaning, links, shapes, load.request.source, place):
        load.write(batch)
    if sum(counts.written for counts in load.report.counts.values()) > _MANY_ROWS:
        analyse(load.connection)
    first = next(iter(links.values()), None)
    model_id = write_model(
        load.connection,
        {
            "source": load.request.source,
            "load_id": load.load_id,
            "building_id": building_id(load, first),
            "name": meaning["project"]["name"],
            "schema": schema,
            "placement": georeference["level"] if place is not None else "needs-placing",
            "approximate": georeference["approximate"],
            "georeference": georeference | {"reason": reason},
            "matrix": None if place is None else place.reshape(-1).tolist(),
            "tree": meaning["tree"],
        },
    )
    write_sets(load, scratch, model_id, meaning=meaning, links=links)
    write_groups(load.connection, model_id, meaning["groups"])
    return model_id


def _standing(load: Load) -> dict[str, dict[str, Shape]]:
    """Shapes of the version that stands, by collection and GlobalId."""
    found: dict[str, dict[str, Shape]] = {}
    for name, columns in SHAPE_COLUMNS.items():
        rows = current_shapes(load.connection, name, load.request.source, columns)
        found[name] = {
            row["source_key"]: Shape(
                None if row["geometry"] is None else shapely.from_wkb(bytes(row["geometry"])),
                None if row["solid"] is None else bytes(row["solid"]),
                row["z_min_m"],
                row["z_max_m"],
                {column: row[column] for column in columns},
            )
            for row in rows
        }
    return found


def report_reading(load: Load, meaning: dict[str, Any], reason: str | None) -> None:
    """Put into the report what was refused or odd in the file, and where it says it stands."""
    for entry in meaning["rejections"]:
        collection = entry.pop("collection")
        load.reject(Rejection(**entry), collection)
    for sentence in (*meaning["warnings"], *meaning["georeference"]["warnings"]):
        load.warn(sentence)
    if reason:
        load.warn(f"needs-placing: {reason}; loaded without a place in the city, its floors can be asked")
    stated = {key: value for key, value in meaning["georeference"].items() if key != "warnings"}
    load.report.georeference = stated | {"reason": reason}

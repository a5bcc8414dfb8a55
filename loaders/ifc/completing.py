"""Second step of a load: shapes onto the rows whose meaning stands already."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from sys import intern
from typing import Any

import shapely

from loaders.ifc.connecting import connect
from loaders.ifc.facilities import bridge_shapes, line_shapes
from loaders.ifc.ladder import Meshed
from loaders.ifc.links import Link, building_id, link_by_footprint, surely_placed
from loaders.ifc.outcome import Shape, load_meshes, load_outlines, load_shapes, point_shape, shape_of
from loaders.ifc.placement import Matrix, elevation_in
from loaders.ifc.plan import polygons_of
from loaders.ifc.quantities import drop_impossible
from loaders.ifc.rows import ROLES, feature_batches
from loaders.ifc.solid import prism
from loaders.ifc.telling import move_sets
from loaders.ifc.whereabouts import put_in_rooms
from twin.model.feature import FeatureBatch
from twin.store.loading import Load
from twin.store.models import close_feature, write_meshes, write_model_shape, write_placements

_LISTED = 20
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class _Shown:
    """An object that has a body: its mesh, the matrix of 16 numbers that places it, and how true it is."""

    mesh: int | None
    matrix: Sequence[float]
    quality: str


def complete(
    load: Load,
    scratch: Path,
    *,
    meaning: dict[str, Any],
    links: Mapping[str, Link],
    model_id: int,
    meshed: Meshed,
    place: Matrix | None,
    misplaced: str | None,
    srid: int,
) -> None:
    """Write shapes, meshes and placements, and check the link by the real footprint.

    Parameters
    ----------
    load : Load
        The load, its first step committed.
    scratch : Path
        What the children wrote.
    meaning, links, model_id
        Of the first step.
    meshed : Meshed
        What the ladder reached.
    place : ndarray of shape (4, 4) or None
        Model metres -> storage CRS.
    misplaced : str or None
        Why the model has no place, or why its placement cannot be right.
    srid : int
        EPSG code of the storage CRS.
    """
    outlines = load_outlines(scratch)
    placed = place if outlines["placed"] else None
    checked = _check_links(load, meaning=meaning, links=links, outlines=outlines, placed=placed, srid=srid)
    shapes, shown = _shapes(
        scratch, meaning=meaning, outlines=outlines, placed=placed, elevation=elevation_in(placed)
    )
    put_in_rooms(meaning, shapes)
    impossible = drop_impossible(meaning, shapes)
    if impossible:
        load.warn(
            f"quantity-off: {len(impossible)} objects state a volume or area that is far from their shape; "
            f"the shape's is taken: {_list(impossible)}"
        )
    for batch in feature_batches(meaning, checked, shapes, load.request.source, placed):
        _rewrite(load, batch)
    move_sets(load, model_id, links, checked)
    hashes: dict[int, bytes] = {}
    ids = write_meshes(load.connection, _noted(load_meshes(scratch), hashes))
    by_index = {index: ids[content_hash] for index, content_hash in hashes.items()}
    _place(load, model_id, meaning, shown, by_index)
    connect(load, scratch, model_id, meaning)
    first = next(iter(checked.values()), None)
    georeference = {key: value for key, value in meaning["georeference"].items() if key != "warnings"}
    georeference["reason"] = misplaced
    outline = outlines["model"]
    if placed is None and outline["shape"] is not None:
        georeference["footprint_in_model_m"] = outline["shape"].wkt
    values = {
        "building_id": building_id(load, first),
        "placement": georeference["level"] if placed is not None else "needs-placing",
        "georeference": georeference,
        "matrix": None if placed is None else placed.reshape(-1).tolist(),
        "footprint": None if placed is None or outline["shape"] is None else shapely.to_wkb(outline["shape"]),
        "srid": srid,
        "footprint_quality": outline["quality"],
        # a model that is not where it belongs must not make a building disappear
        "hides_lod1": placed is not None and bool(shown) and surely_placed(meaning),
    }
    write_model_shape(load.connection, model_id, values)
    # what the version before is compared with, and drawn at, once a newer file stands elsewhere
    load.report.georeference["matrix"] = values["matrix"]
    _report(load, meshed, shown, checked, misplaced if placed is None and place is not None else None)


def _check_links(
    load: Load,
    *,
    meaning: dict[str, Any],
    links: Mapping[str, Link],
    outlines: dict[str, Any],
    placed: Matrix | None,
    srid: int,
) -> dict[str, Link]:
    if placed is None or not surely_placed(meaning):
        return dict(links)
    checked = {}
    for building in meaning["buildings"]:
        identity = building["global_id"]
        before = links[identity]
        footprint = outlines["buildings"][identity]["shape"]
        checked[identity] = link_by_footprint(load, before, footprint, srid, building)
        if before.by == "own" and checked[identity].by != "own":
            # the building the first step brought along is one the city has
            [own] = load.feature_ids("building", [identity]).tolist()
            close_feature(load.connection, "building", own)
    return checked


def _shapes(
    scratch: Path,
    *,
    meaning: dict[str, Any],
    outlines: dict[str, Any],
    placed: Matrix | None,
    elevation: Callable[[float], float | None],
) -> tuple[dict[str, dict[str, Shape]], dict[str, _Shown]]:
    roles = {row["global_id"]: role for role in ROLES for row in meaning[role]}
    found: dict[str, dict[str, Shape]] = {role: {} for role in (*ROLES, "building", "storey")}
    shown: dict[str, _Shown] = {}
    for row in load_shapes(scratch):
        identity = row["global_id"]
        shown[identity] = _Shown(row["mesh"], array("d", row["matrix"]), intern(row["quality"]))
        found[roles[identity]][identity] = shape_of(roles[identity], row)
    for row in meaning["equipment"]:
        shape = found["equipment"].get(row["global_id"])
        if placed is not None and row["origin"] is not None and (shape is None or shape.geometry is None):
            found["equipment"][row["global_id"]] = point_shape(row["origin"], placed)
    _wholes(meaning["element"], found["element"])
    found |= {name: line_shapes(meaning, name, placed) for name in ("road", "rail")}
    found["bridge"] = bridge_shapes(meaning, found["element"])
    for building in meaning["buildings"]:
        outline = outlines["buildings"][building["global_id"]]
        found["building"][building["global_id"]] = _building(building, outline, placed, elevation)
    for storey in meaning["storeys"]:
        outline = outlines["storeys"][storey["global_id"]]
        found["storey"][storey["global_id"]] = _storey(storey, outline, placed, elevation)
    return found, shown


def _noted(meshes: Iterable[dict[str, Any]], hashes: dict[int, bytes]) -> Iterator[dict[str, Any]]:
    """Meshes as they pass, which are too many to be held."""
    for mesh in meshes:
        hashes[mesh["mesh"]] = mesh["content_hash"]
        yield mesh


def _wholes(rows: list[dict[str, Any]], found: dict[str, Shape]) -> None:
    """A stair made of flights has no body of its own: its parts are its shape."""
    parts: dict[str, list[str]] = {}
    for row in rows:
        parts.setdefault(row["parent"], []).append(row["global_id"])
    for _ in range(_DEEPEST):
        open_ones = [row["global_id"] for row in rows if row["global_id"] not in found]
        for identity in open_ones:
            shapes = [found[part] for part in parts.get(identity, ()) if part in found]
            plans = [shape.geometry for shape in shapes if shape.geometry is not None]
            if not plans:
                continue
            heights = [z for shape in shapes for z in (shape.z_min_m, shape.z_max_m) if z is not None]
            low, high = (min(heights), max(heights)) if heights else (None, None)
            union = polygons_of(shapely.union_all(plans))
            found[identity] = Shape(union, None, low, high, {"shape_quality": "parts"})


def _building(
    row: dict[str, Any],
    outline: dict[str, Any],
    placed: Matrix | None,
    elevation: Callable[[float], float | None],
) -> Shape:
    if placed is None:
        return Shape(columns={"footprint_m2": outline["area_m2"]})
    ground, top = elevation(row["ground_m"]), outline["z_max_m"]
    height = top - ground if ground is not None and top is not None and top > ground else None
    return Shape(
        outline["shape"],
        prism(outline["shape"], ground, top) if height else None,
        outline["z_min_m"],
        top,
        {"height_m": height, "elev_base_m": ground, "footprint_m2": outline["area_m2"]},
    )


def _storey(
    row: dict[str, Any],
    outline: dict[str, Any],
    placed: Matrix | None,
    elevation: Callable[[float], float | None],
) -> Shape:
    area = {"area_m2": outline["area_m2"], "plan": outline["plan"]}
    floor = None if row["elev_m"] is None else elevation(row["elev_m"])
    if placed is None:
        return Shape(columns=area)
    if floor is None:  # its plan is where its parts are; how high its floor lies nobody says
        return Shape(outline["shape"], columns=area)
    top = elevation(row["elev_m"] + row["height_m"]) if row["height_m"] else None
    solid = prism(outline["shape"], floor, top) if top is not None else None
    return Shape(outline["shape"], solid, floor, top, area)


def _rewrite(load: Load, batch: FeatureBatch) -> None:
    """Write rows a second time without counting them a second time."""
    total = load.counts(batch.collection)
    before = asdict(total)
    now = load.write(batch)
    for name, value in before.items():
        setattr(total, name, value)
    # rows the first step left alone because only their shape is new
    moved = min(now.changed, total.unchanged)
    total.changed += moved
    total.unchanged -= moved


def _place(
    load: Load,
    model_id: int,
    meaning: dict[str, Any],
    shown: Mapping[str, _Shown],
    mesh_ids: Mapping[int, int],
) -> None:
    placements: list[tuple[int, int, int, Sequence[float]]] = []
    for role in ROLES:
        keys = [
            row["global_id"]
            for row in meaning[role]
            if (found := shown.get(row["global_id"])) is not None and found.mesh is not None
        ]
        ids = load.feature_ids(role, keys).tolist() if keys else []
        for feature_id, key in zip(ids, keys, strict=True):
            mesh, matrix = shown[key].mesh, shown[key].matrix
            if mesh is not None:
                placements.append((feature_id, 0, mesh_ids[mesh], matrix))
    write_placements(load.connection, model_id, placements)


def _report(
    load: Load,
    meshed: Meshed,
    shown: Mapping[str, _Shown],
    links: Mapping[str, Link],
    misplaced: str | None,
) -> None:
    for fall in meshed.falls:
        load.warn(f"kernel-fall: {fall}")
    degraded: dict[str, list[str]] = {}
    for identity, one in shown.items():
        if one.quality != "exact":
            degraded.setdefault(one.quality, []).append(identity)
    for quality, found in sorted(degraded.items()):
        load.warn(f"shape-{quality}: {len(found)} objects: {_list(found)}")
    if meshed.without:
        load.warn(f"shape-missing: {len(meshed.without)} objects have no shape: {_list(meshed.without)}")
    if misplaced:
        load.warn(f"needs-placing: {misplaced}; loaded without a place in the city, its floors can be asked")
    load.report.georeference["links"] = {key: link.as_dict() for key, link in links.items()}


def _list(identities: list[str]) -> str:
    more = f" and {len(identities) - _LISTED} more" if len(identities) > _LISTED else ""
    return ", ".join(identities[:_LISTED]) + more

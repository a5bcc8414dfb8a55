"""In the child: what the rules need and the meaning of a load does not say.

Two steps, so that a body that kills the geometry kernel does not take the rest along.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from loaders.ifc.admit import Admitted
from loaders.ifc.check.bodies import read_bodies
from loaders.ifc.check.scratch import BODIES, IDENTITIES
from loaders.ifc.meaning import read_meaning
from loaders.ifc.opening import open_model
from loaders.ifc.positions import Positions
from loaders.ifc.spatial import Spatial, read_spatial
from loaders.ifc.units import Units
from loaders.ifc.values import text, word

Emit = Callable[[dict[str, Any]], None]

_GLOBAL_ID = re.compile(r"[0-3][0-9A-Za-z_$]{21}")
_NO_CONTAINER = ("IfcFeatureElement", "IfcVirtualElement", "IfcPort")
"""What is not hung into the tree by itself: holes belong to their wall, ports to their device."""


def read_model(scratch: Path, emit: Emit, *, path: str, max_bytes: int) -> dict[str, Any]:
    """Read meaning and identities; see `loaders.ifc.meaning.read_meaning` for what is taken and given."""
    read = read_meaning(scratch, emit, path=path, max_bytes=max_bytes)
    read_identities(scratch, emit, plain=read["plain"], form=read["form"])
    return read


def read_identities(scratch: Path, emit: Emit, *, plain: str, form: str) -> dict[str, Any]:
    """Write identities, positions and gaps of the tree to `identities.json`."""
    model = _open(plain, form)
    spatial = read_spatial(model)
    found = {
        **_global_ids(model),
        "origins": _origins(model),
        "parts": _parts(model, spatial),
        "adrift": [e.GlobalId for e in model.by_type("IfcElement") if _adrift(e, spatial)],
        "twice": _twice(model),
        "objects": sum(len(model.by_type(kind)) for kind in ("IfcObject", "IfcTypeObject")),
        "userdefined": [
            _named(e) for kind in ("IfcObject", "IfcTypeObject") for e in model.by_type(kind) if _untyped(e)
        ],
    }
    (scratch / IDENTITIES).write_bytes(orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY))
    return {"rooted": found["rooted"]}


def measure_bodies(scratch: Path, emit: Emit, *, plain: str, form: str) -> dict[str, Any]:
    """Write outlines and heights of spaces, doors, walls, stairs and zones to `bodies.json`."""
    bodies = read_bodies(_open(plain, form))
    (scratch / BODIES).write_bytes(orjson.dumps(bodies))
    return {"bodies": len(bodies)}


def _open(plain: str, form: str) -> Any:
    return open_model(Admitted(Path(plain), "xml" if form == "xml" else "step"), Path(plain).name)


def _global_ids(model: Any) -> dict[str, Any]:
    by_identity: dict[str, list[Any]] = defaultdict(list)
    for entity in model.by_type("IfcRoot"):
        by_identity[entity.GlobalId or ""].append(entity)
    twins = [[_named(e) for e in entities] for entities in by_identity.values() if len(entities) > 1]
    malformed = [
        _named(entity)
        for identity, entities in by_identity.items()
        if not _GLOBAL_ID.fullmatch(identity)
        for entity in entities
    ]
    return {"rooted": sum(map(len, by_identity.values())), "twins": twins, "malformed": malformed}


def _named(entity: Any) -> dict[str, Any]:
    return {
        "global_id": entity.GlobalId,
        "ifc_class": entity.is_a(),
        "name": text(entity.Name),
        "number": entity.id(),
    }


def _origins(model: Any) -> dict[str, list[float]]:
    positions = Positions(Units(model))
    found = {}
    for product in model.by_type("IfcProduct"):
        origin = positions.origin_m(product)
        if origin is not None and product.GlobalId:
            found[product.GlobalId] = [round(value, 3) for value in origin]
    return found


def _parts(model: Any, spatial: Spatial) -> dict[str, list[str]]:
    """Flights of each stair and ramp."""
    found: dict[str, list[str]] = defaultdict(list)
    for kind in ("IfcStairFlight", "IfcRampFlight"):
        for flight in model.by_type(kind):
            whole = next((w for w in spatial.above(flight) if w.is_a("IfcStair") or w.is_a("IfcRamp")), None)
            if whole is not None and whole.GlobalId:
                found[whole.GlobalId].append(flight.GlobalId)
    return found


def _adrift(element: Any, spatial: Spatial) -> bool:
    """Whether nothing above an element is a place."""
    if any(_is(element, kind) for kind in _NO_CONTAINER):
        return False
    kinds = ("IfcSpatialStructureElement", "IfcSpatialElement")
    return not any(_is(whole, kind) for whole in spatial.above(element) for kind in kinds)


def _twice(model: Any) -> dict[str, int]:
    """Elements with more than one place: number of containers, the whole they are a part of being one."""
    places: Counter[str] = Counter()
    for relation in model.by_type("IfcRelContainedInSpatialStructure"):
        places.update(e.GlobalId for e in relation.RelatedElements or () if e is not None)
    for relation in model.by_type("IfcRelAggregates"):
        places.update(e.GlobalId for e in relation.RelatedObjects or () if _is(e, "IfcElement"))
    return {identity: count for identity, count in places.items() if identity and count > 1}


def _untyped(entity: Any) -> bool:
    """Whether an object or a type says USERDEFINED and nobody defines it."""
    if word(getattr(entity, "PredefinedType", None)) != "USERDEFINED":
        return False
    if any(text(getattr(entity, name, None)) for name in ("ObjectType", "ElementType", "ProcessType")):
        return False
    typed = getattr(entity, "IsTypedBy", None) or ()
    return not any(text(getattr(relation.RelatingType, "ElementType", None)) for relation in typed)


def _is(entity: Any, kind: str) -> bool:
    try:
        return bool(entity.is_a(kind))
    except RuntimeError:  # a class this schema does not have
        return False

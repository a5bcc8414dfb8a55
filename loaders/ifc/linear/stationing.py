"""Stationing: which station is at which distance along an alignment, by its referents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from loaders.ifc.linear.along import along_of
from loaders.ifc.linear.layout import Unresolved
from loaders.ifc.linear.lines import Line, Lines
from loaders.ifc.properties import Sets
from loaders.ifc.values import text


@dataclass(frozen=True, slots=True)
class Station:
    """A referent: at `distance_m` along the line is the station `station_m`, rising or falling from there."""

    global_id: str
    name: str | None
    distance_m: float
    station_m: float | None
    rising: bool = True


@dataclass(slots=True)
class Stationing:
    """Referents of one alignment, in the order of their distance; `unresolved` could not be placed."""

    stations: list[Station] = field(default_factory=list)
    unresolved: dict[str, int] = field(default_factory=dict)

    def station(self, distance_m: float) -> float | None:
        """Station at a distance: counted on from the last referent that states one; None without any."""
        before = [s for s in self.stations if s.station_m is not None and s.distance_m <= distance_m + 1e-6]
        if not before:
            return None
        last = before[-1]
        assert last.station_m is not None  # noqa: S101 - chosen above
        way = distance_m - last.distance_m
        return last.station_m + (way if last.rising else -way)


def read_stationing(line: Line, lines: Lines, sets: Sets) -> Stationing:
    """Referents nested in an alignment, placed by their distance along it."""
    found = Stationing()
    for relation in line.entity.IsNestedBy:
        for part in relation.RelatedObjects:
            if part.is_a("IfcReferent"):
                _add(found, part, lines, sets)
    found.stations.sort(key=lambda station: station.distance_m)
    return found


def _add(found: Stationing, referent: Any, lines: Lines, sets: Sets) -> None:
    placement = referent.ObjectPlacement
    try:
        if placement is None or not placement.is_a("IfcLinearPlacement"):
            raise Unresolved("it has no linear placement")
        distance = along_of(placement.RelativePlacement.Location, lines.length_m).distance_m
    except Unresolved as error:
        found.unresolved[str(error)] = found.unresolved.get(str(error), 0) + 1
        return
    pset = sets.get(referent.GlobalId, {}).get("psets", {}).get("Pset_Stationing", {})
    station = pset.get("Station")
    rising = pset.get("HasIncreasingStation") is not False
    found.stations.append(
        Station(
            referent.GlobalId,
            text(referent.Name),
            distance,
            float(station) if isinstance(station, int | float) else None,
            rising,
        )
    )

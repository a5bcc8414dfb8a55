"""Fire compartments are no larger than they may be.

The limit depends on what a model may not say: fire resistance class, height, sprinklers.
Where something is missing the strictest and the mildest limit that would be possible are
taken, and only an area beyond both is decided.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from loaders.ifc.check.answer import Subject, say
from loaders.ifc.check.facts import Facts, Row
from loaders.ifc.check.limits import Limits
from loaders.ifc.check.rule import Rule, Tally
from loaders.ifc.compartments import is_compartment

_CLASSES = {"一": "1", "二": "2", "三": "3", "四": "4", "1": "1", "2": "2", "3": "3", "4": "4",
            "I": "1", "II": "2", "III": "3", "IV": "4"}  # fmt: skip
_STEP_M = 1.0
"""A floor this far inside the heights of a zone is one of its floors."""
_SAME_M2 = 0.05
_RESIDENTIAL = ("住宅", "residential", "公寓", "apartment")


def _judge(facts: Facts, limits: Limits, tally: Tally) -> None:
    found = _compartments(facts, limits["compartments"]["walls_share"])
    if not found:
        return tally.undecided(
            say(
                "模型没有防火分区(FIRESAFETY 的 IfcSpatialZone、名为防火分区的 IfcZone,"
                "或房间的 FireCompartmentId)",
                "no fire compartment is named (IfcSpatialZone FIRESAFETY, an IfcZone called one, or "
                "FireCompartmentId of spaces)",
            )
        )
    for compartment in found:
        _compartment(facts, limits["compartments"], tally, compartment)
    return None


def _compartments(facts: Facts, walls_share: float) -> list[dict[str, Any]]:
    """Compartments with `subject`, `area_m2` (between what it lies; None: unknown), `global_id`, `storeys`.

    What is a compartment is told as a load tells it (`loaders.ifc.compartments`).
    """
    spaces = {row["global_id"]: row for row in facts.meaning["space"]}
    found, told = [], set()
    for group in facts.meaning["groups"]:
        if is_compartment(group):
            told.update(group["members"])
            members = [spaces[m] for m in group["members"] if m in spaces]
            found.append(_one(facts, group, members, _area(facts, group, members, walls_share)))
    named: dict[str, list[Row]] = defaultdict(list)
    for row in spaces.values():
        if row["compartment"] and row["global_id"] not in told:
            named[row["compartment"]].append(row)
    for name, members in named.items():
        group = {"global_id": None, "ifc_class": "IfcSpace", "name": name, "members": []}
        found.append(_one(facts, group, members, _area(facts, group, members, walls_share)))
    return found


def _area(facts: Facts, group: Row, members: list[Row], walls_share: float) -> tuple[float, float] | None:
    """Between what the floor area lies, m².

    As stated; else by the body, which may hold several floors; else the rooms and the walls between them.
    """
    stated = facts.quantity(group["global_id"] or "", "GrossFloorArea")
    if stated is not None:
        return stated, stated
    areas = [row["area_m2"] for row in members]
    whole = not any(member in facts.storeys for member in group["members"])
    rooms = sum(areas) if areas and whole and all(area is not None for area in areas) else None
    body = facts.body.get(group["global_id"] or "")
    if body is not None:
        floors = 1 + sum(
            row["elev_m"] is None or body.low_m + _STEP_M < row["elev_m"] < body.high_m - _STEP_M
            for row in facts.storeys.values()
        )
        outline = float(body.outline.area)
        return max(outline, rooms or 0.0), max(outline * floors, rooms or 0.0)
    net = facts.quantity(group["global_id"] or "", "NetFloorArea") or rooms
    return None if net is None else (net, net * (1.0 + walls_share))


def _one(facts: Facts, group: Row, members: list[Row], area: tuple[float, float] | None) -> dict[str, Any]:
    storeys = list(dict.fromkeys(row["storey"] for row in members if row["storey"]))
    first = facts.storeys.get(storeys[0]) if storeys else None
    subject = Subject(
        global_id=group["global_id"] or (members[0]["global_id"] if members else None),
        ifc_class=group["ifc_class"],
        name=group["name"],
        storey=None if first is None else first["name"],
        floor_no=None if first is None else first["floor_no"],
        point_m=facts.point_m(group["global_id"])
        or next((p for row in members if (p := facts.point_m(row["global_id"]))), None),
    )
    return {"subject": subject, "area_m2": area, "storeys": storeys, "global_id": group["global_id"]}


def _compartment(facts: Facts, limits: dict[str, Any], tally: Tally, compartment: dict[str, Any]) -> None:
    strict, mild, missing = _range(facts, limits, compartment)
    subject, area = compartment["subject"], compartment["area_m2"]
    expected = f"<= {strict:g} m²" if strict == mild else f"<= {strict:g} to {mild:g} m²"
    if area is None:
        message = say("防火分区的面积未知", "the area of the fire compartment is not known")
        return tally.unknown(subject, message, expected, None)
    least, most = area
    found = f"{least:.1f} m²" if most - least < _SAME_M2 else f"{least:.1f} to {most:.1f} m²"
    if most <= strict:
        return tally.passed()
    if least > mild:
        message = say(
            f"防火分区面积 {found.replace('to', '至')},超过 {mild:g} m²",
            f"the fire compartment covers {found}, more than {mild:g} m²",
        )
        return tally.fail(subject, message, expected, found)
    if most - least >= _SAME_M2:
        missing.append(("分区的建筑面积(GrossFloorArea)", "the GrossFloorArea of the compartment"))
    message = say(
        f"防火分区面积 {found.replace('to', '至')};限值 {strict:g} 至 {mild:g} m²;"
        f"模型未注明:{'、'.join(m[0] for m in missing)}",
        f"the fire compartment covers {found}; the limit is {strict:g} to {mild:g} m²; the model "
        f"does not state {', '.join(m[1] for m in missing)}",
    )
    return tally.unknown(subject, message, expected, found)


Missing = list[tuple[str, str]]


def _range(facts: Facts, limits: dict[str, Any], compartment: dict[str, Any]) -> tuple[float, float, Missing]:
    missing: Missing = []
    storeys = [facts.storeys[s] for s in compartment["storeys"] if s in facts.storeys]
    floors = [row["floor_no"] for row in storeys if row["floor_no"] is not None]
    above = _above_ground(facts, limits, missing)
    below = [limits["basement_m2"]]
    if len(floors) < len(storeys) or not floors:
        missing.append(("所在楼层", "the storey it is on"))
        base = [*above, *below]
    else:
        base = below if min(floors) < 0 else above
    sprinklered = _sprinklered(facts, compartment)
    factors = {True: [limits["sprinkler_factor"]], False: [1.0]}.get(
        sprinklered,
        [1.0, limits["sprinkler_factor"]],  # type: ignore[call-overload]
    )
    if sprinklered is None:
        missing.append(("是否设自动喷水灭火系统(SprinklerProtection)", "SprinklerProtection"))
    return min(base) * min(factors), max(base) * max(factors), missing


def _above_ground(facts: Facts, limits: dict[str, Any], missing: Missing) -> list[float]:
    high = _high_rise(facts, limits)
    if high is True:
        return [limits["high_rise_m2"]]
    stated = _resistance(facts)
    if stated is None:
        missing.append(("耐火等级(FireProtectionClass)", "the fire resistance class (FireProtectionClass)"))
    low = [limits["low_m2"][stated]] if stated else list(limits["low_m2"].values())
    if high is None:
        missing.append(("建筑高度", "the height of the building"))
        return [*low, limits["high_rise_m2"]]
    return low


def _high_rise(facts: Facts, limits: dict[str, Any]) -> bool | None:
    storeys = [row for row in facts.storeys.values() if row["elev_m"] is not None]
    if not storeys or facts.ground_m is None:
        return None
    top = max(storeys, key=lambda row: row["elev_m"])
    height = top["elev_m"] - facts.ground_m
    if top["label"] != "RF":
        if top["height_m"] is None and not facts.bodies:
            return None
        height += top["height_m"] or max(body.high_m for body in facts.bodies) - top["elev_m"]
    building = next(iter(facts.meaning["buildings"]), {"global_id": None})
    use = str(facts.property(building["global_id"], "OccupancyType") or "").lower()
    residential = bool(facts.dwellings) or any(word in use for word in _RESIDENTIAL)
    high = bool(height > limits["high_rise_residential_m" if residential else "high_rise_other_m"])
    # a storey at no known elevation may stand on top
    return high if high or len(storeys) == len(facts.storeys) else None


def _resistance(facts: Facts) -> str | None:
    for building in facts.meaning["buildings"]:
        value = str(facts.property(building["global_id"], "FireProtectionClass") or "").strip()
        found = _CLASSES.get(value.removesuffix("级").strip().upper())
        if found:
            return found
    return None


def _sprinklered(facts: Facts, compartment: dict[str, Any]) -> bool | None:
    """What the zone says, else all its storeys, else the building."""
    buildings = [row["global_id"] for row in facts.meaning["buildings"]]
    for level in ([compartment["global_id"]], compartment["storeys"], buildings):
        said = [facts.property(global_id, "SprinklerProtection") for global_id in level if global_id]
        if said and all(isinstance(value, bool) for value in said):
            return all(said)
    return None


COMPARTMENT_AREA = Rule(
    "compartment-area",
    "error",
    say("防火分区面积", "Fire compartments are no larger than allowed"),
    say(
        "用防火墙、防火卷帘划小防火分区,或增设自动喷水灭火系统并在模型中注明",
        "divide the compartment by fire walls, or add sprinklers and state them in the model",
    ),
    _judge,
    "compartments",
)

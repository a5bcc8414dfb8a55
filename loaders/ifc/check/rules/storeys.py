"""Elements are on a storey, and storeys are stacked in order."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from loaders.ifc.check.answer import say
from loaders.ifc.check.facts import Facts, Row
from loaders.ifc.check.limits import Limits
from loaders.ifc.check.rule import Rule, Tally
from loaders.ifc.floors import floor_in_name

_SAME_M = 0.01


def _outside(facts: Facts, limits: Limits, tally: Tally) -> None:
    adrift = set(facts.identities["adrift"])
    rows = [row for role in ("opening", "equipment", "element") for row in facts.meaning[role]]
    for row in rows:
        if row["storey"] is not None:
            tally.passed()
        elif row["global_id"] in adrift:
            tally.fail(
                facts.subject(row),
                say("构件不属于任何空间结构", "it hangs on nothing: it is in no place of the model"),
                "a storey",
                "no place",
            )
        elif row["building"] is not None and facts.storeys:
            tally.fail(
                facts.subject(row),
                say("构件挂在建筑上,没有楼层", "it hangs on the building, on no storey"),
                "a storey",
                "the building",
            )
        else:
            # on a site, a road or a bridge, or there are no storeys to be on
            tally.passed()
    if not rows:
        tally.undecided(say("模型中没有构件", "the model has no elements"))


def _order(facts: Facts, limits: Limits, tally: Tally) -> None:
    by_building: dict[str | None, list[Row]] = defaultdict(list)
    for row in facts.meaning["storeys"]:
        by_building[row["building"]].append(row)
    least = limits["storeys"]["least_rise_m"]
    for rows in by_building.values():
        stacked = sorted((row for row in rows if row["elev_m"] is not None), key=lambda row: row["elev_m"])
        wrong = {**_too_close(stacked, least), **_contradicting(rows), **_misnamed(stacked)}
        for row in rows:
            if row["global_id"] in wrong:
                zh, en, expected, found = wrong[row["global_id"]]
                tally.fail(
                    facts.subject({**row, "ifc_class": "IfcBuildingStorey"}), say(zh, en), expected, found
                )
            elif row["elev_m"] is None:
                tally.unknown(
                    facts.subject({**row, "ifc_class": "IfcBuildingStorey"}),
                    say(
                        "楼层既无位置也无标高,次序无法判断",
                        "it has neither a placement nor an Elevation: where it is stacked is not known",
                    ),
                    "a placement or an Elevation",
                    None,
                )
            else:
                tally.passed()
    if not facts.meaning["storeys"]:
        tally.undecided(say("模型中没有楼层", "the model has no storeys"))


Wrong = dict[str, tuple[str, str, str, str]]


def _too_close(rows: list[Row], least: float) -> Wrong:
    wrong: Wrong = {}
    for below, above in pairwise(rows):
        rise = above["elev_m"] - below["elev_m"]
        if rise < least:
            wrong[above["global_id"]] = (
                f"与下一层“{below['name']}”只差 {rise:.2f} m",
                f"it lies only {rise:.2f} m above '{below['name']}'",
                f"at least {least:.2f} m above the storey below",
                f"{rise:.2f} m",
            )
    return wrong


def _contradicting(rows: list[Row]) -> Wrong:
    """Storeys whose stated elevations run another way than their placements."""
    known = [row for row in rows if row["stated_m"] is not None and row["placed_m"] is not None]
    placed = sorted(known, key=lambda row: row["placed_m"])
    wrong: Wrong = {}
    for below, above in pairwise(placed):
        rises = above["placed_m"] - below["placed_m"] > _SAME_M
        if rises and above["stated_m"] < below["stated_m"] - _SAME_M:
            wrong[above["global_id"]] = (
                f"放置在“{below['name']}”之上,标高却更低",
                f"it is placed above '{below['name']}', but its Elevation is lower",
                f"Elevation above {below['stated_m']:.2f} m",
                f"Elevation {above['stated_m']:.2f} m",
            )
    return wrong


def _misnamed(rows: list[Row]) -> Wrong:
    """Storeys that carry a floor's name in another order than they are stacked."""
    numbered = [(number, row) for row in rows if (number := floor_in_name(row["name"] or "")) is not None]
    wrong: Wrong = {}
    for (below, lower), (above, row) in pairwise(numbered):
        if above <= below:
            wrong[row["global_id"]] = (
                f"名称表示 {above} 层,却位于“{lower['name']}”之上",
                f"its name says floor {above}, but it lies above '{lower['name']}'",
                f"a floor above {below}",
                f"floor {above}",
            )
    return wrong


def _twice(facts: Facts, limits: Limits, tally: Tally) -> None:
    rows = [row for role in ("opening", "equipment", "element") for row in facts.meaning[role]]
    for row in rows:
        count = facts.identities["twice"].get(row["global_id"])
        if count is None:
            tally.passed()
            continue
        message = say(
            f"构件同时属于{count}个位置",
            f"the element hangs on {count} places; programs disagree which holds",
        )
        tally.fail(facts.subject(row), message, "one place", f"{count} places")
    if not rows:
        tally.undecided(say("模型中没有构件", "the model has no elements"))


IN_TWO_PLACES = Rule(
    "in-two-places",
    "warning",
    say("构件只属一处", "Every element hangs on one place only"),
    say(
        "构件或归入一个楼层,或作为组合构件的一部分,二者取一",
        "let the element be on one storey, or be a part of an assembly, not both",
    ),
    _twice,
)
OUTSIDE_STOREY = Rule(
    "outside-storey",
    "warning",
    say("构件归属楼层", "Every element is on a storey"),
    say(
        "把构件归入所在楼层", "put the element on the storey it stands on (IfcRelContainedInSpatialStructure)"
    ),
    _outside,
)
STOREY_ORDER = Rule(
    "storey-order",
    "error",
    say("楼层次序", "Storeys are stacked in the order of their names and elevations"),
    say("改正楼层的标高、位置或名称", "correct the storey's Elevation, placement or name"),
    _order,
    "storeys",
)

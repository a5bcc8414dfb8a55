"""Every flat has two ways out."""

from __future__ import annotations

from collections import defaultdict

from loaders.ifc.check.answer import say
from loaders.ifc.check.facts import Facts, Row
from loaders.ifc.check.limits import Limits
from loaders.ifc.check.rule import Rule, Tally

_GROUND_M = 1.0
_BALUSTRADE_M = 1.5
"""How far the body of a stair may stand above the floor it arrives at."""


def _judge(facts: Facts, limits: Limits, tally: Tally) -> None:
    if not facts.dwellings:
        return tally.undecided(
            say(
                "模型没有标明住户的房间(UnitCode,或名称如“两室一厅”)",
                "no space of the model is marked as a flat (UnitCode, or a name such as 'apartment')",
            )
        )
    if facts.bodiless:
        return tally.undecided(
            say(f"形体无法计算:{facts.bodiless}", f"shapes could not be measured: {facts.bodiless}")
        )
    least = int(limits["ways_out"]["least"])
    stairs = _stairs_in_rooms(facts)
    for row in facts.dwellings:
        _flat(facts, tally, row, stairs=stairs, least=least)
    return None


def _stairs_in_rooms(facts: Facts) -> dict[int, tuple[int, int]]:
    """Room -> stairs one can take from it towards the ground: certainly, and possibly.

    Above the ground those that arrive from below, below it those that begin.
    """
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for stair in facts.stairs:
        for room in stair.rooms:
            low = facts.graph.rooms[room].low_m
            if facts.ground_m is None or stair.low_m is None or stair.high_m is None:
                continue
            arrives = -_GROUND_M <= stair.high_m - low <= _BALUSTRADE_M
            begins = abs(stair.low_m - low) <= _GROUND_M
            if abs(low - facts.ground_m) > _GROUND_M and (arrives if low > facts.ground_m else begins):
                found[room][0] += stair.reaches is True
                found[room][1] += stair.reaches is not False
    return {room: (certain, possible) for room, (certain, possible) in found.items()}


def _flat(facts: Facts, tally: Tally, row: Row, *, stairs: dict[int, tuple[int, int]], least: int) -> None:
    subject, expected = facts.subject(row), f">= {least} ways out"
    room = facts.graph.number.get(row["global_id"])
    if room is None:
        message = say("住户没有可测量的形体", "the flat has no shape that can be measured")
        return tally.unknown(subject, message, expected, None)
    if not facts.graph.doors_of(room):
        message = say("模型中没有通向该住户的门", "no door of the model leads to this flat")
        return tally.unknown(subject, message, expected, "no door")
    certain, possible = facts.graph.ways_out(room, stairs, least)
    if certain >= least:
        return tally.passed()
    if possible < least:
        message = say(
            f"从户门出发只有 {possible} 条互不相关的疏散路径",
            f"from the flat's door only {possible} independent way(s) lead out",
        )
        return tally.fail(subject, message, expected, f"{possible}")
    message = say(
        f"确知的疏散路径 {certain} 条,其余经过模型未说明的地方",
        f"{certain} way(s) out are certain; the others pass a place the model does not tell",
    )
    return tally.unknown(subject, message, expected, f"{certain} certain, {possible} possible")


WAYS_OUT = Rule(
    "two-ways-out",
    "error",
    say("每户两条疏散路径", "Every flat has two ways out"),
    say(
        "增设疏散楼梯或安全出口,使两条路径不经过同一扇门",
        "add a stair or an exit so that two ways share no door",
    ),
    _judge,
    "ways_out",
)

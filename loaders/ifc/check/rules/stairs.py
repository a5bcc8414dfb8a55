"""Stairs reach the ground, and from their foot one gets outside."""

from __future__ import annotations

from loaders.ifc.check.answer import say
from loaders.ifc.check.facts import Facts
from loaders.ifc.check.limits import Limits
from loaders.ifc.check.rule import Rule, Tally
from loaders.ifc.check.stairs import Stair

_EXPECTED = "a way down to the ground storey and outside"


def _judge(facts: Facts, limits: Limits, tally: Tally) -> None:
    if facts.bodiless:
        return tally.undecided(
            say(f"形体无法计算:{facts.bodiless}", f"shapes could not be measured: {facts.bodiless}")
        )
    if facts.ground_m is None:
        return tally.undecided(say("模型没有首层", "the model has no ground storey (floor 1)"))
    if not facts.stairs:
        return tally.undecided(say("模型中没有楼梯", "the model has no stairs outside flats"))
    for stair in facts.stairs:
        _stair(facts, tally, stair)
    return None


def _stair(facts: Facts, tally: Tally, stair: Stair) -> None:
    subject = facts.subject(stair.row)
    if stair.outline is None:
        message = say("楼梯没有可测量的形体", "the stair has no shape that can be measured")
        return tally.unknown(subject, message, _EXPECTED, None)
    if not stair.reaches or stair.foot is None:
        return _broken(facts, tally, stair)
    room = _ground_room(facts, stair.foot)
    if room is None:
        message = say(
            "楼梯通到首层,但底部不在任何房间内,是否通向室外无法判断",
            "the stair gets to the ground, but its foot stands in no IfcSpace: the way outside is not known",
        )
        return tally.unknown(subject, message, _EXPECTED, "foot in no space")
    certain, possible = facts.graph.ways_out(room, {}, 1)
    if certain:
        return tally.passed()
    if possible:
        message = say(
            "楼梯通到首层,但通向室外的门未标为外门(IsExternal)",
            "the stair gets to the ground, but no door on the way outside is marked IsExternal",
        )
        return tally.unknown(subject, message, _EXPECTED, "a door to a place the model does not name")
    message = say(
        "楼梯通到首层,但没有门通向室外", "the stair gets to the ground, but no door leads outside from there"
    )
    return tally.fail(subject, message, _EXPECTED, "no door outside")


def _broken(facts: Facts, tally: Tally, stair: Stair) -> None:
    """A stair from which no flight that could be measured leads on to the ground."""
    subject = facts.subject(stair.row)
    found = f"{stair.low_m:.2f} m to {stair.high_m:.2f} m, ground {facts.ground_m:.2f} m"
    if stair.reaches is None:
        message = say(
            "楼梯没有通到首层的相接梯段,但有的梯段没有可测量的形体,无法判断",
            "no flight that could be measured joins it on the way to the ground, and some have no shape",
        )
        return tally.unknown(subject, message, _EXPECTED, found)
    message = say(
        "楼梯没有通到首层:没有与之相接的梯段",
        "the stair does not get to the ground: no flight joins it on the way",
    )
    return tally.fail(subject, message, _EXPECTED, found)


def _ground_room(facts: Facts, foot: Stair) -> int | None:
    level = facts.ground_m
    rooms = facts.graph.rooms
    return next(
        (room for room in foot.rooms if level is not None and abs(rooms[room].low_m - level) <= 1.0), None
    )


STAIR_GROUND = Rule(
    "stair-reaches-ground",
    "error",
    say("楼梯通到室外地面", "Stairs reach the ground and lead outside"),
    say(
        "补齐梯段,或在首层设直通室外的门并标为外门(IsExternal)",
        "complete the flights, or give the ground storey a door to the outside and mark it IsExternal",
    ),
    _judge,
    "stairs",
)

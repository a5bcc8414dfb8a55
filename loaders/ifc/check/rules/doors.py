"""Doors on the way out are wide enough."""

from __future__ import annotations

from loaders.ifc.check.answer import say
from loaders.ifc.check.facts import Facts, Row
from loaders.ifc.check.limits import Limits
from loaders.ifc.check.rule import Rule, Tally

_CLEAR = ("ClearWidth", "NetWidth", "净宽", "净宽度")
"""Properties that state the clear width; the standard sets have none."""
_GROUND_M = 1.5


def _judge(facts: Facts, limits: Limits, tally: Tally) -> None:
    doors = facts.of_class("opening", "IfcDoor")
    marked = [door for door in doors if door["fire_exit"] is True]
    if not marked:
        silent = sum(door["fire_exit"] is None for door in doors)
        return tally.undecided(
            say(
                f"模型有{len(doors)}扇门,没有一扇标为疏散门(Pset_DoorCommon.FireExit),其中{silent}扇未注明",
                f"of {len(doors)} doors none is marked as a way out (Pset_DoorCommon.FireExit); "
                f"{silent} say nothing about it",
            )
        )
    for door in marked:
        _door(facts, limits["doors"], tally, door)
    return None


def _door(facts: Facts, limits: dict[str, float], tally: Tally, door: Row) -> None:
    least = limits["ground_exit_m" if _leads_outside(facts, door["global_id"]) else "escape_m"]
    subject, expected = facts.subject(door), f"clear width >= {least:.2f} m"
    clear = _stated(facts, door["global_id"])
    overall = door["width_m"]
    if clear is not None:
        if clear >= least:
            return tally.passed()
        message = say(
            f"疏散门净宽 {clear:.2f} m,不足 {least:.2f} m",
            f"the way out is {clear:.2f} m wide, less than {least:.2f} m",
        )
        return tally.fail(subject, message, expected, f"clear width {clear:.2f} m")
    if overall is None:
        message = say("疏散门没有宽度", "the width of this way out is not stated")
        return tally.unknown(subject, message, expected, None)
    found = f"overall width {overall:.2f} m"
    if overall - limits["frame_m"] >= least - 1e-9:
        return tally.passed()
    if overall < least - 1e-9:
        message = say(
            f"疏散门洞口宽 {overall:.2f} m,净宽必不足 {least:.2f} m",
            f"the whole door is {overall:.2f} m wide, so its clear width is less than {least:.2f} m",
        )
        return tally.fail(subject, message, expected, found)
    message = say(
        f"只知门宽 {overall:.2f} m,扣除门框后净宽是否达到 {least:.2f} m 无法判断",
        f"only the overall width {overall:.2f} m is known; the frame decides whether {least:.2f} m is clear",
    )
    return tally.unknown(subject, message, expected, found)


def _stated(facts: Facts, global_id: str) -> float | None:
    for name in _CLEAR:
        value = facts.property(global_id, name)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            # a bare number of a plain property has no unit: nobody builds doors of 100 m
            return value / 1000 if value > 100 else float(value)
    return None


def _leads_outside(facts: Facts, global_id: str) -> bool:
    if facts.property(global_id, "IsExternal") is not True or facts.ground_m is None:
        return False
    body = facts.body.get(global_id)
    origin = facts.identities["origins"].get(global_id)
    level = body.low_m if body is not None else origin[2] if origin is not None else None
    return level is not None and abs(level - facts.ground_m) <= _GROUND_M


DOOR_WIDTH = Rule(
    "escape-door-width",
    "error",
    say("疏散门净宽", "Doors on the way out are wide enough"),
    say(
        "加宽疏散门,或在模型中注明净宽(ClearWidth)",
        "widen the door, or state its clear width in the model (ClearWidth)",
    ),
    _judge,
    "doors",
)

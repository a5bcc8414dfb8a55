"""Doors on the way out are wide enough."""

from __future__ import annotations

from loaders.ifc.check.answer import say
from loaders.ifc.check.facts import Facts, Row
from loaders.ifc.check.limits import Limits
from loaders.ifc.check.rule import Rule, Tally

_CLEAR = ("ClearWidth", "NetWidth", "净宽", "净宽度")
"""Properties that state the clear width; the standard sets have none."""
_GROUND_M = 1.5
_SAME_M = 1e-9


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
    doubtful = sum(door["fire_exit"] is None and not _wide(facts, limits["doors"], door) for door in doors)
    if doubtful:
        tally.undecided(
            say(
                f"另有{doubtful}扇门未注明是否为疏散门(FireExit),也不能确知足够宽",
                f"{doubtful} more doors do not say whether they are a way out (FireExit), and are not wide "
                "enough for certain",
            )
        )
    return None


def _door(facts: Facts, limits: dict[str, float], tally: Tally, door: Row) -> None:
    mild, strict = _limits(facts, limits, door)
    expected = f"clear width >= {mild:.2f} m" + ("" if mild == strict else f" or {strict:.2f} m")
    subject, (low, high, found) = facts.subject(door), _clear(facts, limits, door)
    if low is None or high is None:
        message = say("疏散门没有宽度", "the width of this way out is not stated")
        return tally.unknown(subject, message, expected, None)
    if low >= strict - _SAME_M:
        return tally.passed()
    if high < mild - _SAME_M:
        message = say(
            f"疏散门净宽不足 {mild:.2f} m({_zh(found)})",
            f"the way out has less than {mild:.2f} m of clear width ({found})",
        )
        return tally.fail(subject, message, expected, found)
    if high >= strict - _SAME_M > low and mild == strict:
        message = say(
            f"只知门宽 {high:.2f} m,扣除门框后净宽是否达到 {strict:.2f} m 无法判断",
            f"only the overall width {high:.2f} m is known; the frame decides whether {strict:.2f} m "
            "is clear",
        )
        return tally.unknown(subject, message, expected, found)
    message = say(
        f"模型未注明该门是否在首层通向室外(IsExternal),净宽要求 {mild:.2f} 或 {strict:.2f} m 无法判断",
        "the model does not say whether the door leads outside at the ground (IsExternal): "
        f"{mild:.2f} m or {strict:.2f} m may be asked of it",
    )
    return tally.unknown(subject, message, expected, found)


def _wide(facts: Facts, limits: dict[str, float], door: Row) -> bool:
    """Whether a door is wide enough whatever it is."""
    low = _clear(facts, limits, door)[0]
    return low is not None and low >= _limits(facts, limits, door)[1] - _SAME_M


def _limits(facts: Facts, limits: dict[str, float], door: Row) -> tuple[float, float]:
    """The least and the most that may be asked of a door; the same where the model says where it leads."""
    outside = _leads_outside(facts, door)
    mild = limits["ground_exit_m" if outside else "escape_m"]
    return mild, limits["escape_m" if outside is False else "ground_exit_m"]


def _clear(facts: Facts, limits: dict[str, float], door: Row) -> tuple[float | None, float | None, str]:
    """Between what the clear width lies, and what that was read from."""
    clear = _stated(facts, door["global_id"])
    if clear is not None:
        return clear, clear, f"clear width {clear:.2f} m"
    overall = door["width_m"]
    if overall is None:
        return None, None, ""
    return overall - limits["frame_m"], overall, f"overall width {overall:.2f} m"


def _zh(found: str) -> str:
    return found.replace("clear width", "净宽").replace("overall width", "门宽")


def _stated(facts: Facts, global_id: str) -> float | None:
    for name in _CLEAR:
        value = facts.property(global_id, name)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            # a bare number of a plain property has no unit: nobody builds doors of 100 m
            return value / 1000 if value > 100 else float(value)
    return None


def _leads_outside(facts: Facts, door: Row) -> bool | None:
    """Whether a door leads outside at the ground; None where the model leaves that open."""
    external = facts.property(door["global_id"], "IsExternal")
    if external is None:
        external = facts.property(door["parent"], "IsExternal")
    body = facts.body.get(door["global_id"])
    origin = facts.identities["origins"].get(door["global_id"])
    level = body.low_m if body is not None else origin[2] if origin is not None else None
    if external is False:
        return False
    if level is None or facts.ground_m is None:
        return None
    near = abs(level - facts.ground_m) <= _GROUND_M
    return (True if external is True else None) if near else False


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

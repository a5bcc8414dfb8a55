"""Words by which people call fire equipment, and when a word does not count.

Whether a word is denied ("非消防电梯") or names a place ("消防电梯前室") is decided here once
for all words; a pattern itself only leaves out what serves the thing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple


class Word(NamedTuple):
    """A word that was found, and the kind it stands for."""

    kind: str
    text: str


Patterns = tuple[tuple[str, re.Pattern[str]], ...]


def _patterns(*pairs: tuple[str, str]) -> Patterns:
    return tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in pairs)


# what serves a pump, a hydrant, a sprinkler or a lift is none: buttons, cabinets, pipes, valves, switches
_NO_PUMP = (
    r"(?! ?(?:接合器|控制|按钮|电机|压力|出口|流量|配电|巡检"
    r"|controller|control|panel|motor|pressure|button))"
)
_NO_HYDRANT = r"(?!按钮|泵|管|系统|阀| ?(?:pump|pipe|riser|valve|button))"
_OUTDOOR = (
    r"outdoor|exterior|external|street|yard|(?:dry|wet)[- ]?barrel|(?:pillar|post)(?:[- ]type)?"
    r"|(?:above|under)[- ]?ground"
)
_NO_SPRINKLER = (
    r"(?!泵|水泵|管|系统|立管|支管|主管|干管|水流|报警|湿式|末端|阀"
    r"| ?(?:pump|pipe|riser|main|branch|valve|system|alarm|flow))"
)
_NO_LIFT = r"(?! ?(?:按钮|呼梯|控制|配电|层门|门|标志|标识|button|door|controller|panel|sign))"
_NO_LIGHT = r"(?! ?(?:配电|控制|电源|集中|回路|箱|panel|controller|board))"

_WORDS = _patterns(
    ("controller", r"气体灭火控制[盘器]|防火卷帘控制[器箱]|extinguishing control panel|releasing panel"),
    (
        "fire_pump",
        rf"(?:消防泵|消火栓泵|喷淋泵|消防水泵|稳压泵){_NO_PUMP}"
        rf"|(?:fire(?:[- ]?(?:water|fighting))?[- ]?|jockey |sprinkler |hydrant )pump{_NO_PUMP}",
    ),
    ("breeching_inlet", r"水泵接合器|breeching|siamese|fire department connection|\bFDC\b"),
    ("hose_reel", r"软管卷盘|消防卷盘|hose ?reel"),
    ("fire_monitor", r"消防水?炮|fire ?monitor|water cannon"),
    (
        "outdoor_hydrant",
        rf"(?:室外[- ]?(?:地[上下]式)?|地[上下]式(?:室外)?|市政)消[火防]栓{_NO_HYDRANT}"
        rf"|消[火防]栓[-_ (（]*(?:室外|地[上下]式)"
        rf"|(?:{_OUTDOOR})[- ](?:fire )?hydrant{_NO_HYDRANT}|hydrant[-_,( ]+(?:{_OUTDOOR})"
        rf"|(?:über|unter)flurhydrant{_NO_HYDRANT}",
    ),
    ("hydrant_box", rf"(?:消火栓|消防栓|hydrant){_NO_HYDRANT}|standpipe|hose cabinet"),
    ("flow_sensor", r"水流指示|(?:water ?)?flow (?:switch|indicator)"),
    ("sprinkler", rf"喷头|(?:喷淋|sprinkler){_NO_SPRINKLER}"),
    ("smoke_detector", r"感烟|烟感|烟雾(?:探测|报警|传感)|smoke ?(?:detector|sensor|alarm)|rauchmelder"),
    ("heat_detector", r"感温|温感|heat ?(?:detector|sensor)"),
    ("flame_detector", r"火焰(?:探测|传感)|flame ?(?:detector|sensor)"),
    ("gas_detector", r"可燃气体|燃气(?:探测|报警)|gas ?(?:detector|sensor)"),
    ("manual_call_point", r"手动报警|手报|手动火灾|break ?glass|call ?point|pull ?(?:station|box)"),
    ("siren", r"声光|警报器|警铃|siren|sounder|alarm bell|\bhorn\b"),
    ("alarm_light", r"警报灯|报警闪灯|\bstrobe\b"),
    ("communications", r"(?:消防|应急)(?:电话|广播)|fire ?(?:tele)?phone|voice evacuation"),
    ("emergency_light", rf"(?:(?:应急|疏散)照明|应急灯|emergency (?:light(?:ing)?|luminaire)){_NO_LIGHT}"),
    ("exit_sign", r"疏散(?:指示|标志)|安全出口(?:标志|指示|灯)|应急标志灯|exit sign"),
    ("extinguisher", r"灭火器|extinguisher|feuerlöscher"),
    ("fire_tank", r"消防水箱|消防水池|fire(?:[- ]water)? tank"),
    ("fire_damper", r"防火阀|防火调节阀|fire damper"),
    ("smoke_damper", r"排烟[阀口]|smoke damper"),
    (
        "smoke_fan",
        r"排烟(?:兼(?:平时)?)?(?:排?风)?机|(?:正压|加压)送风机?(?![口阀井管竖系])"
        r"|smoke (?:(?:exhaust|extract(?:ion)?|control) )?fan|pressuri[sz]ation fan",
    ),
    ("air_terminal", r"(?:正压|加压)送风口"),
    (
        "fire_panel",
        r"火灾报警控制器|消防联动控制器|火灾显示盘|消防主机|fire alarm (?:control )?(?:panel|unit)",
    ),
    ("fire_lift", rf"(?:消防电梯|fire(?:[- ]?fighting|man'?s)? (?:lift|elevator)){_NO_LIFT}"),
    ("lift", rf"(?:电梯|[客货]梯|\blift\b|elevator|aufzug){_NO_LIFT}"),
    ("escalator", r"扶梯|escalator"),
)
_WITHIN: dict[str, Patterns] = {
    "light": _patterns(("exit_sign", r"(?:安全|疏散|紧急)出口|\bexit\b")),
    "lift": _patterns(("fire_lift", r"消防梯")),
    "sensor": _patterns(
        ("smoke_detector", r"烟雾"),
        ("flame_detector", r"火焰|\bflame\b"),
        ("level_sensor", r"[液水]位|\blevel\b"),
        ("flow_sensor", r"流量|\bflow\b"),
        ("pressure_sensor", r"压力|\bpressure\b"),
        ("temperature_sensor", r"温度|\btemperature\b"),
    ),
}
"""Words that say enough only where the schema has said what sort of thing it is: a door has an exit too."""

_FIRE = re.compile(
    r"消防(?:电梯|水泵|泵|水箱|水池|控制)?|火灾|火警|火焰|防火|灭火|[排防挡]烟|喷淋|消火栓|疏散|报警阀|末端试水"
    r"|\bfire(?![- ]?(?:rated|resist|proof|place))|\bsmoke\b|sprinkler|hydrant|evacuation",
    re.IGNORECASE,
)
"""Speaks of fire without saying what the thing is."""

_DENIAL = (
    r"(?:[非无未不]|没有)(?:需|设置?|安?装|[带含配是为])?\s*"
    r"|\b(?:non|not?|without|w/o|ohne|keine?|nicht)[\s-]+(?:an?\s+|the\s+)?"
)
_DENIED = re.compile(rf"(?:{_DENIAL})$", re.IGNORECASE)
# "非消防排烟风机" denies the fan for fire, but "非消防客梯" is a lift still
_DENIED_FIRE = re.compile(rf"(?:{_DENIAL})(?:消防用?|火灾|fire)[\s-]*$", re.IGNORECASE)
NOT_OF_FIRE = frozenset({"lift", "escalator", "air_terminal", "controller", "communications"})
"""Kinds that remain what they are where their use for fire is denied."""
_PLACE = re.compile(
    r"\s*(?:(?:合用|候梯|独立)?(?:前室|厅)|间(?![距歇隔])|机?房|室(?![内外])|井|控制室"
    r"|(?:lobby|hall|room|shaft|pit)\b)",
    re.IGNORECASE,
)


def find_word(
    names: Iterable[str | None], among: Collection[str] | None = None, sort: str | None = None
) -> Word | None:
    """Read a kind from names.

    Parameters
    ----------
    names : iterable of str or None
        The most telling first.
    among : collection of str, optional
        Kinds that are possible; all without it.
    sort : str, optional
        General kind the schema gave; some words count only within it.

    Examples
    --------
    >>> find_word(["消防电梯前室客梯"])
    Word(kind='lift', text='客梯')
    """
    told = [name for name in names if name]
    for patterns in (_WORDS, _WITHIN.get(sort or "", ())):
        for name in told:
            for kind, pattern in patterns:
                if among is None or kind in among:
                    text = _meant(pattern, name, fire=kind not in NOT_OF_FIRE)
                    if text is not None:
                        return Word(kind, text)
    return None


def fire_hint(names: Iterable[str | None]) -> str | None:
    """Word of fire in names of something whose kind they do not tell; None: none is meant."""
    for name in names:
        text = _meant(_FIRE, name, fire=False) if name else None
        if text is not None:
            return text
    return None


def _meant(pattern: re.Pattern[str], name: str, *, fire: bool) -> str | None:
    """First match that the words around it neither deny nor make the name of a place."""
    for match in pattern.finditer(name):
        before = name[: match.start()]
        denied = _DENIED.search(before) or (fire and _DENIED_FIRE.search(before))
        if not denied and not _PLACE.match(name, match.end()):
            return match[0]
    return None

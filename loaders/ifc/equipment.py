"""Fire and building services equipment under one name, whatever the program called it.

The type of the schema decides where it says something; a name only where the type is
silent. Every answer carries the words it was read from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """What a piece of equipment is.

    Attributes
    ----------
    kind : str or None
        Code of the list `equipment`; None: equipment of a kind nobody has told us.
    evidence : str
        What it was read from.
    confidence : float or None
        0 to 1, how much that says; None where there is no kind.
    """

    kind: str | None
    evidence: str
    confidence: float | None = None


_BY_TYPE: dict[tuple[str, str], str] = {
    ("IfcFireSuppressionTerminal", "SPRINKLER"): "sprinkler",
    ("IfcFireSuppressionTerminal", "SPRINKLERDEFLECTOR"): "sprinkler",
    ("IfcFireSuppressionTerminal", "FIREHYDRANT"): "hydrant_box",
    ("IfcFireSuppressionTerminal", "HOSEREEL"): "hose_reel",
    ("IfcFireSuppressionTerminal", "BREECHINGINLET"): "breeching_inlet",
    ("IfcFireSuppressionTerminal", "FIREMONITOR"): "fire_monitor",
    ("IfcSensor", "SMOKESENSOR"): "smoke_detector",
    ("IfcSensor", "HEATSENSOR"): "heat_detector",
    ("IfcSensor", "FIRESENSOR"): "flame_detector",
    ("IfcSensor", "GASSENSOR"): "gas_detector",
    ("IfcSensor", "COSENSOR"): "gas_detector",
    ("IfcSensor", "CO2SENSOR"): "gas_detector",
    ("IfcSensor", "LEVELSENSOR"): "level_sensor",
    ("IfcSensor", "FLOWSENSOR"): "flow_sensor",
    ("IfcSensor", "PRESSURESENSOR"): "pressure_sensor",
    ("IfcSensor", "TEMPERATURESENSOR"): "temperature_sensor",
    ("IfcAlarm", "BREAKGLASSBUTTON"): "manual_call_point",
    ("IfcAlarm", "MANUALPULLBOX"): "manual_call_point",
    ("IfcAlarm", "SIREN"): "siren",
    ("IfcAlarm", "BELL"): "siren",
    ("IfcAlarm", "WHISTLE"): "siren",
    ("IfcAlarm", "LIGHT"): "alarm_light",
    ("IfcDamper", "FIREDAMPER"): "fire_damper",
    ("IfcDamper", "SMOKEDAMPER"): "smoke_damper",
    ("IfcDamper", "FIRESMOKEDAMPER"): "fire_damper",
    ("IfcTransportElement", "ELEVATOR"): "lift",
    ("IfcTransportElement", "ESCALATOR"): "escalator",
    ("IfcLightFixture", "SECURITYLIGHTING"): "emergency_light",
}
"""(IFC class, predefined type) -> code."""

_BY_CLASS: dict[str, str] = {
    "IfcTank": "tank",
    "IfcPump": "pump",
    "IfcFan": "fan",
    "IfcValve": "valve",
    "IfcController": "controller",
    "IfcElectricDistributionBoard": "power_board",
    "IfcElectricDistributionPoint": "power_board",
    "IfcTransformer": "transformer",
    "IfcElectricGenerator": "generator",
    "IfcElectricFlowStorageDevice": "battery",
    "IfcSolarDevice": "pv_panel",
    "IfcLightFixture": "light",
    "IfcSanitaryTerminal": "sanitary",
    "IfcOutlet": "outlet",
    "IfcSwitchingDevice": "switch",
    "IfcFlowMeter": "meter",
    "IfcAirTerminal": "air_terminal",
    "IfcBoiler": "boiler",
    "IfcUnitaryEquipment": "air_conditioner",
    "IfcCommunicationsAppliance": "communications",
}
_SENSOR = "sensor"

# what serves a pump, a hydrant or a sprinkler is none: buttons, cabinets, pipes, valves, flow switches
_NO_PUMP = r"(?!接合器|房|控制|按钮|电机)"
_NO_HYDRANT = r"(?!按钮|泵|管|系统|阀| ?(?:pump|pipe|riser|valve|button))"
_NO_SPRINKLER = (
    r"(?!泵|水泵|管|系统|立管|支管|主管|干管|水流|报警|湿式|末端|阀"
    r"| ?(?:pump|pipe|riser|main|branch|valve|system|alarm|flow))"
)
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("fire_pump", rf"(?:消防泵|消火栓泵|喷淋泵|消防水泵|稳压泵){_NO_PUMP}|fire ?pump|jockey pump"),
        ("breeching_inlet", r"水泵接合器|breeching|siamese|fire department connection|\bFDC\b"),
        ("hose_reel", r"软管卷盘|消防卷盘|hose ?reel"),
        ("hydrant_box", rf"(?:消火栓|消防栓|hydrant){_NO_HYDRANT}|standpipe|hose cabinet"),
        ("sprinkler", rf"喷头|(?:喷淋|sprinkler){_NO_SPRINKLER}"),
        ("smoke_detector", r"感烟|烟感|smoke ?(?:detector|sensor|alarm)|rauchmelder"),
        ("heat_detector", r"感温|温感|heat ?(?:detector|sensor)"),
        ("gas_detector", r"可燃气体|燃气探测|gas ?(?:detector|sensor)"),
        ("manual_call_point", r"手动报警|手报|手动火灾|break ?glass|call ?point|pull ?(?:station|box)"),
        ("siren", r"声光|警报器|警铃|siren|sounder|alarm bell|\bhorn\b"),
        ("emergency_light", r"应急照明|疏散照明|emergency (?:light|luminaire)"),
        ("exit_sign", r"疏散指示|安全出口标志|exit sign"),
        ("extinguisher", r"灭火器|extinguisher|feuerlöscher"),
        ("fire_tank", r"消防水箱|消防水池|fire(?:[- ]water)? tank"),
        ("fire_damper", r"防火阀|防火调节阀|fire damper"),
        ("smoke_damper", r"排烟阀|smoke damper"),
        ("smoke_fan", r"排烟风机|正压送风|加压送风|smoke (?:exhaust )?fan|pressuri[sz]ation fan"),
        ("fire_panel", r"火灾报警控制器|消防主机|fire alarm (?:control )?panel"),
        ("fire_lift", r"消防电梯|fire(?:[- ]?fighting|man'?s)? (?:lift|elevator)"),
        ("lift", r"电梯|\blift\b|elevator|aufzug"),
        ("escalator", r"扶梯|escalator"),
    )
)
_NARROWS = {
    "pump": {"fire_pump"},
    "tank": {"fire_tank"},
    "fan": {"smoke_fan"},
    "lift": {"fire_lift"},
    "light": {"emergency_light", "exit_sign"},
    "controller": {"fire_panel"},
    "valve": {"fire_damper", "smoke_damper", "hydrant_box"},
}
"""A name may make these kinds more exact, never something else."""

_BY_SET: tuple[tuple[str, str], ...] = (
    ("Pset_FireSuppressionTerminalTypeSprinkler", "sprinkler"),
    ("Pset_FireSuppressionTerminalTypeFireHydrant", "hydrant_box"),
    ("Pset_FireSuppressionTerminalTypeHoseReel", "hose_reel"),
    ("Pset_FireSuppressionTerminalTypeBreechingInlet", "breeching_inlet"),
    ("Pset_SensorTypeSmokeSensor", "smoke_detector"),
    ("Pset_SensorTypeHeatSensor", "heat_detector"),
    ("Pset_SensorTypeFireSensor", "flame_detector"),
    ("Pset_SensorTypeGasSensor", "gas_detector"),
    ("Pset_DamperTypeFireDamper", "fire_damper"),
    ("Pset_DamperTypeSmokeDamper", "smoke_damper"),
)
"""Property sets that only one kind has."""

# how much each way of knowing says; judged, not measured
_TYPE, _CLASS, _SET, _WORD = 0.95, 0.8, 0.85, 0.6
_AGREED, _DOUBTED = 0.98, 0.7


def classify(
    ifc_class: str,
    predefined_type: str | None,
    names: tuple[str | None, ...],
    psets: Mapping[str, Mapping[str, Any]] | None = None,
) -> Kind:
    """Name the kind of a piece of equipment.

    Parameters
    ----------
    ifc_class : str
        Class of the occurrence or, where that is a general one (`IfcFlowTerminal`), of its type.
    predefined_type : str or None
        Of the occurrence or its type.
    names : tuple of str
        Name, object type, type name: what a person wrote, the most telling first.
    psets : mapping, optional
        Property sets by name; some belong to one kind only.

    Examples
    --------
    >>> classify("IfcSensor", "SMOKESENSOR", ("S-13-04",))
    Kind(kind='smoke_detector', evidence='IfcSensor.SMOKESENSOR', confidence=0.95)
    >>> classify("IfcPump", None, ("1#消火栓泵",)).kind
    'fire_pump'
    """
    predefined = (predefined_type or "").upper()
    occurrence = ifc_class.removesuffix("Type")
    by_type = _BY_TYPE.get((occurrence, predefined))
    general = by_type or _BY_CLASS.get(occurrence) or (_SENSOR if occurrence == "IfcSensor" else None)
    said = occurrence if not predefined else f"{occurrence}.{predefined}"
    by_set = _from_sets(psets or {})
    if general is None:
        return by_set or _from_words(names) or Kind(None, said)
    sure = _TYPE if by_type is not None else _CLASS
    vague = by_type is None and general == _SENSOR
    narrower = _NARROWS.get(general, frozenset())
    if by_set is not None and (vague or by_set.kind in narrower):
        return Kind(by_set.kind, f"{said}, {by_set.evidence}", max(sure, _SET))
    named = _from_words(names, None if vague else narrower)
    if named is not None:
        return Kind(named.kind, f"{said}, {named.evidence}", _AGREED if by_type else _SET)
    word = _from_words(names)
    if word is None or vague:
        return Kind(general, said, sure)
    if word.kind == general:
        return Kind(general, f"{said}, {word.evidence}", _AGREED)
    # the schema's word stands, but a reader should know that the name says another
    return Kind(general, f"{said}, but {word.evidence}", min(sure, _DOUBTED))


def _from_sets(psets: Mapping[str, Mapping[str, Any]]) -> Kind | None:
    for name, kind in _BY_SET:
        if name in psets:
            return Kind(kind, f"set '{name}'", _SET)
    if psets.get("Pset_TransportElementElevator", {}).get("FireFightingLift") is True:
        return Kind("fire_lift", "FireFightingLift", _TYPE)
    return None


def is_fire_word(names: tuple[str | None, ...]) -> bool:
    """Whether a name speaks of fire equipment, for objects the schema gives no class for."""
    return _from_words(names) is not None


def _from_words(names: tuple[str | None, ...], among: Collection[str] | None = None) -> Kind | None:
    for name in names:
        for kind, pattern in _WORDS if name else ():
            if among is not None and kind not in among:
                continue
            match = pattern.search(name or "")
            if match:
                return Kind(kind, f"name '{match[0]}'", _WORD)
    return None

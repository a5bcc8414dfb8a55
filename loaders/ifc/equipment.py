"""Fire and building services equipment under one name, whatever the program called it.

The type of the schema decides where it says something; a name only where the type is
silent. Every answer carries the words it was read from.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """What a piece of equipment is.

    Attributes
    ----------
    kind : str or None
        Code of the list `equipment`; None: equipment of a kind nobody has told us.
    evidence : str
        What it was read from.
    """

    kind: str | None
    evidence: str


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

_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("fire_pump", r"消防泵|消火栓泵|喷淋泵|消防水泵|稳压泵|fire ?pump|jockey pump"),
        ("breeching_inlet", r"水泵接合器|breeching|siamese|fire department connection|\bFDC\b"),
        ("hose_reel", r"软管卷盘|消防卷盘|hose ?reel"),
        ("hydrant_box", r"消火栓|消防栓|hydrant|standpipe|hose cabinet"),
        ("sprinkler", r"喷淋|喷头|sprinkler"),
        ("smoke_detector", r"感烟|烟感|smoke ?(?:detector|sensor|alarm)|rauchmelder"),
        ("heat_detector", r"感温|温感|heat ?(?:detector|sensor)"),
        ("gas_detector", r"可燃气体|燃气探测|gas ?(?:detector|sensor)"),
        ("manual_call_point", r"手动报警|手报|手动火灾|break ?glass|call ?point|pull ?(?:station|box)"),
        ("siren", r"声光|警报器|警铃|siren|sounder|alarm bell|\bhorn\b"),
        ("emergency_light", r"应急照明|疏散照明|emergency (?:light|luminaire)|exit sign"),
        ("exit_sign", r"疏散指示|安全出口标志"),
        ("extinguisher", r"灭火器|extinguisher|feuerlöscher"),
        ("fire_tank", r"消防水箱|消防水池|fire(?:[- ]water)? tank"),
        ("fire_damper", r"防火阀|排烟阀|fire damper|smoke damper"),
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
    "valve": {"fire_damper", "hydrant_box"},
}
"""A name may make these kinds more exact, never something else."""


def classify(ifc_class: str, predefined_type: str | None, names: tuple[str | None, ...]) -> Kind:
    """Name the kind of a piece of equipment.

    Parameters
    ----------
    ifc_class : str
        Class of the occurrence or, where that is a general one (`IfcFlowTerminal`), of its type.
    predefined_type : str or None
        Of the occurrence or its type.
    names : tuple of str
        Name, object type, type name: what a person wrote, the most telling first.

    Examples
    --------
    >>> classify("IfcSensor", "SMOKESENSOR", ("S-13-04",))
    Kind(kind='smoke_detector', evidence='IfcSensor.SMOKESENSOR')
    >>> classify("IfcPump", None, ("1#消火栓泵",)).kind
    'fire_pump'
    """
    predefined = (predefined_type or "").upper()
    occurrence = ifc_class.removesuffix("Type")
    by_type = _BY_TYPE.get((occurrence, predefined))
    general = by_type or _BY_CLASS.get(occurrence) or (_SENSOR if occurrence == "IfcSensor" else None)
    said = occurrence if not predefined else f"{occurrence}.{predefined}"
    if general is None:
        return _from_words(names) or Kind(None, said)
    among = None if by_type is None and general == _SENSOR else _NARROWS.get(general, frozenset())
    named = _from_words(names, among)
    return Kind(general, said) if named is None else Kind(named.kind, f"{said}, {named.evidence}")


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
                return Kind(kind, f"name '{match[0]}'")
    return None

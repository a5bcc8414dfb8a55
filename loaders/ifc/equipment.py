"""Fire and building services equipment under one name, whatever the program called it.

The type of the schema decides where it says something; a name only where the type is
silent. Every answer carries the words it was read from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loaders.ifc.equipmentwords import NOT_OF_FIRE, find_word, fire_hint


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
        0 to 1, how much that says; None where there is no kind. Below one half the kind is too
        general for what the name says of fire, and stands on the work list.
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
    ("IfcUnitaryControlElement", "ALARMPANEL"): "fire_panel",
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
    "IfcSensor": "sensor",
}

_NARROWS = {
    "pump": {"fire_pump"},
    "tank": {"fire_tank"},
    "fan": {"smoke_fan"},
    "lift": {"fire_lift"},
    "light": {"emergency_light", "exit_sign", "alarm_light"},
    "controller": {"fire_panel"},
    "valve": {"fire_damper", "smoke_damper", "hydrant_box", "outdoor_hydrant"},
    "air_terminal": {"smoke_damper"},
    "outlet": {"communications"},
    "sensor": {
        "smoke_detector", "heat_detector", "flame_detector", "gas_detector", "manual_call_point",
        "level_sensor", "flow_sensor", "pressure_sensor", "temperature_sensor",
    },
}  # fmt: skip
"""A name may make these kinds more exact, never something else."""

_HYDRANT_SET = "Pset_FireSuppressionTerminalTypeFireHydrant"
_BY_SET: tuple[tuple[str, str], ...] = (
    ("Pset_FireSuppressionTerminalTypeSprinkler", "sprinkler"),
    (_HYDRANT_SET, "hydrant_box"),
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
_UNRESOLVED = 0.4
"""The name speaks of fire and nobody knows what it says: the work list shows all below one half."""

# the schema has one word for hydrants of any sort: names, barrels and the place tell those of the street
_INDOORS = re.compile(r"室内|[箱柜]|indoor|cabinet|\bbox\b|hose ?reel|wandhydrant", re.IGNORECASE)
_BARRELS = frozenset({"DRYBARREL", "WETBARREL"})

_ALARM_PANEL = ("IfcUnitaryControlElement", "ALARMPANEL")
# the schema has one word for panels of fire and of intruder alarms
_INTRUDER = re.compile(r"入侵|防盗|安防|周界|intru|burglar|security", re.IGNORECASE)


def classify(
    ifc_class: str,
    predefined_type: str | None,
    names: tuple[str | None, ...],
    psets: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    outside: bool = False,
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
    outside : bool
        Whether the model hangs it on its site, in no building.

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
    general = by_type or _BY_CLASS.get(occurrence)
    said = occurrence if not predefined else f"{occurrence}.{predefined}"
    by_set = _from_sets(psets or {})
    if general is None:
        told = by_set or _from_words(names) or Kind(None, said)
        return _out_of_doors(told, names, psets or {}, outside=outside) or told
    sure = _TYPE if by_type is not None else _CLASS
    if (occurrence, predefined) == _ALARM_PANEL:
        other = next((match for name in names if name and (match := _INTRUDER.search(name))), None)
        if other is not None:
            return Kind(None, f"{said}, but name '{other[0]}'")
        sure = _DOUBTED
    if by_set is not None and by_set.kind in _NARROWS.get(general, ()):
        return Kind(by_set.kind, f"{said}, {by_set.evidence}", max(sure, _SET))
    told = Kind(general, said, sure)
    return _out_of_doors(told, names, psets or {}, outside=outside) or _with_names(told, general, names)


def _out_of_doors(
    told: Kind, names: tuple[str | None, ...], psets: Mapping[str, Mapping[str, Any]], *, outside: bool
) -> Kind | None:
    """A hydrant that is known to stand outdoors; None: it is none, or nothing says so."""
    if told.kind != "hydrant_box":
        return None
    kind = "outdoor_hydrant"
    named = find_word(names, {kind})
    if named is not None:
        return Kind(kind, f"{told.evidence}, name '{named.text}'", _SET)
    if any(_INDOORS.search(name) for name in names if name):
        return None
    said = psets.get(_HYDRANT_SET, {}).get("FireHydrantType")
    for barrel in said if isinstance(said, list | tuple) else (said,):
        if str(barrel).upper() in _BARRELS:
            return Kind(kind, f"{told.evidence}, {barrel}", _SET)
    return Kind(kind, f"{told.evidence}, in no building", _DOUBTED) if outside else None


def _with_names(told: Kind, general: str, names: tuple[str | None, ...]) -> Kind:
    """What the schema told, with what the names add to it or have against it."""
    narrower = _NARROWS.get(general, frozenset())
    named = find_word(names, narrower, general) if narrower else None
    if named is not None:
        # the schema said the general kind only: how much more exact it is, the name says alone
        return Kind(named.kind, f"{told.evidence}, name '{named.text}'", _SET)
    word = find_word(names)
    if word is not None and word.kind == general:
        return Kind(general, f"{told.evidence}, name '{word.text}'", _AGREED)
    # of a kind the list divides further, a word of fire asks for more than the general answer
    asks = bool(narrower)
    if word is not None:
        # the schema's word stands, but a reader should know that the name says another
        unresolved = asks and word.kind not in NOT_OF_FIRE
        doubt = _UNRESOLVED if unresolved else min(told.confidence or _DOUBTED, _DOUBTED)
        return Kind(general, f"{told.evidence}, but name '{word.text}'", doubt)
    hint = fire_hint(names) if asks else None
    if hint is not None:
        return Kind(general, f"{told.evidence}, but '{hint}' in the name tells no kind", _UNRESOLVED)
    return told


def _from_sets(psets: Mapping[str, Mapping[str, Any]]) -> Kind | None:
    for name, kind in _BY_SET:
        if name in psets:
            return Kind(kind, f"set '{name}'", _SET)
    if psets.get("Pset_TransportElementElevator", {}).get("FireFightingLift") is True:
        return Kind("fire_lift", "FireFightingLift", _TYPE)
    return None


def is_fire_word(names: tuple[str | None, ...]) -> bool:
    """Whether a name speaks of fire equipment, for objects the schema gives no class for."""
    return find_word(names) is not None


def _from_words(names: tuple[str | None, ...]) -> Kind | None:
    word = find_word(names)
    return None if word is None else Kind(word.kind, f"name '{word.text}'", _WORD)

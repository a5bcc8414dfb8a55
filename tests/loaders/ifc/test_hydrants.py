"""Hydrants of the street and hydrant boxes: the schema has one word for both."""

from __future__ import annotations

from pathlib import Path

import ifcopenshell.api.spatial
import pytest

from loaders.ifc.equipment import classify
from loaders.ifc.load import load_ifc
from tests.loaders.ifc.author import house
from twin.database.connection import Database
from twin.queries.buildings import PUBLIC
from twin.queries.dossier import dossier
from twin.settings import Settings
from web.storey_symbols import equipment_symbol

TERMINAL, PROXY = "IfcFireSuppressionTerminal", "IfcBuildingElementProxy"
OUTDOOR, BOX = "outdoor_hydrant", "hydrant_box"
SET = "Pset_FireSuppressionTerminalTypeFireHydrant"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("室外消火栓", OUTDOOR),
        ("室外地上式消火栓 SS100/65-1.6", OUTDOOR),
        ("地上式消火栓", OUTDOOR),
        ("地下式消火栓 SA100", OUTDOOR),
        ("地上式室外消防栓", OUTDOOR),
        ("消火栓(地下式)", OUTDOOR),
        ("市政消火栓", OUTDOOR),
        ("Outdoor hydrant DN100", OUTDOOR),
        ("pillar fire hydrant", OUTDOOR),
        ("M_Fire Hydrant - Pillar", OUTDOOR),
        ("Unterflurhydrant DN 80", OUTDOOR),
        ("室内消火栓箱 SN65", BOX),
        ("消火栓", BOX),
        # the basement, both systems, no outdoors, another thing's name
        ("地下室消火栓箱", BOX),
        ("室内外消火栓", BOX),
        ("非室外消火栓", BOX),
        ("Wandhydrant Typ F", BOX),
        ("fire hydrant cabinet", BOX),
    ],
)
def test_names_tell_street_hydrants_from_boxes(name: str, kind: str) -> None:
    assert classify(PROXY, None, (name,)).kind == kind
    assert classify(TERMINAL, "FIREHYDRANT", (name,)).kind == kind


@pytest.mark.parametrize(
    "name", ["室外消火栓泵", "室外消火栓系统", "地下式消火栓井", "outdoor hydrant valve"]
)
def test_what_serves_a_street_hydrant_is_none(name: str) -> None:
    assert classify(PROXY, None, (name,)).kind != OUTDOOR
    assert classify(PROXY, None, (name,)).kind != BOX


def test_the_evidence_says_what_made_it_one() -> None:
    said = f"{TERMINAL}.FIREHYDRANT"
    named = classify(TERMINAL, "FIREHYDRANT", ("室外消火栓",))
    assert (named.evidence, named.confidence) == (f"{said}, name '室外消火栓'", 0.85)
    barrel = classify(TERMINAL, "FIREHYDRANT", ("H-1",), {SET: {"FireHydrantType": ["WETBARREL"]}})
    assert (barrel.kind, barrel.evidence, barrel.confidence) == (OUTDOOR, f"{said}, WETBARREL", 0.85)
    placed = classify(TERMINAL, "FIREHYDRANT", ("H-1",), outside=True)
    assert (placed.kind, placed.evidence, placed.confidence) == (OUTDOOR, f"{said}, in no building", 0.7)
    # what the name says of a box stands against place and barrel
    for told in ({"outside": True}, {"psets": {SET: {"FireHydrantType": "DRYBARREL"}}}):
        assert classify(TERMINAL, "FIREHYDRANT", ("室内消火栓箱",), **told).kind == BOX  # type: ignore[arg-type]
    assert classify(TERMINAL, "FIREHYDRANT", ("H-1",), {SET: {"FireHydrantType": "OTHER"}}).kind == BOX
    # only hydrants are told by their place
    assert classify(TERMINAL, "SPRINKLER", ("S-1",), outside=True).kind == "sprinkler"


def test_a_hydrant_on_the_site_protects_no_house(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    made = house()
    made.georeference()
    hydrant = made.make(TERMINAL, "H-1", PredefinedType="FIREHYDRANT")
    made.put(hydrant, (0.3, 0.3, 0.8), (-3.0, 2.0, 0.0))
    ifcopenshell.api.spatial.assign_container(made.model, products=[hydrant], relating_structure=made.site)
    load_ifc(made.write(tmp_path / "yard.ifc"), database, settings)
    [row] = database.rows("select kind, floor_no from city_now.equipment where name = 'H-1'")
    assert (row["kind"], row["floor_no"]) == (OUTDOOR, None)

    building = database.scalar("select feature_id from city_now.building")
    told = {p["protection"]: p["status"] for p in dossier(database, building, PUBLIC)["protection"]}
    assert told.get("indoor_hydrant", "unknown") == "unknown"

    box = made.make(TERMINAL, "H-2", PredefinedType="FIREHYDRANT")
    made.put(box, (0.7, 0.2, 0.9), (1.0, 1.0, 0.6))
    load_ifc(made.write(tmp_path / "yard.ifc"), database, settings)
    told = {p["protection"]: p["status"] for p in dossier(database, building, PUBLIC)["protection"]}
    assert told["indoor_hydrant"] == "present"


def test_a_plan_draws_it_round_as_no_box_is() -> None:
    street = equipment_symbol(OUTDOOR, "室外消火栓", "#d9463e", "zh", 40.0)
    assert "<circle" in street and ">栓<" in street
    assert "<rect" in equipment_symbol(BOX, "消火栓箱", "#d9463e", "zh", 40.0)

"""Property sets: one pass over the relations says the same as asking object by object, in SI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.api.classification
import ifcopenshell.api.material
import ifcopenshell.api.type
import ifcopenshell.guid
import ifcopenshell.util.element
import pytest

from loaders.ifc.materials import read_material
from loaders.ifc.properties import read_sets
from loaders.ifc.units import Units
from loaders.ifc.values import text
from tests.loaders.ifc.author import House


def test_what_the_occurrence_says_wins_over_its_type() -> None:
    made = House()
    kind = made.make("IfcWallType", "WT")
    made.describe(kind, "Pset_WallCommon", FireRating="1.00h", Reference="WT-1")
    wall = made.make("IfcWall", "W")
    ifcopenshell.api.type.assign_type(made.model, related_objects=[wall], relating_type=kind)
    made.describe(wall, "Pset_WallCommon", FireRating="2.00h")
    entry = read_sets(made.model, Units(made.model))[wall.GlobalId]
    assert entry["psets"] == {"Pset_WallCommon": {"FireRating": "2.00h", "Reference": "WT-1"}}
    assert entry["type"]["name"] == "WT"


def test_quantities_of_a_file_in_millimetres_are_metres() -> None:
    made = House(millimetres=True)
    room = made.make("IfcSpace", "101")
    made.measure(room, "Qto_SpaceBaseQuantities", Height=2800.0, NetFloorArea=42.56e6, NetVolume=119.168e9)
    values = read_sets(made.model, Units(made.model))[room.GlobalId]["quantities"]["Qto_SpaceBaseQuantities"]
    assert values == pytest.approx({"Height": 2.8, "NetFloorArea": 42.56, "NetVolume": 119.168})


def test_layers_keep_their_order_and_thickness() -> None:
    made = House(millimetres=True)
    model = made.model
    layers = ifcopenshell.api.material.add_material_set(model, name="墙", set_type="IfcMaterialLayerSet")
    for name, thickness in (("抹灰", 20.0), ("混凝土", 200.0)):
        material = ifcopenshell.api.material.add_material(model, name=name)
        layer = ifcopenshell.api.material.add_layer(model, layer_set=layers, material=material)
        ifcopenshell.api.material.edit_layer(model, layer=layer, attributes={"LayerThickness": thickness})
    wall = made.make("IfcWall", "W")
    ifcopenshell.api.material.assign_material(
        model, products=[wall], type="IfcMaterialLayerSet", material=layers
    )
    assert read_sets(model, Units(model))[wall.GlobalId]["materials"] == [
        {"name": "抹灰", "thickness_m": 0.02},
        {"name": "混凝土", "thickness_m": 0.2},
    ]


def test_a_classification_of_the_type_is_that_of_its_occurrences() -> None:
    made = House()
    model, api = made.model, ifcopenshell.api.classification
    kind = made.make("IfcWallType", "WT")
    plain, own = made.make("IfcWall", "W1"), made.make("IfcWall", "W2")
    ifcopenshell.api.type.assign_type(model, related_objects=[plain, own], relating_type=kind)
    gb, other = (api.add_classification(model, classification=name) for name in ("GB/T 51269", "OmniClass"))
    for product, system, code in ((kind, gb, "10-01"), (kind, other, "21-02"), (own, gb, "10-09")):
        api.add_reference(model, products=[product], classification=system, identification=code, name=code)
    sets = read_sets(model, Units(model))
    said = {
        wall.Name: [(one["system"], one["code"]) for one in sets[wall.GlobalId]["classifications"]]
        for wall in (plain, own)
    }
    # what an occurrence says of a system counts in the place of what its type says of it
    assert said == {
        "W1": [("GB/T 51269", "10-01"), ("OmniClass", "21-02")],
        "W2": [("GB/T 51269", "10-09"), ("OmniClass", "21-02")],
    }


def test_a_class_under_a_class_names_its_system() -> None:
    made = House()
    create = made.model.create_entity
    system = create("IfcClassification", Name="GB/T 51269")
    above = create("IfcClassificationReference", Identification="10", Name="建筑", ReferencedSource=system)
    below = create("IfcClassificationReference", Identification="10-01", Name="墙", ReferencedSource=above)
    wall, named = made.make("IfcWall", "W"), made.make("IfcWall", "N")
    for one, about in ((wall, below), (named, system)):
        create(
            "IfcRelAssociatesClassification", GlobalId=ifcopenshell.guid.new(),
            RelatedObjects=[one], RelatingClassification=about,
        )  # fmt: skip
    sets = read_sets(made.model, Units(made.model))
    assert sets[wall.GlobalId]["classifications"] == [{"system": "GB/T 51269", "code": "10-01", "name": "墙"}]
    assert sets[named.GlobalId]["classifications"] == [{"system": "GB/T 51269"}]


def test_a_layer_of_no_stated_thickness_is_not_of_no_thickness() -> None:
    made = House()
    layer = made.model.create_entity(
        "IfcMaterialLayer", Material=made.model.create_entity("IfcMaterial", Name="空气")
    )
    assert read_material(layer, Units(made.model)) == [{"name": "空气"}]


def test_no_is_not_unknown() -> None:
    made = House()
    wall = made.make("IfcWall", "W")
    made.describe(wall, "P", Known=False, Text=" 耐火极限 ")
    entry = read_sets(made.model, Units(made.model))[wall.GlobalId]["psets"]["P"]
    assert entry == {"Known": False, "Text": "耐火极限"}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("耐火\x00极限", "耐火极限"),
        ("\ud800甲级", "\ufffd甲级"),
        ("  ", None),
        (None, None),
        ("x" * 9000, "x" * 4000),
    ],
)
def test_text_that_cannot_be_stored_is_cleaned(said: str | None, kept: str | None) -> None:
    assert text(said) == kept


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["Ifc2x3_Duplex_Architecture.ifc", "AC20-FZK-Haus.ifc"])
def test_a_real_file_against_the_toolkit(shared_data: Path, name: str) -> None:
    model = ifcopenshell.open(str(shared_data / "ifc" / name))
    sets = read_sets(model, Units(model))
    compared = 0
    for element in model.by_type("IfcElement"):
        ours = sets.get(element.GlobalId, {}).get("psets", {})
        theirs: dict[str, dict[str, Any]] = ifcopenshell.util.element.get_psets(element, psets_only=True)
        for pset, values in theirs.items():
            if not model.by_id(values["id"]).is_a("IfcPropertySet"):
                continue  # panel and lining properties say how a door is drawn
            for key, value in values.items():
                if key == "id" or not isinstance(value, str | bool) or value == "UNKNOWN":
                    continue
                assert ours[pset][key] == (value.strip() or None if isinstance(value, str) else value)
                compared += 1
    assert compared > 300

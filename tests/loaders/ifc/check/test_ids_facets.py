"""Every facet, cardinality and restriction of IDS 1.0, with the walls that meet it counted by hand."""

from __future__ import annotations

from pathlib import Path

import ifcopenshell.api.classification
import ifcopenshell.api.material

from loaders.ifc.check.run import check_file
from tests.loaders.ifc.check.author import Block
from tests.loaders.ifc.check.ids_author import TEXT, ids, specification
from twin.settings import Settings


def _value(*facets: tuple[str, str], base: str = "string") -> str:
    inside = "".join(f'<xs:{name} value="{value}"/>' for name, value in facets)
    return f'<value><xs:restriction base="xs:{base}">{inside}</xs:restriction></value>'


def _property(name: str, value: str = "", cardinality: str = "required", kind: str = "IFCLABEL") -> str:
    where = TEXT.format("propertySet", "Pset_T") + TEXT.format("baseName", name)
    return f'<property dataType="{kind}" cardinality="{cardinality}">{where}{value}</property>'


def _attribute(name: str, value: str = "", cardinality: str = "required") -> str:
    return f'<attribute cardinality="{cardinality}">{TEXT.format("name", name)}{value}</attribute>'


_FACETS = {
    # of the 14 walls 3 are of concrete, 2 classified, 2 carry FireRating, 2 a thickness of 0.2 and 0.3
    "material": ('<material><value><simpleValue>C30</simpleValue></value></material>', 3),
    "material by category": ('<material><value><simpleValue>concrete</simpleValue></value></material>', 3),
    "no material": ('<material cardinality="prohibited"/>', 11),
    "classification": (
        f"<classification>{TEXT.format('value', '10-01')}{TEXT.format('system', 'GB/T 51269')}"
        "</classification>",
        2,
    ),
    "part of a storey": (
        '<partOf relation="IFCRELCONTAINEDINSPATIALSTRUCTURE"><entity>'
        + TEXT.format("name", "IFCBUILDINGSTOREY") + "</entity></partOf>",
        14,
    ),
    "part of a zone": (
        '<partOf relation="IFCRELASSIGNSTOGROUP"><entity>' + TEXT.format("name", "IFCZONE")
        + "</entity></partOf>",
        0,
    ),
    "entity with a predefined type": (
        f"<entity>{TEXT.format('name', 'IFCWALL')}{TEXT.format('predefinedType', 'SHEAR')}</entity>", 1,
    ),
    "attribute that must not be": (_attribute("Name", cardinality="prohibited"), 0),
    "attribute by pattern": (_attribute("Name", _value(("pattern", "墙1[0-9]"))), 7),
    "attribute by length": (_attribute("Name", _value(("length", "3"))), 14),
    "attribute too long": (_attribute("Name", _value(("maxLength", "2"))), 0),
    "property": (_property("FireRating"), 2),
    "property of a value": (_property("FireRating", "<value><simpleValue>2.00h</simpleValue></value>"), 1),
    "optional property": (
        _property("FireRating", "<value><simpleValue>2.00h</simpleValue></value>", "optional"), 13,
    ),
    "property that must not be": (_property("FireRating", cardinality="prohibited"), 12),
    "property of another kind": (_property("FireRating", kind="IFCTEXT"), 0),
    "property within bounds": (
        _property("Thick", _value(("minInclusive", "0.2"), ("maxExclusive", "0.3"), base="double"),
                  kind="IFCREAL"),
        1,
    ),
    "property one of several": (
        _property("FireRating", _value(("enumeration", "2.00h"), ("enumeration", "EI 60"))), 2,
    ),
}  # fmt: skip
"""Requirement, and how many of the walls meet it, counted on the model below."""


def test_every_facet_is_judged_as_counted_by_hand(tmp_path: Path, server_settings: Settings) -> None:
    block = Block()
    model, walls = block.house.model, block.house.model.by_type("IfcWall")
    concrete = ifcopenshell.api.material.add_material(model, name="C30", category="concrete")
    ifcopenshell.api.material.assign_material(
        model, products=walls[:3], type="IfcMaterial", material=concrete
    )
    system = ifcopenshell.api.classification.add_classification(model, classification="GB/T 51269")
    ifcopenshell.api.classification.add_reference(
        model, products=walls[:2], classification=system, identification="10-01", name="墙"
    )
    walls[0].PredefinedType = "SHEAR"
    block.house.describe(walls[0], "Pset_T", FireRating="2.00h", Thick=0.2)
    block.house.describe(walls[1], "Pset_T", FireRating="EI 60", Thick=0.3)
    written = [
        specification(name, "IFCWALL", "required", f"<requirements>{requirement}</requirements>")
        for name, (requirement, _) in _FACETS.items()
    ]
    rules = tmp_path / "facets.ids"
    rules.write_text(ids(*written), encoding="utf-8")
    result = check_file(block.write(tmp_path), server_settings, ids=rules)
    found = {o.title["en"]: (o.passed, o.failed) for o in result.outcomes if o.rule.startswith("ids:")}
    assert found == {name: (count, 14 - count) for name, (_, count) in _FACETS.items()}

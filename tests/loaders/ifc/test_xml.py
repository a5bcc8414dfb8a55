"""ifcXML of both generations ends as the same model a STEP file gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.ifc.xml import read_xml
from twin.errors import SourceUnreadable

HEAD = '<ifc:ifcXML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:ifc="urn:IFC4/Add2">'
IFC4 = (
    HEAD
    + """
 <IfcProject id="i1" GlobalId="28hypXUBvBefc20SI8kfA$" Name="工程">
  <IsDecomposedBy><IfcRelAggregates GlobalId="3IdcKtxyTFSPDjAagDGuOq"><RelatedObjects>
    <IfcSite id="i2" GlobalId="1cwlDi_hLEvPsClAelBNnz" RefLatitude="22 32 52" RefElevation="4,5"
             CompositionType="element"/>
  </RelatedObjects></IfcRelAggregates></IsDecomposedBy>
  <UnitsInContext><Units>
   <IfcSIUnit UnitType="lengthunit" Prefix="milli" Name="metre"/></Units></UnitsInContext>
 </IfcProject>
 <IfcPropertySingleValue id="i3" Name="FireRating">
   <NominalValue><IfcLabel-wrapper>1.50h</IfcLabel-wrapper></NominalValue>
 </IfcPropertySingleValue>
 <IfcPropertySet GlobalId="3nMqHLyZHAegWs5Yyxh1ry" Name="P">
   <HasProperties><IfcPropertySingleValue xsi:nil="true" href="i3"/></HasProperties>
 </IfcPropertySet>
</ifc:ifcXML>"""
)


def _written(folder: Path, text: str) -> Path:
    path = folder / "model.ifcxml"
    path.write_text(text, encoding="utf-8")
    return path


def test_attributes_children_references_and_inverses(tmp_path: Path) -> None:
    model = read_xml(_written(tmp_path, IFC4), "model.ifcxml")
    [project], [site] = model.by_type("IfcProject"), model.by_type("IfcSite")
    [relation] = model.by_type("IfcRelAggregates")
    assert (project.Name, site.CompositionType, site.RefLatitude) == ("工程", "ELEMENT", (22, 32, 52))
    assert site.RefElevation == 4.5, "a decimal comma is plain enough"
    assert (relation.RelatingObject, relation.RelatedObjects) == (project, (site,))
    [unit] = project.UnitsInContext.Units
    assert (unit.Prefix, unit.Name) == ("MILLI", "METRE")
    [pset] = model.by_type("IfcPropertySet")
    assert pset.HasProperties[0].NominalValue.wrappedValue == "1.50h"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + IFC4, "document type or entities"),
        (IFC4[:-40], "not well formed"),
        ("<html><body/></html>", "does not say it is ifcXML"),
        (IFC4.replace("4,5", "high"), "cannot be read"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SourceUnreadable, match=reason):
        read_xml(_written(tmp_path, text), "model.ifcxml")


@pytest.mark.shared_data
def test_ifcxml_of_ifc2x3(shared_data: Path) -> None:
    model = read_xml(shared_data / "ifc" / "SixSpaces.ifcxml", "SixSpaces.ifcxml")
    assert model.schema == "IFC2X3"
    assert [space.LongName for space in model.by_type("IfcSpace")][:2] == ["Male Toilet", "Female Toilet"]
    assert len(model.by_type("IfcSpace")) == 6
    assert all(storey.IsDecomposedBy for storey in model.by_type("IfcBuildingStorey"))

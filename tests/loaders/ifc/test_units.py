"""Units of offices that measure in feet, pounds and degrees, and properties that carry their own."""

from __future__ import annotations

from math import pi
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.api.unit
import ifcopenshell.guid
import pytest

from loaders.ifc.load import load_ifc
from loaders.ifc.properties import read_sets
from loaders.ifc.units import Units
from tests.loaders.ifc.author import EAST, NORTH, House, house
from twin.database.connection import Database
from twin.settings import Settings

_KELVIN = "THERMODYNAMICTEMPERATUREUNIT"


class _Imperial:
    """A model in feet, square feet, degrees, psi, °F, pounds, gallons a minute; volumes follow the foot."""

    def __init__(self) -> None:
        self.model = ifcopenshell.file(schema="IFC4")
        create = self.model.create_entity
        self.mm = self.si("LENGTHUNIT", "METRE", "MILLI")
        self.foot = self.converted("LENGTHUNIT", "FOOT", 304.8, "IfcLengthMeasure", self.mm)
        self.inch = self.converted("LENGTHUNIT", "INCH", 1 / 12, "IfcLengthMeasure", self.foot)
        self.celsius = self.si(_KELVIN, "DEGREE_CELSIUS")
        gallon = self.converted(
            "VOLUMEUNIT", "GALLON", 3.785411784, "IfcVolumeMeasure",
            self.si("VOLUMEUNIT", "CUBIC_METRE", "DECI"),
        )  # fmt: skip
        minute = self.converted("TIMEUNIT", "MINUTE", 60.0, "IfcTimeMeasure", self.si("TIMEUNIT", "SECOND"))
        parts = [create("IfcDerivedUnitElement", unit, power) for unit, power in ((gallon, 1), (minute, -1))]
        metre2, radian = self.si("AREAUNIT", "SQUARE_METRE"), self.si("PLANEANGLEUNIT", "RADIAN")
        units = [
            self.foot,
            self.converted("AREAUNIT", "SQUARE FOOT", 0.09290304, "IfcAreaMeasure", metre2),
            self.converted("PLANEANGLEUNIT", "DEGREE", pi / 180, "IfcPlaneAngleMeasure", radian),
            self.converted("PRESSUREUNIT", "PSI", 6894.757293168, "IfcPressureMeasure",
                           self.si("PRESSUREUNIT", "PASCAL")),
            self.converted(_KELVIN, "FAHRENHEIT", 5 / 9, "IfcThermodynamicTemperatureMeasure",
                           self.si(_KELVIN, "KELVIN"), offset=459.67 * 5 / 9),
            self.converted("MASSUNIT", "POUND", 0.45359237, "IfcMassMeasure",
                           self.si("MASSUNIT", "GRAM", "KILO")),
            create("IfcDerivedUnit", Elements=parts, UnitType="VOLUMETRICFLOWRATEUNIT"),
        ]  # fmt: skip
        # a library of types in metres stands before the project and says nothing about it
        metres = create("IfcUnitAssignment", [self.si("LENGTHUNIT", "METRE")])
        create("IfcProjectLibrary", GlobalId=ifcopenshell.guid.new(), Name="L", UnitsInContext=metres)
        assigned = create("IfcUnitAssignment", units)
        create("IfcProject", GlobalId=ifcopenshell.guid.new(), Name="P", UnitsInContext=assigned)

    def si(self, kind: str, name: str, prefix: str | None = None) -> Any:
        return self.model.create_entity("IfcSIUnit", UnitType=kind, Prefix=prefix, Name=name)

    def converted(
        self, kind: str, name: str, factor: float, measure: str, base: Any, *, offset: float | None = None
    ) -> Any:
        create = self.model.create_entity
        with_unit = create("IfcMeasureWithUnit", create(measure, factor), base)
        none = create("IfcDimensionalExponents", 0, 0, 0, 0, 0, 0, 0)
        about = {"Dimensions": none, "UnitType": kind, "Name": name, "ConversionFactor": with_unit}
        if offset is None:
            return create("IfcConversionBasedUnit", **about)
        return create("IfcConversionBasedUnitWithOffset", **about, ConversionOffset=offset)

    def single(self, name: str, measure: str, value: float, unit: Any = None) -> Any:
        create = self.model.create_entity
        return create("IfcPropertySingleValue", Name=name, NominalValue=create(measure, value), Unit=unit)

    def describe(self, definition: str, **members: Any) -> dict[str, Any]:
        """What is read of a wall with one set."""
        create = self.model.create_entity
        wall = create("IfcWall", GlobalId=ifcopenshell.guid.new())
        said = create(definition, GlobalId=ifcopenshell.guid.new(), Name="X", **members)
        create(
            "IfcRelDefinesByProperties", GlobalId=ifcopenshell.guid.new(),
            RelatedObjects=[wall], RelatingPropertyDefinition=said,
        )  # fmt: skip
        return read_sets(self.model, Units(self.model))[wall.GlobalId]


def test_properties_in_imperial_units_and_in_units_of_their_own_are_si() -> None:
    made = _Imperial()
    temperature = "IfcThermodynamicTemperatureMeasure"
    said = [
        made.single("ten feet", "IfcLengthMeasure", 10.0),
        made.single("200 mm", "IfcLengthMeasure", 200.0, made.mm),
        made.single("6 in", "IfcPositiveLengthMeasure", 6.0, made.inch),
        made.single("100 sq ft", "IfcAreaMeasure", 100.0),
        made.single("1000 cu ft", "IfcVolumeMeasure", 1000.0),
        made.single("90 degrees", "IfcPlaneAngleMeasure", 90.0),
        made.single("1 psi", "IfcPressureMeasure", 1.0),
        made.single("68 F", temperature, 68.0),
        made.single("20 C", temperature, 20.0, made.celsius),
        made.single("10 lb", "IfcMassMeasure", 10.0),
        made.single("500 gpm", "IfcVolumetricFlowRateMeasure", 500.0),
        made.single("a share", "IfcRatioMeasure", 0.5),
    ]
    values = made.describe("IfcPropertySet", HasProperties=said)["psets"]["X"]
    assert values == pytest.approx(
        {
            "ten feet": 3.048, "200 mm": 0.2, "6 in": 0.1524, "100 sq ft": 9.290304,
            "1000 cu ft": 28.316846592, "90 degrees": pi / 2, "1 psi": 6894.757293168,
            "68 F": 293.15, "20 C": 293.15, "10 lb": 4.5359237, "500 gpm": 0.0315450982, "a share": 0.5,
        }
    )  # fmt: skip


def test_bounds_and_enumerations_keep_their_units_and_their_set_point() -> None:
    made = _Imperial()
    create = made.model.create_entity
    low, high, point, listed = (create("IfcLengthMeasure", value) for value in (1.0, 3.0, 2.0, 100.0))
    between = create(
        "IfcPropertyBoundedValue", Name="between",
        LowerBoundValue=low, UpperBoundValue=high, SetPointValue=point,
    )  # fmt: skip
    choices = create("IfcPropertyEnumeration", Name="sizes", EnumerationValues=[listed], Unit=made.mm)
    one_of = create(
        "IfcPropertyEnumeratedValue", Name="one of", EnumerationValues=[listed], EnumerationReference=choices
    )
    values = made.describe("IfcPropertySet", HasProperties=[between, one_of])["psets"]["X"]
    assert values["between"] == pytest.approx({"lower": 0.3048, "upper": 0.9144, "set_point": 0.6096})
    assert values["one of"] == pytest.approx(0.1)


def test_quantities_in_imperial_units_are_si() -> None:
    made = _Imperial()
    create = made.model.create_entity
    said = [
        create("IfcQuantityArea", Name="NetFloorArea", AreaValue=100.0),
        create("IfcQuantityVolume", Name="NetVolume", VolumeValue=1000.0),
        create("IfcQuantityLength", Name="Height", LengthValue=2400.0, Unit=made.mm),
        create("IfcQuantityWeight", Name="NetWeight", WeightValue=10.0),
    ]
    values = made.describe("IfcElementQuantity", Quantities=said)["quantities"]["X"]
    assert values == pytest.approx(
        {"NetFloorArea": 9.290304, "NetVolume": 28.316846592, "Height": 2.4, "NetWeight": 4.5359237}
    )


def _in_feet() -> House:
    """The house of the other tests, every length divided by 304.8 after it was written in millimetres."""
    made = house(millimetres=True)
    model, feet = made.model, 1 / 304.8
    assigned = model.by_type("IfcUnitAssignment")[0]
    foot = ifcopenshell.api.unit.add_conversion_based_unit(model, name="foot")
    assigned.Units = [foot if unit.UnitType == "LENGTHUNIT" else unit for unit in assigned.Units]
    for point in model.by_type("IfcCartesianPoint"):
        point.Coordinates = tuple(value * feet for value in point.Coordinates)
    lengths = {
        "IfcRectangleProfileDef": ("XDim", "YDim"), "IfcExtrudedAreaSolid": ("Depth",),
        "IfcBuildingStorey": ("Elevation",), "IfcDoor": ("OverallWidth", "OverallHeight"),
    }  # fmt: skip
    for kind, names in lengths.items():
        for entity in model.by_type(kind):
            for name in names:
                setattr(entity, name, getattr(entity, name) * feet)
    made.scale = 1 / 0.3048
    return made


def test_a_house_in_feet_stands_where_the_one_in_metres_does(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    made = _in_feet()
    made.georeference()
    report = load_ifc(made.write(tmp_path / "feet.ifc"), database, settings)
    assert (report.status, report.warnings) == ("done", [])
    storeys = database.rows("select floor_no, elev_m from city_now.storey order by elev_m")
    assert [row["floor_no"] for row in storeys] == [-1, 1, 2]
    assert [row["elev_m"] for row in storeys] == pytest.approx([2.0, 5.0, 8.5], abs=1e-6)
    room = database.row(
        "select area_m2, volume_m3, height_m, st_xmin(geometry) as west, st_ymin(geometry) as south"
        " from city_now.space where floor_no = 1"
    )
    assert room is not None
    assert [room[name] for name in ("area_m2", "volume_m3", "height_m")] == pytest.approx(
        [7.6 * 5.6, 7.6 * 5.6 * 2.8, 2.8], abs=1e-3
    )
    assert (room["west"], room["south"]) == pytest.approx((EAST + 0.2, NORTH + 0.2), abs=1e-3)
    door = database.row("select width_m, height_m from city_now.opening")
    assert door is not None
    assert (door["width_m"], door["height_m"]) == pytest.approx((1.0, 2.1))

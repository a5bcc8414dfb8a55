"""What a layout is made of: storeys, rooms, flats, devices and the place they stand on.

Local frame of every model: origin at the centre of the ground floor, x to the
model's right, y to its top, z up from the finished ground floor (±0.000), metres.
`Place` turns it into EPSG:4547 easting, northing and EPSG:5737 height.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass

from sample_data.feeds.device_types import DEVICE_TYPES, DeviceType

Ring = tuple[tuple[float, float], ...]
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$"


def box(x0_m: float, y0_m: float, x1_m: float, y1_m: float) -> Ring:
    """Counter-clockwise rectangle, open ring."""
    return ((x0_m, y0_m), (x1_m, y0_m), (x1_m, y1_m), (x0_m, y1_m))


def global_id(path: str) -> str:
    """IFC GlobalId of a thing named by its path, the same on every machine.

    Parameters
    ----------
    path : str
        Such as "LH-RES-01/space/1304".

    Returns
    -------
    str
        22 characters: uuid5(URL, "luohu-sample/" + path) in IFC's base 64, most
        significant digit first (ISO 16739, IfcGloballyUniqueId).
    """
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"luohu-sample/{path}").int
    digits = [_ALPHABET[(number >> shift) & 63] for shift in range(126, -1, -6)]
    return "".join(digits)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the local frame stands.

    Attributes
    ----------
    easting_m, northing_m : float
        Local origin in EPSG:4547, metres.
    height_m : float
        EPSG:5737 height of local z = 0, metres.
    rotation_deg : float
        Angle of local x, counter-clockwise from grid east.
    """

    easting_m: float
    northing_m: float
    height_m: float
    rotation_deg: float

    def enh(self, x_m: float, y_m: float, z_m: float = 0.0) -> tuple[float, float, float]:
        """Easting, northing (EPSG:4547) and height (EPSG:5737) of a local point, metres."""
        cos, sin = math.cos(math.radians(self.rotation_deg)), math.sin(math.radians(self.rotation_deg))
        return (
            self.easting_m + x_m * cos - y_m * sin,
            self.northing_m + x_m * sin + y_m * cos,
            self.height_m + z_m,
        )


@dataclass(frozen=True, slots=True)
class Storey:
    """One storey. `floor_no` counts ..., -2, -1, 1, 2, ... without zero; the roof follows the top floor."""

    floor_no: int
    label_zh: str
    label_en: str
    elevation_m: float
    height_m: float
    use: str
    area_m2: float
    capacity: int
    global_id: str
    is_roof: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """A space that is not a flat: corridor, lobby, pump room. `ring` is its gross outline, local, open."""

    floor_no: int
    key: str
    name_zh: str
    name_en: str
    use: str
    ring: Ring
    global_id: str
    external: bool = False


@dataclass(frozen=True, slots=True)
class Flat:
    """A dwelling: one IfcSpace, one row of the housing table, joined by `unit_code`."""

    floor_no: int
    room: str
    unit_code: str
    area_m2: float
    layout_zh: str
    tenure: str
    ring: Ring
    global_id: str


@dataclass(frozen=True, slots=True)
class Device:
    """A device with a live feed; `id` is the feed, `global_id` the IFC object that carries it.

    Positions are local metres. `host_space` is the GlobalId of the IfcSpace around it,
    or None where it stands in the open (roof). Limits and unit come from its type.
    """

    id: str
    type: str
    name_zh: str
    name_en: str
    floor_no: int
    x_m: float
    y_m: float
    z_m: float
    unit: str
    period_s: int
    attention: float | None
    alarm: float | None
    direction: str
    host_space: str | None
    global_id: str
    ifc_class: str


def device(
    code: str,
    kind: str,
    names: tuple[str, str],
    floor_no: int,
    xyz_m: tuple[float, float, float],
    *,
    host_space: str | None,
    ifc_class: str = "IfcSensor",
    limits: tuple[float | None, float | None] | None = None,
    period_s: int | None = None,
) -> Device:
    """Make a device of a known type, with its own limits where the type's do not fit the place."""
    of: DeviceType = DEVICE_TYPES[kind]
    attention, alarm = (of.attention, of.alarm) if limits is None else limits
    return Device(
        id=code,
        type=kind,
        name_zh=names[0],
        name_en=names[1],
        floor_no=floor_no,
        x_m=round(xyz_m[0], 3),
        y_m=round(xyz_m[1], 3),
        z_m=round(xyz_m[2], 3),
        unit=of.unit,
        period_s=period_s or of.period_s,
        attention=attention,
        alarm=alarm,
        direction=of.direction,
        host_space=host_space,
        global_id=global_id(f"device/{code}"),
        ifc_class=ifc_class,
    )


@dataclass(frozen=True, slots=True)
class ModelLayout:
    """A building model before it is authored: everything the city's tables need to agree with it.

    `footprint` is the ground slab's outline, local, counter-clockwise, open ring.
    `fire_profile` has the fields of the sample city's fire_profiles.csv.
    """

    code: str
    building_code: str
    name_zh: str
    name_en: str
    address_zh: str
    year_built: int
    place: Place
    height_m: float
    footprint: Ring
    storeys: tuple[Storey, ...]
    rooms: tuple[Room, ...]
    flats: tuple[Flat, ...]
    devices: tuple[Device, ...]
    fire_profile: dict[str, object]

    @property
    def floors_up(self) -> int:
        """Storeys above ground, without the roof."""
        return sum(s.floor_no > 0 and not s.is_roof for s in self.storeys)

    @property
    def floors_down(self) -> int:
        """Storeys below ground."""
        return sum(s.floor_no < 0 for s in self.storeys)

    def storey(self, floor_no: int) -> Storey:
        """Give the storey of that number; KeyError when there is none."""
        for candidate in self.storeys:
            if candidate.floor_no == floor_no:
                return candidate
        raise KeyError(f"{self.code} has no floor {floor_no}")

    def footprint_en(self) -> Ring:
        """Footprint in EPSG:4547 (easting, northing), rounded to millimetres, open ring."""
        return self.outline_en(self.footprint)

    def outline_en(self, ring: Ring) -> Ring:
        """Turn any local ring into EPSG:4547 (easting, northing), millimetres."""
        placed = (self.place.enh(x, y) for x, y in ring)
        return tuple((round(e, 3), round(n, 3)) for e, n, _ in placed)

    def device_enh(self, item: Device) -> tuple[float, float, float]:
        """Easting, northing and height of a device, metres."""
        return self.place.enh(item.x_m, item.y_m, item.z_m)

"""The kinds of device in the sample city: unit, period and limits of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class DeviceType:
    """What every device of one kind has in common.

    Attributes
    ----------
    code : str
        Value of the `type` column of sensors.geojson.
    name_zh, name_en : str
        What a person calls it.
    unit : str
        Unit of the reading (UCUM-like; "%/m" is obscuration per metre).
    period_s : int
        Seconds between two readings.
    attention, alarm : float or None
        Limits; None means the kind has none.
    direction : "above" or "below"
        Which side of a limit is the bad one.
    night_attention : float or None
        Stricter attention limit from 22:00 to 06:00; None: that of the day.
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    period_s: int
    attention: float | None
    alarm: float | None
    direction: Direction = "above"
    night_attention: float | None = None


_TYPES = (
    DeviceType("smoke", "感烟火灾探测器", "Smoke detector", "%/m", 60, 2.0, 5.0),
    DeviceType("sprinkler_flow", "水流指示器", "Sprinkler flow switch", "L/s", 60, None, 0.5),
    DeviceType("fire_pump", "消防泵出口压力", "Fire pump outlet pressure", "MPa", 60, 0.55, 0.40, "below"),
    DeviceType("fire_tank", "消防水箱液位", "Fire tank level", "m", 300, 2.40, 1.80, "below"),
    DeviceType("hydrant_pressure", "消火栓压力", "Hydrant pressure", "MPa", 300, 0.16, 0.14, "below"),
    DeviceType("main_pressure", "供水管网压力", "Water main pressure", "MPa", 300, 0.16, 0.14, "below"),
    DeviceType("air", "PM2.5 监测", "Fine particles PM2.5", "ug/m3", 300, 75.0, 115.0),
    DeviceType("air_no2", "二氧化氮监测", "Nitrogen dioxide", "ug/m3", 300, 80.0, 200.0),
    DeviceType("air_o3", "臭氧监测", "Ozone", "ug/m3", 300, 160.0, 200.0),
    DeviceType("air_temp", "气温", "Air temperature", "Cel", 300, 35.0, 37.0),
    DeviceType("noise", "噪声监测", "Noise level", "dB(A)", 60, 70.0, 75.0, night_attention=55.0),
    DeviceType("manhole", "井盖水位", "Manhole water level", "mm", 600, 600.0, 1000.0),
    DeviceType("manhole_tilt", "井盖倾角", "Manhole cover tilt", "deg", 600, 3.0, None),
    DeviceType("manhole_ch4", "井内甲烷", "Manhole methane", "%LEL", 600, 5.0, 10.0),
    DeviceType("manhole_h2s", "井内硫化氢", "Manhole hydrogen sulphide", "ppm", 600, 7.0, 10.0),
    DeviceType("river_level", "河道水位", "River level", "m", 300, 3.5, 4.2),
    DeviceType("reservoir_level", "水库水位", "Reservoir level", "m", 300, 27.6, 28.0),
    DeviceType("ponding", "道路积水", "Road ponding depth", "m", 60, 0.15, 0.27),
    DeviceType("rain", "雨量", "Rainfall intensity", "mm/h", 300, 30.0, 70.0),
    DeviceType("pole", "智慧杆照明功率", "Smart pole lighting power", "kW", 600, None, None),
    DeviceType("lift", "电梯状态", "Lift state", "state", 60, None, 3.0),
    DeviceType("power_meter", "用电功率", "Electric power", "kW", 300, None, None),
    DeviceType("ebike_charger", "电动自行车充电位温度", "E-bike charger temperature", "Cel", 120, 55.0, 65.0),
    DeviceType("ebike_power", "电动自行车充电功率", "E-bike charging power", "kW", 120, None, None),
    DeviceType("tilt", "结构倾斜", "Structural tilt", "mm", 600, 8.0, 12.0),
    DeviceType("pump_level", "泵站水位", "Pump station water level", "m", 60, 3.2, 3.8),
    DeviceType("pump_flow", "水泵流量", "Pump discharge", "m3/s", 60, None, None),
)

DEVICE_TYPES: dict[str, DeviceType] = {kind.code: kind for kind in _TYPES}

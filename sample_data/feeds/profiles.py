"""How the city breathes: demand, traffic, occupancy, tide as functions of the local hour.

`hour` is the local hour of day, 0 to 24 with fractions; `weekend` is Saturday or
Sunday. The city's clock is UTC+8 all year.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import numpy as np

CITY_TIME = timezone(timedelta(hours=8))
_TIDE_EPOCH_S = datetime(2023, 9, 7, 9, 0, tzinfo=UTC).timestamp()  # 17:00 in the city


def local(t_s: float) -> tuple[float, bool, int, int]:
    """Local hour, weekend, day since 1970-01-01 and day of the year of a Unix time."""
    moment = datetime.fromtimestamp(t_s, CITY_TIME)
    hour = moment.hour + moment.minute / 60 + (moment.second + moment.microsecond / 1e6) / 3600
    day = int((t_s + 8 * 3600) // 86400)
    return hour, moment.weekday() >= 5, day, moment.timetuple().tm_yday


def _bell(hour: float, peak: float, width: float) -> float:
    return math.exp(-0.5 * ((hour - peak) / width) ** 2)


def water_demand(hour: float) -> float:
    """Share of peak water demand: morning, noon and evening bells over a night base.

    >>> round(water_demand(3.0), 2), round(water_demand(20.0), 2)
    (0.35, 0.85)
    """
    return 0.35 + 0.45 * _bell(hour, 8, 1.6) + 0.18 * _bell(hour, 12.5, 1.8) + 0.5 * _bell(hour, 20, 2.2)


def traffic(hour: float, weekend: bool) -> float:
    """Road traffic relative to the evening peak, a fifth less at weekends."""
    flow = 0.12 + 0.75 * _bell(hour, 8.4, 1.3) + 0.35 * _bell(hour, 13, 2.5) + 0.85 * _bell(hour, 18.3, 1.7)
    return flow * (0.8 if weekend else 1.0)


def home_occupancy(hour: float, weekend: bool) -> float:
    """Share of residents at home: 0.92 by night, 0.48 by day, a fifth more at weekends, at most 1."""
    share = float(np.interp(hour, (0, 6, 10, 16, 24), (0.92, 0.92, 0.48, 0.48, 0.92)))
    return min(1.0, share + (0.2 if weekend else 0.0))


def office_occupancy(hour: float, weekend: bool) -> float:
    """Share of office staff present; a fifth of it at weekends."""
    hours = (0, 7, 10, 12, 12.5, 13.5, 14, 17, 20, 24)
    share = float(np.interp(hour, hours, (0.03, 0.03, 0.85, 0.85, 0.7, 0.7, 0.85, 0.85, 0.03, 0.03)))
    return max(0.03, share * (0.2 if weekend else 1.0))


def shop_occupancy(hour: float, weekend: bool) -> float:
    """Share of a mall's peak visitors: 0.35 at eleven, full from three to eight (0.7 on workdays)."""
    top = 1.0 if weekend else 0.7
    return float(np.interp(hour, (0, 9.5, 11, 15, 20, 22.5, 24), (0.02, 0.02, 0.35, top, top, 0.02, 0.02)))


def school_occupancy(hour: float, weekend: bool) -> float:
    """Share of pupils and staff present: 0.95 from eight to five on workdays, 0.03 otherwise."""
    share = float(np.interp(hour, (0, 7, 8, 17, 18, 24), (0.03, 0.03, 0.95, 0.95, 0.03, 0.03)))
    return 0.03 if weekend else share


def hotel_occupancy(hour: float, weekend: bool) -> float:
    """Share of guests in the house: 0.7 by night, 0.35 by day, the same all week."""
    return float(np.interp(hour, (0, 7, 10, 17, 22, 24), (0.7, 0.7, 0.35, 0.35, 0.7, 0.7)))


def hospital_occupancy(hour: float, weekend: bool) -> float:
    """Share of a hospital in use: 0.75 at any hour."""
    return 0.75


def night(hour: float) -> bool:
    """Whether the night limit of noise holds: 22:00 to 06:00."""
    return hour >= 22 or hour < 6


def tide_m(t_s: float) -> float:
    """Tide part of the river stage, metres: .55 + .95 cos(2 pi (t - 5) / 12.42), t in hours."""
    return tide_at(((t_s - _TIDE_EPOCH_S) / 3600) % (12.42 * 8))


def tide_at(hours: float) -> float:
    """Tide part of the stage `hours` after 17:00 of 7 September 2023."""
    return 0.55 + 0.95 * math.cos(2 * math.pi * (hours - 5) / 12.42)


def stage_m(tide: float, flow_m3_s: float) -> float:
    """River stage, metres, of a tide part and a flow: the flood drowns the tide."""
    return 0.6 + tide * math.exp(-flow_m3_s / 150) + 0.052 * math.pow(flow_m3_s, 0.72)

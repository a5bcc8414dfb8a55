"""What code lists of city models mean, where a published table says so; nothing is guessed.

Values not listed here stay as they are in `properties` and leave our column unknown.
"""

from __future__ import annotations

ROOF = {
    # SIG3D _AbstractBuilding_roofType, the list CityGML 2.0 gives in its annex C
    "1000": "flat", "1010": "monopitch", "1020": "dual pent", "1030": "gabled", "1040": "hipped",
    "1050": "half-hipped", "1060": "mansard", "1070": "pavilion", "1080": "cone", "1090": "dome",
    "1100": "shed", "1110": "arch", "1120": "pyramidal broach", "1130": "combined",
    # AdV GeoInfoDok, Dachform
    "2100": "monopitch", "2200": "dual pent", "3100": "gabled", "3200": "hipped", "3300": "half-hipped",
    "3400": "mansard", "3500": "pavilion", "3600": "cone", "3700": "dome", "3800": "shed", "3900": "arch",
    "4000": "tower", "5000": "combined",
}  # fmt: skip
"""Both lists agree where they meet (1000)."""

_PLATEAU_USAGE = {
    "401": "O", "402": "C", "403": "H", "404": "C", "411": "R", "412": "R", "413": "X", "414": "X",
    "415": "X", "421": "G", "441": "I", "452": "U",
}  # fmt: skip
"""Building_usage.xml of Project PLATEAU. 422 (education and welfare) and 431 (transport and
storage) hold two of our uses each and stay unknown."""

_ALKIS_FUNCTION = {
    "31001_1000": "R", "31001_1010": "R", "31001_1020": "R", "31001_1100": "X",
    "31001_2010": "C", "31001_2020": "O", "31001_2050": "C", "31001_2071": "H", "31001_2100": "I",
    "31001_2110": "I", "31001_2143": "I", "31001_2500": "U", "31001_2510": "U",
    "31001_3010": "G", "31001_3012": "G", "31001_3020": "E", "31001_3021": "E", "31001_3023": "E",
    "31001_3050": "M", "31001_3051": "M",
}  # fmt: skip
"""Gebaeudefunktion (GFK) of ALKIS, as AdV's CityGML profile writes it."""

_SIG3D_FUNCTION = {"1000": "R"}


def use_of(name: str, value: str, code_space: str | None) -> str | None:
    """Our code of a use; None where no table says.

    Parameters
    ----------
    name : str
        `function`, `usage` or `class`.
    value : str
        As the file says.
    code_space : str or None
        The code list the file names for it.
    """
    if value in _ALKIS_FUNCTION and name == "function":
        return _ALKIS_FUNCTION[value]
    space = (code_space or "").rpartition("/")[2]
    if space == "Building_usage.xml" and name == "usage":
        return _PLATEAU_USAGE.get(value)
    if space == "_AbstractBuilding_function.xml" and name == "function":
        return _SIG3D_FUNCTION.get(value)
    return None

"""What files and people say about a CRS, and the axis order that follows."""

from __future__ import annotations

import pytest

from loaders.citymodel.crs import read_reference
from twin.errors import NotGeoreferenced


@pytest.mark.parametrize(
    ("text", "horizontal", "vertical", "north_first"),
    [
        ("https://www.opengis.net/def/crs/EPSG/0/7415", "EPSG:28992", "EPSG:5709", False),
        ("http://www.opengis.net/def/crs/EPSG/0/6697", "EPSG:6668", "EPSG:6695", True),
        ("urn:ogc:def:crs:EPSG::28992", "EPSG:28992", None, False),
        ("urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::5783", "EPSG:25832", "EPSG:5783", False),
        ("urn:ogc:def:crs,crs:EPSG:6.12:3068,crs:EPSG:6.12:5783", "EPSG:3068", "EPSG:5783", True),
        ("https://www.opengis.net/def/crs/EPSG/0/4547", "EPSG:4547", None, True),
        ("EPSG:4547", "EPSG:4547", None, False),
        ("EPSG:6697", "EPSG:6668", "EPSG:6695", False),
        ("epsg:25832+5783", "EPSG:25832", "EPSG:5783", False),
        ("urn:ogc:def:crs:EPSG::4979", "EPSG:4326", "ellipsoidal", True),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "EPSG:4326", None, False),
        ("http://www.opengis.net/gml/srs/epsg.xml#31467", "EPSG:31467", None, False),
        ("urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH", "EPSG:25832", "EPSG:7837", False),
        ("urn:adv:crs:DE_DHDN_3GK3", "EPSG:31467", None, False),
        (
            "https://www.opengis.net/def/crs-compound?1=https://www.opengis.net/def/crs/EPSG/0/25832"
            "&2=https://www.opengis.net/def/crs/EPSG/0/7837",
            "EPSG:25832",
            "EPSG:7837",
            False,
        ),
        ("gcj02", "gcj02", None, False),
    ],
)
def test_what_is_stated(text: str, horizontal: str, vertical: str | None, north_first: bool) -> None:
    found = read_reference(text)
    assert (found.horizontal, found.vertical, found.north_first) == (horizontal, vertical, north_first)


def test_feet_are_said() -> None:
    # NAVD88 height (ftUS): 1200/3937 m
    assert read_reference("EPSG:32618+6360").height_m == pytest.approx(1200 / 3937)
    assert read_reference("EPSG:2263").height_m == pytest.approx(1200 / 3937), "New York in feet: heights too"
    assert read_reference("EPSG:4326").height_m == 1.0


@pytest.mark.parametrize("text", ["EPSG:5783", "EPSG:4978", "somewhere", "EPSG:999999", "urn:adv:crs:MOON"])
def test_what_is_no_plan_crs_is_refused(text: str) -> None:
    with pytest.raises(NotGeoreferenced):
        read_reference(text)

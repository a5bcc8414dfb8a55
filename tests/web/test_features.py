"""OGC API Features core, on rows made here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from twin.database.connection import Database
from web.app import create_app

N = 25


@pytest.fixture(scope="module")
def reader(module_app: Flask, city: Database) -> FlaskClient:
    """Return a client on 25 buildings along a street."""
    city.execute(
        "insert into twin.load (source, file_name, file_sha256, format, crs, mode, status, source_date)"
        " values ('survey', 'b.gpkg', '', 'GPKG', 'EPSG:4547', 'upsert', 'done', '2026-01-31')"
    )
    city.execute(
        """
        insert into city.building (code, name_zh, use, floors_up, height_m, alias, checked_on,
            z_min_m, z_max_m, load_id, confidence, geometry, properties)
        select 'B' || lpad(i::text, 2, '0'), '楼' || i, case when i %% 2 = 0 then 'R' else 'C' end, i,
            3.0 * i, array['甲' || i], date '2026-01-01' + i, 5, 5 + 3.0 * i, 1, 0.9,
            st_multi(st_transform(st_makeenvelope(114.1 + i * 0.001, 22.55, 114.1004 + i * 0.001, 22.5504,
                4326), 4547)), case when i = 1 then '{"note": "旧"}'::jsonb else '{}' end
        from generate_series(1, 25) i
        """,
        {},
    )
    city.execute(
        "insert into twin.code (list, code, zh, en) values ('use', 'R', '住宅', 'Residential'),"
        " ('use', 'O', '办公', 'Office'), ('fire_resistance', '1', '一级', 'Class 1') on conflict do nothing"
    )
    city.execute("analyze city.building")
    return module_app.test_client()


ITEMS = "/api/collections/building/items"


def test_landing_conformance_and_collections_lead_to_the_items(reader: FlaskClient) -> None:
    landing = reader.get("/api/").json
    rels = {link["rel"]: link["href"] for link in landing["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= set(rels)
    for href in rels.values():
        assert reader.get(href.removeprefix("http://localhost")).status_code == 200, href
    classes = reader.get("/api/conformance").json["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    collections = reader.get("/api/collections").json["collections"]
    building = next(c for c in collections if c["id"] == "building")
    assert building["crs"] == ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]
    west, south, east, north = building["extent"]["spatial"]["bbox"][0]
    assert west == pytest.approx(114.101, abs=0.002)
    assert north == pytest.approx(22.5504, abs=0.002)
    assert east > west
    assert north > south
    assert any(link["rel"] == "items" for link in building["links"])
    assert "camera" not in {c["id"] for c in collections}
    assert reader.get("/api/collections/camera").status_code == 404


def test_a_page_is_a_feature_collection(reader: FlaskClient) -> None:
    answer = reader.get(ITEMS)
    assert answer.content_type == "application/geo+json"
    page = answer.json
    assert page["type"] == "FeatureCollection"
    assert page["numberReturned"] == len(page["features"]) == 10
    assert page["numberMatched"] == N, "so few are counted, not guessed"
    assert datetime.fromisoformat(page["timeStamp"]).tzinfo is not None
    first = page["features"][0]
    assert first["properties"]["name_zh"] == "楼1"
    assert first["properties"]["other"] == {"note": "旧"}
    assert first["properties"]["year_built"] is None
    assert first["geometry"]["type"] == "MultiPolygon"
    lon, lat = first["geometry"]["coordinates"][0][0][0]
    assert (lon, lat) == (pytest.approx(114.101, abs=5e-4), pytest.approx(22.55, abs=5e-4))
    origin = first["provenance"]["*"]
    assert (origin["source_date"], origin["load_id"]) == ("2026-01-31", 1)
    assert origin["confidence"] == pytest.approx(0.9)


def test_few_are_counted_at_any_moment(reader: FlaskClient) -> None:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    assert reader.get(f"{ITEMS}?limit=1&datetime={now}").json["numberMatched"] == N


def test_next_links_walk_through_everything_once(reader: FlaskClient) -> None:
    seen, path = [], f"{ITEMS}?limit=7&count=exact"
    while path:
        page = reader.get(path).json
        assert page["numberMatched"] == N
        seen += [f["properties"]["code"] for f in page["features"]]
        path = next(
            (x["href"].removeprefix("http://localhost") for x in page["links"] if x["rel"] == "next"), None
        )
    assert seen == [f"B{i:02}" for i in range(1, N + 1)]


def codes(reader: FlaskClient, query: str) -> list[str]:
    answer = reader.get(f"{ITEMS}?limit=100&{query}")
    assert answer.status_code == 200, answer.json
    assert answer.json["numberMatched"] == answer.json["numberReturned"]
    return [f["properties"]["code"] for f in answer.json["features"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("bbox=114.1005,22.5,114.1035,22.6", ["B01", "B02", "B03"]),
        ("bbox=114.1005,22.5,21,114.1035,22.6,99", []),
        ("bbox=114.1005,22.5,10,114.1035,22.6,99", ["B02", "B03"]),
        ("bbox=-180,-90,180,90&use=R&floors_up=4", ["B04"]),
        ("bbox=10,10,20,20", []),
        ("bbox=170,-90,-170,90", []),
        ("use=R&limit=2", None),
        ("height_m=9", ["B03"]),
        ("alias=甲7", ["B07"]),
        ("checked_on=2026-01-09", ["B08"]),
        ("code=B05&use=C", ["B05"]),
        ("code=B05' or '1'='1", []),
        ("datetime=2000-01-01T00:00:00Z", [f"B{i:02}" for i in range(1, N + 1)]),
    ],
)
def test_filters(reader: FlaskClient, query: str, expected: list[str] | None) -> None:
    if expected is None:
        assert reader.get(f"{ITEMS}?{query}").json["numberReturned"] == 2
    else:
        assert codes(reader, query) == expected


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("colour=red", "colour"),
        ("limit=0", "limit"),
        ("limit=ten", "limit"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,3,nan", "bbox"),
        ("bbox=1,20,3,10", "bbox"),
        ("bbox=500,0,600,10", "bbox"),
        ("bbox=0,0,9,1,1,3", "bbox"),
        ("datetime=yesterday", "datetime"),
        ("datetime=../..", "datetime"),
        ("datetime=2026-01-02T00:00:00Z/2026-01-01T00:00:00Z", "datetime"),
        ("floors_up=many", "floors_up"),
        ("checked_on=2026-13-01", "checked_on"),
        ("count=about", "count"),
        ("cursor=abc", "cursor"),
        ("use=R&use=C", "use"),
        ("name_zh=a%00b", "name_zh"),
        ("floor=0", "floor"),
        ("floor=1000", "floor"),
        ("use=castle", "use"),
        ("use=R&fire_resistance=9", "fire_resistance"),
    ],
)
def test_a_wrong_parameter_is_named(reader: FlaskClient, query: str, word: str) -> None:
    answer = reader.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer.json["parameter"] == word


def test_a_code_no_list_knows_is_found_where_something_has_it(reader: FlaskClient) -> None:
    assert codes(reader, "use=O") == [], "a code of the list that nothing has is no mistake"
    # C is the word of the source, as a load keeps what its mapping does not name
    assert codes(reader, "use=C&floors_up=5") == ["B05"]


def test_one_feature_has_links_and_an_etag(reader: FlaskClient) -> None:
    number = reader.get(f"{ITEMS}?limit=1").json["features"][0]["id"]
    answer = reader.get(f"{ITEMS}/{number}")
    assert answer.json["id"] == number
    assert {link["rel"] for link in answer.json["links"]} == {"self", "collection"}
    again = reader.get(f"{ITEMS}/{number}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert reader.get(f"{ITEMS}/99999999").status_code == 404
    assert reader.get(f"{ITEMS}/../../etc").status_code == 404
    assert reader.get(f"{ITEMS}/1e3").status_code == 404
    assert reader.get("/api/collections/nothing/items").status_code == 404


def test_large_answers_are_compressed_for_who_takes_it(reader: FlaskClient) -> None:
    import gzip

    packed = reader.get(f"{ITEMS}?limit=25", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"FeatureCollection" in gzip.decompress(packed.data)
    assert "Content-Encoding" not in reader.get(f"{ITEMS}?limit=25").headers


def test_layers_tell_count_and_columns(reader: FlaskClient) -> None:
    layers = {layer["name"]: layer for layer in reader.get("/api/layers").json["layers"]}
    assert layers["building"]["count"] == N
    assert layers["sensor"]["count"] == 0
    assert "camera" not in layers
    use = next(c for c in layers["building"]["columns"] if c["name"] == "use")
    assert (use["zh"], use["code_list"]) == ("主要用途", "use")
    assert "rent_cny_m2" not in {c["name"] for c in layers["unit"]["columns"]}


def test_past_and_present_versions(client: FlaskClient, city: Database) -> None:
    city.execute(
        "insert into city.water_body (name_zh, valid_from, geometry) values ('湖', '2020-01-01Z',"
        " st_multi(st_transform(st_makeenvelope(114.1, 22.5, 114.2, 22.6, 4326), 4547)))"
    )
    before = datetime.now(UTC)
    city.execute("update city.water_body set name_zh = '新湖'")
    path = "/api/collections/water_body/items"

    def names(query: str) -> list[str]:
        return [f["properties"]["name_zh"] for f in client.get(f"{path}?{query}").json["features"]]

    stamp = before.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    later = (before + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert names("") == ["新湖"]
    assert names(f"datetime={stamp}") == ["湖"]
    assert names("datetime=2019-01-01T00:00:00Z") == []
    assert names(f"datetime={later}") == ["新湖"]
    assert names(f"datetime=2019-01-01T00:00:00Z/{later}") == ["新湖"]
    assert names(f"datetime=../{stamp}") == ["湖"]
    assert names(f"datetime={stamp}&bbox=114.15,22.55,114.16,22.56") == ["湖"]
    city.execute("delete from city.water_body")
    assert names("") == []
    assert names(f"datetime={stamp}") == ["湖"]


def test_restricted_columns_travel_only_with_the_key(module_app: Flask, city: Database) -> None:
    city.execute("insert into city.unit (code, occupancy, rent_cny_m2) values ('U1', 'vacant', 80)")
    city.execute("update city.unit set rent_cny_m2 = 90")
    settings = module_app.extensions["twin"].settings
    app = create_app(replace(settings, write_key="k" * 32))
    try:
        client, path = app.test_client(), "/api/collections/unit/items"
        public = client.get(path)
        assert "vacant" not in public.text
        assert "rent_cny_m2" not in public.text
        assert client.get(f"{path}?occupancy=vacant").status_code == 400
        answer = client.get(path, headers={"Authorization": "Bearer " + "k" * 32})
        assert answer.json["features"][0]["properties"]["rent_cny_m2"] == 90
        assert "private" in answer.headers["Cache-Control"]
        wrong = client.get(path, headers={"Authorization": "Bearer wrong"})
        assert "vacant" not in wrong.text
    finally:
        app.extensions["twin"].close()


def test_a_page_larger_than_there_is_gets_the_largest(reader: FlaskClient) -> None:
    answer = reader.get(f"{ITEMS}?limit=50000")
    assert answer.status_code == 200
    assert answer.json["numberReturned"] == N


def test_an_unchanged_page_keeps_its_tag(reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(minutes=5)

    first = reader.get(f"{ITEMS}?limit=3")
    monkeypatch.setattr("web.api.features.datetime", Later)
    later = reader.get(f"{ITEMS}?limit=3")
    assert later.json["timeStamp"] > first.json["timeStamp"]
    assert later.headers["ETag"] == first.headers["ETag"]
    known = {"If-None-Match": first.headers["ETag"]}
    assert reader.get(f"{ITEMS}?limit=3", headers=known).status_code == 304
    assert reader.get(f"{ITEMS}?limit=4", headers=known).status_code == 200

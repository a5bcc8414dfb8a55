"""Streets connect, drains run downhill, twelve pipes clash, a hydrant is always near."""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
import shapely
from pyproj import Transformer

from sample_data.gen import errors, frame
from sample_data.gen import pipes as pipes_
from tests.sample_data.fix_city import Sample

_BACK = Transformer.from_crs(4490, frame.SRID, always_xy=True)


def metres(geometry) -> shapely.Geometry:
    return shapely.transform(
        shapely.geometry.shape(geometry), lambda xy: np.column_stack(_BACK.transform(xy[:, 0], xy[:, 1]))
    )


def test_street_graph_is_one_piece(demo: Sample) -> None:
    parent: dict = {}

    def root(node):
        parent.setdefault(node, node)
        while parent[node] != node:
            node = parent[node]
        return node

    lengths = defaultdict(float)
    lines = [
        (f["geometry"]["coordinates"], metres(f["geometry"]).length) for f in demo.features("roads.geojson")
    ]
    for coords, _ in lines:
        parent[root(tuple(coords[0]))] = root(tuple(coords[-1]))
    for coords, length in lines:
        lengths[root(tuple(coords[0]))] += length
    assert max(lengths.values()) >= 0.99 * sum(lengths.values())


def test_drains_run_downhill_and_pipes_meet_at_their_nodes(demo: Sample) -> None:
    ends: dict[str, list[float]] = defaultdict(list)
    starts: dict[str, list[float]] = defaultdict(list)
    for pipe in demo.layer("utilities.gpkg", "utility_line"):
        if pipe["kind"] in "SD":
            xyz = shapely.get_coordinates(pipe["geometry"], include_z=True)
            assert (np.diff(xyz[:, 2]) <= 0).all(), pipe["id"]
            assert xyz[0, 2] - xyz[-1, 2] >= 0.002 * shapely.length(pipe["geometry"]) - 0.001
            starts[pipe["from_node"]].append(xyz[0, 2])
            ends[pipe["to_node"]].append(xyz[-1, 2])
    for node, arriving in ends.items():
        for leaving in starts.get(node, []):
            assert leaving <= min(arriving) + 0.002, node


def closest(a: np.ndarray, b: np.ndarray) -> float:
    """Smallest distance of two 3D polylines."""
    return float(
        min(_segments(p, q, r, s) for p, q in itertools.pairwise(a) for r, s in itertools.pairwise(b))
    )


def _segments(p1: np.ndarray, q1: np.ndarray, p2: np.ndarray, q2: np.ndarray) -> float:
    """Distance of two segments (Ericson, Real-Time Collision Detection, 5.1.9)."""
    d1, d2, r = q1 - p1, q2 - p2, p1 - p2
    a, e, f = d1 @ d1, d2 @ d2, d2 @ r
    c, b = d1 @ r, d1 @ d2
    denominator = a * e - b * b
    s = np.clip((b * f - c * e) / denominator, 0, 1) if denominator > 1e-12 else 0.0
    t = (b * s + f) / e
    if t < 0:
        t, s = 0.0, np.clip(-c / a, 0, 1)
    elif t > 1:
        t, s = 1.0, np.clip((b - c) / a, 0, 1)
    return float(np.linalg.norm(p1 + d1 * s - p2 - d2 * t))


def test_exactly_twelve_pipes_run_through_another(demo: Sample) -> None:
    pipes = demo.layer("utilities.gpkg", "utility_line")
    shapes = np.array([p["geometry"] for p in pipes])
    radius = np.array([p["dn_mm"] / 2000 for p in pipes])
    points = [shapely.get_coordinates(s, include_z=True) for s in shapes]
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="dwithin", distance=1.3)
    kinds = [p["kind"] for p in pipes]
    clashes = set()
    tight = []
    for i, j in zip(left, right, strict=True):
        if i < j and kinds[i] != kinds[j]:
            clear = closest(points[i], points[j]) - radius[i] - radius[j]
            pair = tuple(sorted((pipes[i]["id"], pipes[j]["id"])))
            if clear < 0:
                clashes.add(pair)
            if clear < 0.5 and {kinds[i], kinds[j]} & {"S", "D"}:
                tight.append((pair, clear))
    assert len(clashes) == 12
    assert all(a.startswith("G-") and b.startswith("W-") for a, b in clashes)
    assert tight == []  # a drain keeps half a metre clear of everything


def test_pipes_are_as_wide_and_as_deep_as_specified(demo: Sample) -> None:
    widths: dict[str, set[int]] = defaultdict(set)
    covers: dict[str, list[float]] = defaultdict(list)
    for pipe in demo.layer("utilities.gpkg", "utility_line"):
        widths[pipe["kind"]].add(pipe["dn_mm"])
        covers[pipe["kind"]].append(pipe["depth_m"])
    ends = {kind: (min(found), max(found)) for kind, found in widths.items()}
    assert ends == {"W": (100, 800), "S": (300, 1000), "D": (600, 2000), "G": (100, 300),
                    "P": (150, 150), "C": (100, 100)}  # fmt: skip
    assert min(covers["D"]) == 2.2
    assert min(covers["S"]) == 3.45  # 2.8 would be inside the storm drain: README.md
    # bands that clear each other; 1.2, 1.0, 0.9 and 0.8 do not: README.md
    assert set(covers["W"]) == {1.25} and set(covers["P"]) == {0.73} and set(covers["C"]) == {0.5}
    assert set(covers["G"]) == {0.9, 0.95, 0.97, 1.0}


def test_pressed_pipes_keep_their_cover_between_the_corners_of_a_street(demo: Sample) -> None:
    checked = 0
    for pipe in demo.layer("utilities.gpkg", "utility_line"):
        if pipe["kind"] in "WPC":
            xyz = shapely.get_coordinates(shapely.segmentize(pipe["geometry"], 2.0), include_z=True)
            cover = pipes_.ground(xyz[:, :2]) - xyz[:, 2] - pipe["dn_mm"] / 2000
            assert np.abs(cover - pipe["depth_m"]).max() <= 0.02, pipe["id"]
            checked += len(xyz)
    assert checked > 100_000


def test_a_street_over_a_hill_has_a_place_every_five_metres_and_a_level_one_its_ends() -> None:
    over = shapely.LineString([(512_700, 2_497_311), (512_910, 2_497_311)])  # Weiling, 110 m
    places = np.array(pipes_.draped(over))
    assert np.ptp(pipes_.ground(places)) > 20
    assert np.linalg.norm(np.diff(places, axis=0), axis=1).max() <= 5.0 + 1e-6
    level = shapely.LineString([(511_700, 2_493_955), (511_740, 2_493_955)])
    assert pipes_.draped(level) == list(level.coords)


def test_the_head_of_a_drain_is_no_deeper_than_the_node_it_drains_to(demo: Sample) -> None:
    heads = 0
    for pipe in demo.layer("utilities.gpkg", "utility_line"):
        if pipe["kind"] in "SD" and pipe["from_node"][1:].startswith("H"):
            xyz = shapely.get_coordinates(pipe["geometry"], include_z=True)[[0, -1]]
            upper, lower = pipes_.ground(xyz[:, :2]) - xyz[:, 2]
            assert upper <= lower + 0.01, pipe["id"]
            heads += 1
    assert heads > 500


def test_no_street_runs_along_between_the_kerbs_of_an_arterial(demo: Sample) -> None:
    streets: dict[str, list] = defaultdict(list)
    widths = {}
    arterials: dict[str, list] = defaultdict(list)
    for f in demo.features("roads.geojson"):
        row = f["properties"]
        widths[row["name_zh"]] = row["width_m"]
        (arterials if row["class"].startswith("A") else streets)[row["name_zh"]].append(metres(f["geometry"]))
    assert len(streets) > 700 and len(arterials) > 15
    names = list(arterials)
    kerbs = [shapely.union_all(arterials[n]).buffer(widths[n] / 2, cap_style="flat") for n in names]
    tree = shapely.STRtree(kerbs)
    for street, lines in streets.items():
        line = shapely.line_merge(shapely.set_precision(shapely.union_all(lines), 0.01))
        for at in tree.query(line, predicate="intersects"):
            inside = shapely.line_merge(kerbs[at].intersection(line))
            longest = max(part.length for part in shapely.get_parts(inside))
            assert longest <= 2 * widths[names[at]] + 1, (street, names[at], longest)


def test_every_building_has_a_hydrant_within_150_m(either: Sample) -> None:
    posts = shapely.STRtree(hydrant_points(either))
    for row in either.layer("buildings.gpkg"):
        if either.wrong.get(row["bldg_code"]) not in {"gcj02_shift", "self_crossing"}:
            middle = row["geometry"].centroid
            assert posts.query(middle, predicate="dwithin", distance=150.0).size, row["bldg_code"]


def hydrant_points(sample: Sample) -> list[shapely.Point]:
    swapped = {k for k, kind in sample.wrong.items() if kind == "hydrant_swapped_xy"}
    rows = sample.rows("hydrants.csv")
    return [
        shapely.Point(float(r["y"]), float(r["x"]))
        if r["id"] in swapped
        else shapely.Point(float(r["x"]), float(r["y"]))
        for r in rows
    ]


def test_hydrants_stand_behind_the_kerb_and_120_m_apart_at_most(demo: Sample) -> None:
    roads: dict[str, list] = defaultdict(list)
    for f in demo.features("roads.geojson"):
        roads[f["properties"]["name_zh"]].append((metres(f["geometry"]), f["properties"]["width_m"]))
    by_road: dict[str, list[shapely.Point]] = defaultdict(list)
    for row, at in zip(demo.rows("hydrants.csv"), hydrant_points(demo), strict=True):
        lines = roads[row["road"]]
        kerb = shapely.union_all([line for line, _ in lines]).distance(at) - lines[0][1] / 2
        assert 0.45 <= kerb <= 2.05, row["id"]
        by_road[row["road"]].append(at)
    assert {r["state"] for r in demo.rows("hydrants.csv")} <= {"正常", "低压", "遮挡", "损坏"}
    every = shapely.STRtree(hydrant_points(demo))
    rows = 0
    for road, posts in by_road.items():
        reach = roads[road][0][1] / 2 + 2.1
        whole = shapely.line_merge(shapely.set_precision(shapely.union_all([x for x, _ in roads[road]]), 0.5))
        for line in shapely.get_parts(whole):
            along = sorted(line.project(p) for p in posts if line.distance(p) <= reach)
            for a, b in itertools.pairwise(along):
                rows += 1
                # where a lane runs inside a wider street's kerbs, that street's hydrants stand there
                middle = line.interpolate((a + b) / 2)
                assert b - a <= 120.0 or every.query(middle, "dwithin", distance=60.0).size, (road, b - a)
    assert rows > 900


def test_poles_and_devices_are_as_many_as_planned(demo: Sample) -> None:
    from sample_data.gen.device_rows import COUNTS

    kinds = defaultdict(int)
    for f in demo.features("sensors.geojson"):
        kinds[f["properties"]["type"]] += 1
    assert {kind: kinds[kind] for kind in COUNTS} == COUNTS
    assert len(demo.features("poles.geojson")) == 300
    assert len({f["properties"]["id"] for f in demo.features("sensors.geojson")}) == len(
        demo.features("sensors.geojson")
    )


def test_lids_with_a_sensor_name_a_device_that_exists(demo: Sample) -> None:
    devices = {f["properties"]["id"] for f in demo.features("sensors.geojson")}
    named = [n["device_id"] for n in demo.layer("utilities.gpkg", "utility_node") if n["device_id"]]
    assert len(named) == 220
    assert set(named) <= devices


def test_twenty_five_errors_are_in_the_files_and_on_the_list(demo: Sample) -> None:
    rows = demo.rows("facts/known_errors.csv")
    assert len(rows) == sum(errors.PLAN.values()) == 25
    assert {k: sum(r["kind"] == k for r in rows) for k in errors.PLAN} == errors.PLAN
    buildings = {r["bldg_code"]: r for r in demo.layer("buildings.gpkg")}
    for row in rows:
        if row["file"] == "buildings.gpkg" and row["field"] != "geometry":
            value = buildings[row["key"]][row["field"]]
            assert (value is None or np.isnan(value)) if row["wrong"] == "" else float(row["wrong"]) == value
    crossing = next(r["key"] for r in rows if r["kind"] == "self_crossing")
    assert not shapely.is_valid(buildings[crossing]["geometry"])


def test_tiny_has_some_errors_too(tiny: Sample) -> None:
    assert len(tiny.rows("facts/known_errors.csv")) >= 8

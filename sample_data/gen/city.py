"""The whole city, in the order it comes into being.

Ground, arterials, known buildings, blocks, footprints, bodies, addresses,
networks: this order is the reading order of the package. The layout is always
made for the whole built area, so that a smaller profile is a true part of a larger one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely
from shapely.geometry import Polygon, box

from sample_data.gen import (
    addresses,
    buildings,
    communities,
    errors,
    footprints,
    graph,
    hydrants,
    landmarks,
    poles,
    streets,
)
from sample_data.gen import blocks as blocks_
from sample_data.gen import config as config_
from sample_data.gen import devices as devices_
from sample_data.gen import utilities as utilities_
from sample_data.gen.addresses import Address
from sample_data.gen.buildings import Building
from sample_data.gen.communities import Zone
from sample_data.gen.graph import Graph
from sample_data.gen.hydrants import Hydrant
from sample_data.gen.landmarks import Landmark
from sample_data.gen.poles import Pole
from sample_data.gen.utilities import Networks
from sample_data.models.layout import layouts
from sample_data.models.parts import ModelLayout

Step = Callable[[str], None]


@dataclass
class City:
    """Everything a profile writes; `chosen` are its buildings, `window` the land it covers."""

    profile: str
    land: Any
    window: Any
    streets: Graph
    towns: list[footprints.Town]
    all_buildings: list[Building]
    chosen: list[Building]
    zones: list[Zone]
    addresses: dict[str, Address]
    networks: Networks
    hydrants: list[Hydrant]
    poles: list[Pole]
    devices: devices_.Devices
    errors: dict[str, str]

    @cached_property
    def street_tree(self) -> shapely.STRtree:
        """Index of the lines of `streets.edges`."""
        return shapely.STRtree([edge.line for edge in self.streets.edges])


def city(profile: str, step: Step = lambda _: None) -> City:
    """Plan the city of a profile.

    Parameters
    ----------
    profile : str
        `tiny`, `demo` or `full`.
    step : callable
        Told the name of each part as it starts.

    Raises
    ------
    InvalidParameter
        There is no such profile.
    """
    setting = config_.profile(profile)
    models = {layout.code: layout for layout in layouts()}
    step("landmarks")
    taken = shapely.union_all([streets.surfaces(), *streets.village_shapes("core").values()])
    known = landmarks.landmarks(streets.area("core"), taken, [_of_model(m) for m in models.values()])
    step("streets")
    plans = [streets.plan(name, [k.footprint for k in known]) for name in setting["areas"]]
    network = _streets_of(plans)
    step("blocks")
    lands = [  # of the streets of the areas so far, so that a later area changes nothing in an earlier one
        blocks_.blocks(plan.cells, network if plan is plans[-1] else _streets_of(plans[: i + 1]))
        for i, plan in enumerate(plans)
    ]
    zones, grid_of = communities.zones([cell for plan in plans for cell in plan.cells])
    step("buildings")
    towns = [footprints.town(land, known if phase == 0 else [], phase) for phase, land in enumerate(lands)]
    everything = buildings.buildings([f for town in towns for f in town.footprints], grid_of, models)
    first = {f.key for f in towns[0].footprints}
    core = [b for b in everything if b.key in first]
    step("addresses")
    named = addresses.addresses(
        everything, [e.street for edges in network.streets().values() for e in edges[:1]]
    )
    area = shapely.union_all([streets.area(name) for name in setting["areas"]])
    step("networks")
    pipes = utilities_.networks(network, area)
    step("hydrants")
    posts = hydrants.hydrants(network, everything, area)
    lamps = poles.poles(network, area)
    step("devices")
    sensors = devices_.devices(everything, pipes, posts, lamps)
    chosen = _chosen(everything, setting)
    window = area if "window_m" not in setting else shapely.union_all(
        [box(*setting["window_m"]), *(b.polygon.buffer(40.0) for b in chosen if b.model)])  # fmt: skip
    return City(
        profile,
        area,
        window,
        network,
        towns,
        everything,
        chosen,
        zones,
        named,
        pipes,
        posts,
        lamps,
        sensors,
        errors.seeded(core, posts, _small(everything, posts)),
    )


def _streets_of(plans: list[streets.Plan]) -> Graph:
    return graph.graph([*streets.arterials(), *(s for plan in plans for s in plan.streets)])


def _of_model(layout: ModelLayout) -> Landmark:
    """An authored model stands exactly where its georeference says."""
    typology = "HT" if layout.flats else "UT"
    facts = {
        "id": layout.code,
        "name_zh": layout.name_zh,
        "name_en": layout.name_en,
        "floors_up": layout.floors_up,
        "floors_down": layout.floors_down,
        "height_m": layout.height_m,
        "year": layout.year_built,
        "confidence": 0.95,
        "gfa_m2": None,
        "address": layout.address_zh[layout.address_zh.index("渔民村") :],
        "alias": layout.code,
    }
    return Landmark(
        layout.code, typology, Polygon(layout.footprint_en()), layout.place.rotation_deg, 0.0, facts
    )


def _chosen(everything: list[Building], setting: dict[str, Any]) -> list[Building]:
    """The buildings of a profile: all, or those nearest to the middle of its window and the models."""
    if "window_m" not in setting:
        return everything
    window = box(*setting["window_m"])
    models = [b for b in everything if b.model]
    inside = [b for b in everything if not b.model and window.contains(b.polygon)]
    middle = window.centroid
    inside.sort(key=lambda b: (round(b.polygon.centroid.distance(middle), 1), b.code))
    kept = inside[: setting["buildings"] - len(models)]
    return sorted(kept + models, key=lambda b: b.code)


def _small(everything: list[Building], posts: list[Hydrant]) -> set[str]:
    """Codes of the buildings and hydrants that are in the smallest profile."""
    setting = config_.profile("tiny")
    window = box(*setting["window_m"])
    shapely.prepare(window)
    return {b.code for b in _chosen(everything, setting)} | {
        p.code for p in posts if window.contains(shapely.Point(p.point))
    }


def in_window(town: City, geometry: Any) -> bool:
    """Whether an object belongs to the profile."""
    return town.profile != "tiny" or bool(town.window.intersects(geometry))

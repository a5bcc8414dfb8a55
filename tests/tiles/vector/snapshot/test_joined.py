"""Whatever happens in whatever order to storeys and the buildings they are in: never a stale tile."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import mapbox_vector_tile
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.tiles.vector.snapshot.asking import AWAY, FAR, HOME, SPOT
from tests.tiles.vector.snapshot.process import Process
from tiles.source import PUBLIC
from tiles.vector.layers import layer
from tiles.vector.snapshot import keeper, reading, source
from tiles.vector.source import PostgisSource

_SOON = "-c lock_timeout=50"
_EDITS = ("add", "move", "change", "remove", "lift", "lift", "build")
_STEPS = (
    *_EDITS,
    "edit late",
    "edit late",
    "commit",
    "poll",
    "refresh",
    "hear and refresh",
    "edit while it reads",
)
_steps = st.lists(st.sampled_from(_STEPS), min_size=8, max_size=32)
# the second is on a border of cells, so that what stands there stands on two
_PLACES = (SPOT, (SPOT[0] - SPOT[0] % 250 - 5, SPOT[1]), AWAY)


class _City:
    """What is committed, a process, and what PostGIS said when it polled last."""

    def __init__(self, wanted, database, chance):
        self.database, self.chance = database, chance
        self.postgis = PostgisSource(database)
        self.late = psycopg.connect(wanted.dsn, options=_SOON)
        self.now = psycopg.connect(wanted.dsn, options=_SOON, autocommit=True)
        self.process = Process(replace(wanted, snapshot_mb=64))
        self.number = 0

    def close(self):
        self.late.close()
        self.now.close()
        self.process.close()

    def _plan(self):
        e, n = self.chance.choice(_PLACES)
        return f"st_multi(st_makeenvelope({e}, {n}, {e + 20}, {n + 20}, 4547))"

    def write(self, connection, how):
        self.number += 1

        def some(name):
            by = f"hashint8(feature_id + {self.chance.randint(0, 99)})"
            return f"(select feature_id from city_now.{name} order by {by} limit 1)"

        sql = {
            "add": "insert into city.storey (building_id, floor_no, z_min_m, geometry)"
            f" values ({some('building')}, {self.number}, 5, {self._plan()})",
            "move": f"update city.storey set geometry = {self._plan()} where feature_id = {some('storey')}",
            "change": f"update city.storey set z_min_m = {self.number} where feature_id = {some('storey')}",
            "remove": f"delete from city.storey where feature_id = {some('storey')}",
            "lift": f"update city.building set elev_base_m = {self.number}"
            f" where feature_id = {some('building')}",
            "build": f"insert into city.building (elev_base_m, geometry) values (1, {self._plan()})",
        }
        try:
            connection.execute(sql[how])
        except psycopg.errors.LockNotAvailable:
            # the other connection, which is open, holds the row: neither waits, for they are one thread
            connection.rollback()

    def poll(self):
        """Twice: the first says only that the log was read before the second."""
        for _ in range(2):
            self.process.poll()
        self.known = {at: _seen(self.postgis, at) for at in (HOME, FAR)}

    def edit_late(self):
        self.write(self.late, self.chance.choice(_EDITS))

    def commit(self):
        self.late.commit()

    def refresh(self):
        self.process.time += 2
        self.process.source.keeper.refresh()

    def hear_and_refresh(self):
        self.poll()
        self.refresh()

    def edit_while_it_reads(self):
        """Committed after the log was read and before the rows are, or after those and heard at once."""
        read = reading.read

        def slow(*arguments):
            for _ in range(self.chance.randint(0, 3)):
                self.write(self.now, self.chance.choice(_EDITS))
            if self.chance.random() < 0.3:
                self.poll()
            found = read(*arguments)
            for _ in range(self.chance.randint(0, 3)):
                self.write(self.now, self.chance.choice(_EDITS))
            if self.chance.random() < 0.6:
                self.poll()
            return found

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(reading, "read", slow)
            self.refresh()

    def check(self, step):
        for at in (HOME, FAR):
            before = self.process.source.encoded
            seen = _seen(self.process.source, at)
            assert self.process.source.encoded == before or seen == self.known[at], (step, at)


def _seen(asked, at):
    tile = asked.make(("storey",), at, PUBLIC).tile
    layers = {} if tile.empty else mapbox_vector_tile.decode(tile.plain())
    told = (one["properties"] for one in layers.get("storey", {"features": []})["features"])
    return sorted((one["floor_no"], one.get("building_id", 0), one.get("base_m", 0.0)) for one in told)


@pytest.fixture
def city_of(settings, database, monkeypatch):
    """Where it is. Storeys alone are kept, and read a few cells at a time."""
    monkeypatch.setattr(source, "public_layers", lambda: [layer("storey", PUBLIC.access)])
    monkeypatch.setattr(keeper, "_CELLS_AT_ONCE", 2)
    return settings, database


# not hypothesis's own: whether rows are read, and chance asked, may depend on what else the server runs
@given(_steps, st.integers(0, 2**32).map(Random))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
def test_memory_says_what_postgis_said_at_the_last_poll(city_of, steps, chance):
    wanted, database = city_of
    with database.transaction() as connection:
        connection.execute("delete from city.storey")
        connection.execute("delete from city.building")
    city = _City(wanted, database, chance)
    try:
        for _ in range(3):
            city.write(city.now, "build")
        city.poll()
        city.process.source.keeper.load()
        city.poll()
        for step in steps:
            if step in _EDITS:
                city.write(city.now, step)
            else:
                getattr(city, step.replace(" ", "_"))()
            city.check(step)
        city.late.rollback()
        for _ in range(6):
            city.process.time += 70
            city.poll()
            city.process.read()
            city.poll()
        assert city.process.source.keeper.figures["touched_cells"] == 0
        before = city.process.source.encoded
        assert {at: _seen(city.process.source, at) for at in (HOME, FAR)} == city.known
        assert city.process.source.encoded == before + 2
    finally:
        city.close()


def test_a_building_without_storeys_is_no_news_for_them(process, database, add_feature, reads):
    """A hundred edited houses a second would have seven layers read that hold nothing of them."""
    plan = "st_multi(st_makeenvelope({0}, {1}, {0} + 20, {1} + 20, 4547))"
    for e, n in (SPOT, AWAY):
        database.execute(f"insert into city.building (elev_base_m, geometry) values (1, {plan.format(e, n)})")
    process.load()
    reads.clear()
    database.execute("update city.building set elev_base_m = 2")
    process.poll()
    process.tend()
    assert set(reads) == {"building"}
    database.execute(
        "insert into city.storey (building_id, floor_no, z_min_m, geometry)"
        f" select feature_id, 1, 5, {plan.format(*SPOT)} from city_now.building"
        " order by st_xmin(geometry) limit 1"
    )
    process.poll()
    process.tend()
    reads.clear()
    database.execute("update city.building set elev_base_m = 3")
    process.poll()
    process.tend()
    assert set(reads) == {"building", "storey"}
    assert _seen(process.source, HOME)[0][2] == 2.0

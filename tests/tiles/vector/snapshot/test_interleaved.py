"""Whatever happens in whatever order between processes that share their copies: never a stale tile."""

from __future__ import annotations

import shutil
from dataclasses import replace

import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.tiles.vector.snapshot.asking import AWAY, COMPACT, FAR, HOME, SPOT, ask, codes_of, tile_of
from tests.tiles.vector.snapshot.process import Process
from tiles.source import PUBLIC
from tiles.vector.layers import layer
from tiles.vector.snapshot import copied, keeper, reading, sharing, source
from tiles.vector.snapshot.shared import SharedCopies
from tiles.vector.source import PostgisSource

_TILES = [HOME, FAR, tile_of(SPOT, 14), tile_of((515_500.0, 2_494_870.0), 14)]
_PLACES = [SPOT, AWAY, (513_999.0, 2_494_999.0), (515_000.0, 2_494_500.0)]
_EDITS = ("insert", "move", "change", "delete")
_STEPS = (
    *_EDITS, "edit late", "edit late", "commit", "roll back", "poll", "load", "hear and load",
    "edit while it loads", "load while it refreshes",
    "refresh", "write anew", "write anew", "die", "die half way", "compact",
)  # fmt: skip
_steps = st.lists(st.tuples(st.sampled_from(_STEPS), st.integers(0, 1)), min_size=8, max_size=32)


class _City:
    """What is committed, two processes, and what PostGIS said when each of them polled last."""

    def __init__(self, settings, database, folder, chance):
        self.settings, self.database, self.folder, self.chance = settings, database, folder, chance
        self.postgis = PostgisSource(database)
        self.late = psycopg.connect(settings.dsn)
        self.running = [self._joined(), self._joined()]
        self.known = [{}, {}]
        self.number = 0

    def close(self):
        self.late.close()
        for one in self.running:
            one.close()

    def _joined(self):
        return Process(replace(self.settings, snapshot_mb=64), SharedCopies(self.folder, 2))

    def _place(self):
        e, n = self.chance.choice(_PLACES)
        return f"st_setsrid(st_makepoint({e + self.chance.randint(0, 9)}, {n}), 4547)"

    def write(self, connection, how):
        self.number += 1
        # not a row the open transaction holds: we would wait for ourselves
        some = (
            "feature_id in (select feature_id from city.hydrant"
            " where superseded_at is null and valid_to is null"
            f" order by hashint8(feature_id + {self.chance.randint(0, 99)}) limit 1 for update skip locked)"
        )
        code, place = f"'n{self.number}'", self._place()
        sql = {
            "insert": f"insert into city.hydrant (code, geometry) values ({code}, {place})",
            "move": f"update city.hydrant set geometry = {place} where {some}",
            "change": f"update city.hydrant set code = {code} where {some}",
            "delete": f"delete from city.hydrant where {some}",
        }
        connection.execute(sql[how])

    def poll(self, which):
        """Twice: the first says only that the log was read before the second."""
        for _ in range(2):
            self.running[which].poll()
        self.known[which] = {at: codes_of(self.postgis.make(("hydrant",), at, PUBLIC)) for at in _TILES}

    def step(self, step, which):
        if step in _EDITS:
            self.write(self.database, step)
        else:
            getattr(self, step.replace(" ", "_"))(which)

    def edit_late(self, _):
        self.write(self.late, self.chance.choice(_EDITS))

    def commit(self, _):
        self.late.commit()

    def roll_back(self, _):
        self.late.rollback()

    def load(self, which):
        self.running[which].time += 0.5
        self.running[which].source.keeper.load()

    def hear_and_load(self, which):
        self.poll(which)
        self.load(which)

    def edit_while_it_loads(self, which):
        """Committed and heard after the log was asked, and before the copy is in place."""
        ask_log = sharing.missed

        def slow(*arguments):
            told = ask_log(*arguments)
            self.write(self.database, self.chance.choice(_EDITS))
            self.poll(which)
            return told

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sharing, "missed", slow)
            self.load(which)

    def refresh(self, which):
        self.running[which].time += 0.5
        self.running[which].source.keeper.refresh()

    def load_while_it_refreshes(self, which):
        """Another copy is in place before what was read of the one before is there."""

        read = reading.read

        def slow(*arguments):
            patched.undo()
            found = read(*arguments)
            self.load(which)
            return found

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(reading, "read", slow)
            self.refresh(which)

    def write_anew(self, which):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sharing, "_RENEW_S", -1.0)
            self.hear_and_load(which)

    def compact(self, _):
        """As it is an hour later, when everybody has heard."""
        for each in (0, 1):
            self.poll(each)
        self.database.execute(COMPACT)

    def die(self, which):
        self.running[which].close()
        self.running[which] = self._joined()
        self.poll(which)

    def die_half_way(self, which):
        """While it writes: the columns are there, and no head names them."""
        for path in self.folder.rglob("hydrant.*"):
            if path.suffix != ".head":
                shutil.copy(path, path.with_name("hydrant.0000000000000000"))
        self.die(which)

    def check(self, step):
        for which in (0, 1):
            for at in _TILES:
                codes, from_memory = ask(self.running[which], at)
                assert not from_memory or codes == self.known[which][at], (step, which, at)


@pytest.fixture
def city_of(settings, database, tmp_path, monkeypatch):
    """Where it is. Hydrants alone are kept, sorted in and written as often as it is possible."""
    monkeypatch.setattr(source, "public_layers", lambda: [layer("hydrant", PUBLIC.access)])
    monkeypatch.setattr(copied, "_TAIL_ROWS", 3)
    monkeypatch.setattr(keeper, "_CELLS_AT_ONCE", 1)
    monkeypatch.setattr(sharing, "_REST_S", 0.0)
    return settings, database, tmp_path / "copies"


@given(_steps, st.randoms(use_true_random=False))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
def test_memory_says_what_postgis_said_at_the_last_poll(city_of, add_feature, steps, chance):
    settings, database, folder = city_of
    with database.transaction() as connection:
        connection.execute("delete from city.hydrant")
        add_feature(connection, "hydrant", shapely.Point(SPOT), code="old")
        add_feature(connection, "hydrant", shapely.Point(AWAY), code="far")
    city = _City(settings, database, folder, chance)
    try:
        for which in (0, 1):
            city.poll(which)
            city.step("load", which)
        for step, which in steps:
            city.step(step, which)
            city.check(step)
        city.late.rollback()
        # all come to rest, and both show all from memory
        for _ in range(12):
            for which in (0, 1):
                city.running[which].time += 70
                city.poll(which)
                city.running[which].read()
                city.poll(which)
            if all(one.source.keeper.figures["touched_cells"] == 0 for one in city.running):
                break
        for which in (0, 1):
            for at in _TILES:
                assert ask(city.running[which], at) == (city.known[which][at], True)
        assert len(list(folder.rglob("hydrant.*"))) == 2, "a head, and the columns it names"
    finally:
        city.close()
        shutil.rmtree(folder)

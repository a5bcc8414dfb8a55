"""The private cluster through everything that happens to one: crashes, races, half an init."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from twin.database import orphan
from twin.database.cluster import Cluster
from twin.database.programs import Programs, find_programs, install_line
from twin.database.tuning import configuration
from twin.errors import SetupError
from twin.settings import Settings


@pytest.fixture(scope="module")
def made() -> Iterator[Settings]:
    """One cluster of this module; each test brings it into some trouble and out again."""
    # Not pytest's own folder: it is closed to the account PostgreSQL runs under.
    folder = Path(tempfile.mkdtemp(prefix="twin-cluster-"))
    folder.chmod(0o755)
    settings = replace(
        Settings.from_env({}), state_dir=folder / "state", pg_bin=os.environ.get("TWIN_PG_BIN", "")
    )
    yield settings
    Cluster(settings).stop()
    shutil.rmtree(folder)


@pytest.fixture
def cluster(made: Settings) -> Cluster:
    cluster = Cluster(made)
    cluster.ensure()
    return cluster


def ask(settings: Settings, question: str) -> object:
    with psycopg.connect(settings.dsn) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def postmaster(cluster: Cluster) -> int:
    return int((cluster.data_dir / "postmaster.pid").read_text().split()[0])


def test_it_has_postgis_checksums_and_letters_beyond_ascii(made: Settings, cluster: Cluster) -> None:
    assert str(ask(made, "select postgis_lib_version()"))[0] == "3"
    assert ask(made, "select current_setting('data_checksums')") == "on"
    # With --locale=C, trigrams drop every Chinese character and É has no small form.
    assert ask(made, "select lower('É')") == "é"
    assert ask(made, "select datcollate from pg_database where datname = 'twin'") == "C"
    assert ask(made, "select current_setting('jit')") == "off"
    assert ask(made, "select current_setting('synchronous_commit')") == "on"


def test_it_listens_on_a_closed_socket_directory_and_never_on_tcp(made: Settings, cluster: Cluster) -> None:
    assert ask(made, "select current_setting('listen_addresses')") == ""
    assert made.socket_dir.stat().st_mode & 0o777 == 0o700
    assert cluster.data_dir.stat().st_mode & 0o777 == 0o700


def test_ensure_twice_changes_nothing(made: Settings, cluster: Cluster) -> None:
    before = postmaster(cluster), ask(made, "select oid from pg_database where datname = 'twin'")
    Cluster(made).ensure()
    assert (postmaster(cluster), ask(made, "select oid from pg_database where datname = 'twin'")) == before


def test_a_killed_server_comes_back_with_what_was_committed(made: Settings, cluster: Cluster) -> None:
    with psycopg.connect(made.dsn) as connection:
        connection.execute("create table if not exists kept (x int)")
        connection.execute("truncate kept")
        connection.execute("insert into kept values (42)")
    os.kill(postmaster(cluster), signal.SIGKILL)
    Cluster(made).ensure()
    assert ask(made, "select x from kept") == 42


def test_stop_is_clean_and_stopping_twice_is_fine(made: Settings, cluster: Cluster) -> None:
    cluster.stop()
    assert not cluster.running()
    cluster.stop()
    cluster.ensure()
    assert cluster.running()


def test_a_user_keeps_an_idle_stop_away(made: Settings, cluster: Cluster) -> None:
    with psycopg.connect(made.dsn):
        assert not cluster.stop_if_idle()
        assert cluster.running()
    assert cluster.stop_if_idle()
    assert not cluster.running()


def test_a_user_who_is_leaving_does_not(made: Settings, cluster: Cluster) -> None:
    cluster.ensure()
    connection = psycopg.connect(made.dsn)
    leaving = threading.Timer(0.7, connection.close)
    leaving.start()
    try:
        assert cluster.stop_if_idle()
    finally:
        leaving.join()
    assert not cluster.running()


def test_two_at_once_make_one_cluster(made: Settings) -> None:
    folder = made.state_dir.parent / "race"
    settings = replace(made, state_dir=folder)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            Cluster(settings).ensure()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert failures == []
        assert ask(settings, "select count(*) from pg_database where datname = 'twin'") == 1
        assert not (folder / "pg.new").exists()
    finally:
        Cluster(settings).stop()


def test_an_interrupted_init_is_begun_again(made: Settings) -> None:
    folder = made.state_dir.parent / "half"
    settings = replace(made, state_dir=folder)
    (folder / "pg.new" / "base").mkdir(parents=True)
    (folder / "pg.new" / "PG_VERSION").write_text("9.6\n")
    try:
        Cluster(settings).ensure()
        assert ask(settings, "select 1") == 1
        assert not (folder / "pg.new").exists()
    finally:
        Cluster(settings).stop()


def test_a_pid_file_naming_a_stranger_is_no_obstacle(made: Settings, cluster: Cluster) -> None:
    """After a crash of the machine the number in it often is another program's."""
    os.kill(postmaster(cluster), signal.SIGKILL)
    while orphans(cluster):
        time.sleep(0.05)
    pid_file = cluster.data_dir / "postmaster.pid"
    stranger = sleeper(cluster)
    try:
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        Cluster(made).ensure()
        assert postmaster(cluster) != stranger.pid
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_the_pid_file_of_a_living_server_is_kept(cluster: Cluster) -> None:
    assert orphan.remove_stale_pid_file(cluster.data_dir) is False
    assert (cluster.data_dir / "postmaster.pid").exists()


def test_a_deep_folder_gets_a_short_socket_path(made: Settings) -> None:
    deep = made.state_dir.parent / ("城市" * 20) / "state"  # short in characters, long in bytes
    settings = replace(made, state_dir=deep)
    assert len(str(settings.socket_dir / ".s.PGSQL.5432").encode()) <= 107
    try:
        Cluster(settings).ensure()
        assert ask(settings, "select 1") == 1
    finally:
        Cluster(settings).stop()
        shutil.rmtree(settings.socket_dir)


def test_blanks_and_quotes_in_the_path_are_no_obstacle(made: Settings) -> None:
    settings = replace(made, state_dir=made.state_dir.parent / "the planner's city" / "state")
    try:
        Cluster(settings).ensure()
        assert ask(settings, "select 1") == 1
    finally:
        Cluster(settings).stop()


def test_a_socket_directory_of_somebody_else_is_refused(made: Settings) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make another user's folder")
    folder = made.state_dir.parent / "trap"
    (folder / "run").mkdir(parents=True)
    os.chown(folder / "run", 65534, 65534)
    with pytest.raises(SetupError, match="belongs to another user"):
        Cluster(replace(made, state_dir=folder)).ensure()
    assert not (folder / "pg").exists()


def test_a_closed_parent_folder_is_explained(made: Settings) -> None:
    if os.geteuid() != 0:
        pytest.skip("an ordinary user runs PostgreSQL under his own name")
    with tempfile.TemporaryDirectory() as closed, pytest.raises(SetupError, match="cannot enter"):
        Cluster(replace(made, state_dir=Path(closed) / "state")).ensure()


def test_stray_pg_variables_are_not_heeded(
    made: Settings, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.stop()
    for name, value in {"PGDATA": "/nowhere", "PGPORT": "1", "PGOPTIONS": "-c bad=1", "PGHOST": "x"}.items():
        monkeypatch.setenv(name, value)
    cluster.ensure()
    assert cluster.running()


def test_missing_postgis_names_the_line_to_run(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        find_programs(replace(Settings.from_env({}), pg_bin=str(tmp_path)))
    assert f"TWIN_PG_BIN={tmp_path}" in str(caught.value)
    assert install_line() in str(caught.value)


def test_a_cluster_of_a_version_that_is_gone_is_never_opened(made: Settings) -> None:
    folder = made.state_dir.parent / "old"
    (folder / "pg").mkdir(parents=True)
    (folder / "pg" / "PG_VERSION").write_text("13\n")
    with pytest.raises(SetupError, match="made by PostgreSQL 13"):
        Cluster(replace(made, state_dir=folder)).ensure()
    assert (folder / "pg" / "PG_VERSION").read_text() == "13\n"


def test_set_up_script_and_server_look_with_the_same_eyes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "twin.database.programs"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert (Path(found.stdout.strip()) / "initdb").exists()
    environment = {**os.environ, "TWIN_PG_BIN": str(tmp_path)}
    missing = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert missing.returncode == 3
    assert install_line() in missing.stderr


def test_the_configuration_quotes_what_it_is_given() -> None:
    text = configuration(Path("/tmp/o'brien"), Path("/log"), "lz4")
    assert "unix_socket_directories = '/tmp/o''brien'" in text
    assert "listen_addresses = ''" in text
    assert "wal_compression = 'lz4'" in text


def test_the_log_is_compressed_by_what_was_built_in(tmp_path: Path) -> None:
    program = tmp_path / "pg_config"
    program.write_text("#!/bin/sh\necho \"'--with-icu' '--with-lz4'\"\n")
    program.chmod(0o755)
    assert Programs(tmp_path, 15, "15.18").log_compression() == "lz4"
    assert Programs(tmp_path, 14, "14.2").log_compression() == "on"
    program.write_text("#!/bin/sh\necho \"'--with-icu'\"\n")
    assert Programs(tmp_path, 15, "15.18").log_compression() == "on"


def sleeper(cluster: Cluster) -> "subprocess.Popen[bytes]":
    """A living process of the cluster's owner that has nothing to do with it."""
    owner = cluster.data_dir.stat().st_uid
    return subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None)


def orphans(cluster: Cluster) -> list[str]:
    """Processes of a killed server that have not gone yet."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == cluster.data_dir.resolve():
                found.append(process.name)
        except OSError:
            continue
    return found

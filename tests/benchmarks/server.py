"""A database for one benchmark, dropped afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.conftest import database_url
from twin.database.cluster import Cluster
from twin.database.schema import migrate
from twin.settings import Settings


@dataclass(frozen=True, slots=True)
class Options:
    """What a benchmark is told.

    Attributes
    ----------
    settings : Settings
        Of the server it may use; its city database is not touched.
    rounds : int
        How often each contestant runs, interleaved.
    rows : int or None
        Size of the data; None: what the benchmark thinks right.
    quick : bool
        Only what is compared.
    drop : bool
        Whether a database that is kept between runs goes too.
    """

    settings: Settings
    rounds: int = 3
    rows: int | None = None
    quick: bool = False
    drop: bool = False


@contextmanager
def scratch_database(settings: Settings, tag: str = "benchmark") -> Iterator[Settings]:
    """Settings of a fresh, migrated, empty database; several at once need tags of their own."""
    if settings.database_url is None:
        Cluster(settings).ensure()
    name = sql.Identifier(f"twin_{tag}_{os.getpid()}")
    admin = database_url(settings, "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        connection.execute(sql.SQL("create database {} template template0").format(name))
    url = database_url(settings, f"twin_{tag}_{os.getpid()}")
    try:
        migrate(url, settings)
        yield replace(settings, database_url=url)
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))


@contextmanager
def copied_database(settings: Settings, tag: str) -> Iterator[Settings]:
    """Settings of a copy of a database nobody is connected to, dropped in the end."""
    admin = database_url(settings, "postgres")
    copy = f"twin_{tag}_{os.getpid()}"
    original = conninfo_to_dict(settings.dsn)["dbname"]
    with psycopg.connect(admin, autocommit=True) as connection:
        words = sql.Identifier(copy), sql.Identifier(str(original))
        connection.execute(sql.SQL("create database {} template {}").format(*words))
    try:
        yield replace(settings, database_url=database_url(settings, copy))
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(copy))
            )


@contextmanager
def kept_database(
    settings: Settings, tag: str, stamp: str, build: Callable[[Settings], None], *, drop: bool = False
) -> Iterator[Settings]:
    """Settings of a database that is filled once and found again by the next run.

    Parameters
    ----------
    settings : Settings
        Of the server.
    tag : str
        Part of its name.
    stamp : str
        Says what is in it; another stamp, or none because filling broke off, and it is filled anew.
    build : callable
        Fills the migrated database of these settings.
    drop : bool
        Drop it in the end.
    """
    if settings.database_url is None:
        Cluster(settings).ensure()
    name = f"twin_{tag}"
    identifier = sql.Identifier(name)
    mine = replace(settings, database_url=database_url(settings, name))
    with psycopg.connect(database_url(settings, "postgres"), autocommit=True) as admin:
        found = admin.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %s", (name,)
        ).fetchone()
        if found is None or found[0] != stamp:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(identifier))
            admin.execute(sql.SQL("create database {} template template0").format(identifier))
            migrate(mine.dsn, settings)
            build(mine)
            admin.execute(sql.SQL("comment on database {} is {}").format(identifier, sql.Literal(stamp)))
        else:
            migrate(mine.dsn, settings)
        try:
            yield mine
        finally:
            if drop:
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(identifier))

"""Bring a database to the schema of this code: Alembic for tables, numbered SQL for the rest."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import cast

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from twin.catalogue import COLLECTIONS
from twin.database.hanzi import fill_hanzi
from twin.database.tables import SCHEMAS
from twin.database.tables.comments import write_comments
from twin.errors import Conflict, DatabaseUnavailable, SetupError
from twin.settings import Settings

_NOT_OURS_TO_MAKE = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.FeatureNotSupported,
    psycopg.errors.UndefinedFile,
)
_LOCK = 7_202_611_210
"""Advisory lock: two servers starting at once migrate one after the other."""


def migrate(dsn: str, settings: Settings | None = None) -> None:
    """Create or upgrade everything; safe to run twice and by two processes.

    Tables come by Alembic; functions, triggers and views by the files of `sql/`
    in name order, each written so that it may run again. All in one transaction.

    Parameters
    ----------
    dsn : str
        libpq connection string of a database whose owner we are.
    settings : Settings, optional
        Source of the storage and vertical CRS on first initialisation.

    Raises
    ------
    DatabaseUnavailable
        The server does not answer.
    Conflict
        The database was initialised for another storage CRS.
    SetupError
        The server lacks PostGIS, or our role may not make what we need; says what to run.
    """
    settings = settings or Settings()
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(dsn))
    try:
        with engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            _prepare(connection)
            command.upgrade(alembic_config(connection, settings.storage_srid), "head")
            _stamp(connection, settings)
            _install(connection, settings.storage_srid)
    except (psycopg.OperationalError, OperationalError) as error:
        # SQLAlchemy wraps what happens while it connects
        cause = error.orig if isinstance(error, OperationalError) else error
        raise DatabaseUnavailable(f"cannot migrate: {cause}") from error
    finally:
        engine.dispose()


def alembic_config(connection: Connection | None, srid: int) -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    config.attributes["srid"] = srid
    return config


def _prepare(connection: Connection) -> None:
    """Make PostGIS and our schemas, or say what the owner of the server has to run.

    Raises
    ------
    SetupError
        The server lacks PostGIS, or our role may not make what we need.
    """
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    place = f"grant create on database {driver.info.dbname} to {driver.info.user}"
    steps = {"create extension if not exists postgis": "create extension postgis"}
    steps |= {f"create schema if not exists {name}": place for name in SCHEMAS}
    for step, remedy in steps.items():
        try:
            driver.execute(step.encode())
        except _NOT_OURS_TO_MAKE as error:
            raise SetupError(
                f"{error.diag.message_primary}; a superuser of that server has to run,"
                f" in database {driver.info.dbname}: {remedy};"
            ) from error


def _stamp(connection: Connection, settings: Settings) -> None:
    facts = {"storage_srid": str(settings.storage_srid), "vertical_srid": str(settings.vertical_srid)}
    for key, value in facts.items():
        connection.execute(
            text("insert into twin.about (key, value) values (:key, :value) on conflict do nothing"),
            {"key": key, "value": value},
        )
    stamped = connection.execute(text("select value from twin.about where key = 'storage_srid'")).scalar_one()
    if int(stamped) != settings.storage_srid:
        raise Conflict(
            f"this database keeps geometry in EPSG:{stamped}, but TWIN_STORAGE_SRID says "
            f"{settings.storage_srid}; set it to {stamped} or use another database"
        )


def _install(connection: Connection, srid: int) -> None:
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    fill_hanzi(driver)
    folder = files("twin.database").joinpath("sql")
    for script in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if script.name.endswith(".sql"):
            driver.execute(script.read_text(encoding="utf-8").encode())
    for collection in COLLECTIONS:
        driver.execute("select twin.attach(%s, %s)", (collection.name, collection.geometry is not None))
        if collection.solid and collection.base is not None:
            driver.execute("select twin.attach_solid(%s, %s)", (collection.name, collection.base))
        driver.execute(
            "select twin.attach_search(%s, %s::text[], %s::real)",
            (collection.name, list(collection.searched), collection.weight),
        )
    write_comments(driver, srid)

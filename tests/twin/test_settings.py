"""Where the database is: read as libpq reads it, and never shown with its password."""

from __future__ import annotations

import pytest

from twin.errors import InvalidParameter
from twin.settings import Settings, unknown_variables


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://li:geheim@db:5432/city",
        "postgresql://li@db/city?password=geheim&sslmode=require",
        "host=db user=li password=geheim dbname=city",
        "host=db password='geheim' dbname=city",
    ],
)
def test_a_password_is_never_shown(url: str) -> None:
    settings = Settings.from_env({"DATABASE_URL": url})
    assert settings.dsn == url
    assert "geheim" not in settings.redacted_dsn
    assert "***" in settings.redacted_dsn
    assert "city" in settings.redacted_dsn


@pytest.mark.parametrize("url", ["postgresql://li@db:5432/city", "host=db dbname=city"])
def test_without_a_password_it_is_shown_as_it_is(url: str) -> None:
    assert Settings.from_env({"DATABASE_URL": url}).redacted_dsn == url


@pytest.mark.parametrize("url", ["mysql://li:geheim@db/city", "nonsense", "geheim@db", "postgresql://[::1"])
def test_what_is_no_address_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(InvalidParameter, match="DATABASE_URL") as refused:
        Settings.from_env({"DATABASE_URL": url})
    assert "geheim" not in str(refused.value)


def test_an_empty_address_is_none() -> None:
    assert Settings.from_env({"DATABASE_URL": ""}).database_url is None


def test_names_nobody_reads_are_found() -> None:
    environ = {"TWIN_PORT": "1", "TWIN_PROT": "2", "TWIN_PYTHON": "x", "DATABASE_URL": "", "PATH": ""}
    assert unknown_variables(environ) == ["TWIN_PROT"]

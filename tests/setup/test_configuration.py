"""docs/reference/configuration.md holds every setting with its default."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from twin.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
# Defaults that depend on the machine are told in words.
IN_WORDS = {"DATABASE_URL", "TWIN_STATE_DIR"}


def variable(field: str) -> str:
    return "DATABASE_URL" if field == "database_url" else f"TWIN_{field.upper()}"


@pytest.fixture(scope="module")
def documented() -> dict[str, str]:
    """Variable -> the default as the page tells it."""
    page = (ROOT / "docs/reference/configuration.md").read_text()
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+?) \| [^|]+\|$", page, flags=re.MULTILINE))


def test_every_setting_is_documented_and_nothing_else(documented: dict[str, str]) -> None:
    assert set(documented) == {variable(field.name) for field in fields(Settings)}


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_the_default_is_told_as_it_is(field: object, documented: dict[str, str]) -> None:
    name = variable(field.name)
    if name in IN_WORDS:
        assert documented[name]
        return
    told = documented[name].strip("`")
    assert told == ("empty" if field.default == "" else str(field.default))

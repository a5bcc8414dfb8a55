"""`twin load --place`: what it prints, and that only --accept moves a model."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from loaders.ifc.placing.command import place_model
from tests.loaders.ifc.author import EAST, NORTH, house
from tests.loaders.ifc.placing.annexe import CODE, TURN_DEG, model
from twin.database.connection import Database
from twin.errors import Conflict, InvalidInput
from twin.settings import Settings


def place(path: Path, database: Database, settings: Settings, accept: int | None = None) -> tuple[Any, str]:
    said = io.StringIO()
    answer = place_model(
        path,
        database,
        settings,
        source=None,
        building=None,
        accept=accept,
        actor="surveyor",
        console=Console(file=said, width=160),
        progress=lambda *_: None,
    )
    return answer, said.getvalue()


def test_a_model_moves_only_when_a_proposal_is_accepted(
    city: Database, settings: Settings, tmp_path: Path
) -> None:
    made = model()
    made.georeference(TURN_DEG, Eastings=NORTH, Northings=EAST)
    path = made.write(tmp_path / "house.ifc")
    answer, said = place(path, city, settings)
    assert (answer["problem"], answer["accepted"]) == ("axes-swapped", None)
    assert answer["proposals"][0]["building"] == CODE
    assert "the wrong way round" in said
    assert CODE in said
    assert "Nothing was changed" in said
    assert city.scalar("select placement from twin.model") == "needs-placing"

    with pytest.raises(InvalidInput, match="--accept 9"):
        place(path, city, settings, accept=9)
    assert city.scalar("select placement from twin.model") == "needs-placing"

    answer, _ = place(path, city, settings, accept=1)
    assert answer["report"]["status"] == "done"
    assert city.scalar("select placement from twin.model") == "accepted"
    assert city.scalar("select decided_by from twin.placing where decision = 'accepted'") == "surveyor"
    _, said = place(path, city, settings)
    assert "stands where it belongs" in said


def test_only_what_was_shown_is_accepted(city: Database, settings: Settings, tmp_path: Path) -> None:
    """A number means what stood in the list a person saw, not what stands there by now."""
    path = model().write(tmp_path / "house.ifc")
    with pytest.raises(Conflict, match="nobody was shown"):
        place(path, city, settings, accept=1)
    # that was the first look; then the building is drawn anew elsewhere
    city.execute("update city_now.building set geometry = st_translate(geometry, 50, 0)")
    with pytest.raises(Conflict, match="nobody was shown"):
        place(path, city, settings, accept=1)
    assert city.scalar("select placement from twin.model") == "needs-placing"
    assert city.scalar("select count(*) from twin.placing where decision is not null") == 0
    assert place(path, city, settings, accept=1)[0]["report"]["status"] == "done"
    assert city.scalar("select placement from twin.model") == "accepted"


def test_a_model_that_fits_nowhere_is_said(database: Database, settings: Settings, tmp_path: Path) -> None:
    answer, said = place(house().write(tmp_path / "alone.ifc"), database, settings)
    assert (answer["problem"], answer["proposals"]) == ("missing", [])
    assert "No building of the city" in said

"""Lists that come with the software reach a city that is there, and leave alone what people changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from twin.cli import main
from twin.database.connection import Database
from twin.errors import SourceUnreadable
from twin.settings import Settings
from twin.store.codes import load_codes, renew_codes

HEAD = "code,zh,en,colour,icon,deprecated\n"


def write(path: Path, *lines: str) -> Path:
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def names(database: Database) -> dict[str, tuple[Any, ...]]:
    rows = database.rows(
        "select code, zh, colour, deprecated from twin.code where list = 'colours' order by rank"
    )
    return {row["code"]: (row["zh"], row["colour"], row["deprecated"]) for row in rows}


def test_a_changed_list_reaches_a_city_that_has_it(database: Database, tmp_path: Path) -> None:
    file = write(tmp_path / "colours.csv", "r,红,Red,#f00,,", "g,绿,Green,#0f0,,")
    load_codes(database, file)  # as a city of an older version has it: nothing is noted
    assert renew_codes(database, [file]) == ["colours"]
    write(file, "r,红色,Red,#e00,,", "b,蓝,Blue,#00f,,")
    assert renew_codes(database, [file]) == ["colours"]
    assert names(database) == {
        "r": ("红色", "#e00", False),
        "b": ("蓝", "#00f", False),
        "g": ("绿", "#0f0", True),
    }
    assert renew_codes(database, [file]) == [], "the second time there is nothing to do"
    write(file, "g,绿,Green,#0f0,,")
    renew_codes(database, [file])
    assert names(database)["g"] == ("绿", "#0f0", False), "a code that comes back is in use again"


def test_what_people_changed_stays_until_the_file_changes(database: Database, tmp_path: Path) -> None:
    file = write(tmp_path / "colours.csv", "r,红,Red,#f00,,")
    renew_codes(database, [file])
    database.execute("update twin.code set zh = '朱' where list = 'colours' and code = 'r'")
    database.execute(
        "insert into twin.code (list, code, zh, en, rank) values ('colours', 'own', '自', 'Own', 9)"
    )
    assert renew_codes(database, [file]) == []
    assert names(database)["r"][0] == "朱"
    write(file, "r,红,Red,#f11,,")
    renew_codes(database, [file])
    assert names(database)["r"] == ("红", "#f11", False)
    assert names(database)["own"][2] is False, "codes somebody added are theirs"


def test_a_broken_list_changes_nothing(database: Database, tmp_path: Path) -> None:
    good = write(tmp_path / "colours.csv", "r,红,Red,#f00,,")
    broken = write(tmp_path / "shapes.csv", "s,,Square,,,")
    with pytest.raises(SourceUnreadable, match="line 2: no zh"):
        renew_codes(database, [good, broken])
    assert names(database) == {}


def test_two_servers_at_once(settings: Settings, database: Database, tmp_path: Path) -> None:
    file = write(tmp_path / "colours.csv", *(f"c{n},色{n},Colour {n},,," for n in range(50)))
    others = [Database.from_settings(settings, f"server {n}") for n in range(2)]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda one: renew_codes(one, [file]), others))
    for other in others:
        other.close()
    assert sorted(map(len, done)) == [0, 1] and len(names(database)) == 50


def test_twin_migrate_brings_the_lists(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.dsn)
    first = CliRunner().invoke(main, ["migrate"], catch_exceptions=False)
    assert first.exit_code == 0 and "ifc_class" in first.output
    wall = "select zh from twin.code where list = 'ifc_class' and code = 'IfcWall'"
    assert database.scalar(wall) == "墙"
    database.execute("update twin.about set value = '{}' where key = 'code_lists'")
    database.execute("update twin.code set zh = 'old' where list = 'ifc_class'")
    assert "ifc_class" in CliRunner().invoke(main, ["migrate"], catch_exceptions=False).output
    assert database.scalar(wall) == "墙"
    assert "Code lists" not in CliRunner().invoke(main, ["migrate"], catch_exceptions=False).output

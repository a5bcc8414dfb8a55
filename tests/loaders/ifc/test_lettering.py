"""Text beyond ASCII that a STEP file may not have, and many have."""

from __future__ import annotations

import re
from pathlib import Path

import ifcopenshell
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ifc.lettering import in_ascii
from loaders.ifc.load import load_ifc
from tests.loaders.ifc.author import house
from twin.database.connection import Database
from twin.settings import Settings

_WRITTEN = re.compile(r"\\X2\\([0-9A-F]+)\\X0\\")


def raw(folder: Path, encoding: str) -> Path:
    """The house as a program writes it that does not know the standard."""
    path = house().write(folder / "house.ifc")
    text = _WRITTEN.sub(lambda m: bytes.fromhex(m[1]).decode("utf-16-be"), path.read_text("ascii"))
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_in_other_bytes_arrive_and_are_reported(
    tmp_path: Path, database: Database, settings: Settings, encoding: str
) -> None:
    report = load_ifc(raw(tmp_path, encoding), database, settings)
    names = database.rows("select distinct name from city_now.element where ifc_class = 'IfcWall' order by 1")
    assert [row["name"] for row in names] == ["墙0", "墙1", "墙2", "墙3"]
    (said,) = [warning for warning in report.warnings if warning.startswith("text-encoding:")]
    assert encoding in said


def test_a_file_by_the_standard_is_not_written_again(tmp_path: Path) -> None:
    path = house().write(tmp_path / "house.ifc")
    found = in_ascii(path, tmp_path)
    assert (found.path, found.encoding) == (path, None)


@pytest.mark.parametrize(
    ("text", "bytes_", "encoding"),
    [
        ("疏散楼梯", "疏散楼梯".encode("gbk"), "gb18030"),
        ("誠品", "誠品".encode("gbk"), "gb18030"),  # its second byte is a backslash
        ("𠮷野家", "𠮷野家".encode(), "utf-8"),  # beyond the basic plane
        ("Tür für Möbel à gauche", "Tür für Möbel à gauche".encode("latin-1"), "latin-1"),
    ],
)
def test_what_bytes_are_taken_for(tmp_path: Path, text: str, bytes_: bytes, encoding: str) -> None:
    model = ifcopenshell.file(schema="IFC4")
    model.create_entity("IfcWall", GlobalId=ifcopenshell.guid.new(), Name="WHICH")
    path = tmp_path / "one.ifc"
    path.write_bytes(model.to_string().encode().replace(b"WHICH", bytes_))
    found = in_ascii(path, tmp_path)
    assert found.encoding == encoding
    assert found.path.read_bytes().isascii()
    (wall,) = ifcopenshell.open(found.path).by_type("IfcWall")
    assert wall.Name == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["Cs"]), max_size=40))
def test_nothing_is_lost_whatever_is_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    path = folder / "any.txt"
    path.write_bytes(text.encode())
    found = in_ascii(path, folder)
    read = re.sub(
        r"\\X([24])\\([0-9A-F]+)\\X0\\",
        lambda m: bytes.fromhex(m[2]).decode("utf-16-be" if m[1] == "2" else "utf-32-be"),
        found.path.read_bytes().decode("ascii"),
    )
    assert read == text

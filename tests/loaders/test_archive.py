"""Zip archives that want to leave their folder, or fill the disk."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from loaders.archive import unpack
from twin.errors import SourceUnreadable, TooLarge


def _zip(path: Path, *names: str, content: bytes = b"x") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return path


def test_members_land_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    files = unpack(_zip(tmp_path / "a.zip", "a.shp", "sub/a.dbf"), folder)
    assert [file.relative_to(folder).as_posix() for file in files] == ["a.shp", "sub/a.dbf"]


@pytest.mark.parametrize(
    "name", ["../evil", "a/../../evil", "/etc/evil", "C:/evil", "..\\evil", "a/..\\..\\evil"]
)
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "deep" / "out"
    folder.mkdir(parents=True)
    with pytest.raises(SourceUnreadable, match="leads out"):
        unpack(_zip(tmp_path / "a.zip", "fine.shp", name), folder)
    assert list(folder.iterdir()) == [], "nothing half unpacked"
    assert not list(tmp_path.rglob("evil"))


def test_links_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("a.shp")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(SourceUnreadable, match="is a link"):
        unpack(tmp_path / "a.zip", tmp_path)


def test_bombs_are_refused_before_they_are_written(tmp_path: Path) -> None:
    bomb = _zip(tmp_path / "a.zip", "a.shp", content=bytes(50_000_000))
    with pytest.raises(TooLarge, match="unpacks to 50000000 bytes"):
        unpack(bomb, tmp_path)
    assert not (tmp_path / "a.shp").exists()
    with pytest.raises(TooLarge, match="2001 members"):
        unpack(_zip(tmp_path / "b.zip", *(f"{n}" for n in range(2001))), tmp_path)
    with pytest.raises(TooLarge, match="more than it says or than is allowed"):
        unpack(_zip(tmp_path / "c.zip", "c.shp", content=bytes(range(256)) * 8000), tmp_path, limit_mb=1)


def test_a_size_that_lies_is_counted(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", "a.bin", content=bytes(5_000_000))
    raw = path.read_bytes().replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(raw)
    with pytest.raises((TooLarge, SourceUnreadable)):
        unpack(path, tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half", b"not a zip at all"])
def test_what_is_no_zip(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(SourceUnreadable, match="cannot be unpacked"):
        unpack(path, tmp_path)


def test_names_of_chinese_windows(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", "JZ.shp")
    name = "建筑".encode("gb18030")
    path.write_bytes(path.read_bytes().replace(b"JZ.shp", name[:2] + b".shp"))
    assert [file.name for file in unpack(path, tmp_path)] == ["建.shp"]

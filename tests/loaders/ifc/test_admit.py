"""Broken, hostile and foreign files are refused before anything opens them."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from loaders.ifc.admit import admit
from loaders.ifc.cycles import reference_cycle
from twin.errors import SourceUnreadable, TooLarge

LIMIT = 50_000_000
STEP = (
    "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\n"
    "FILE_SCHEMA(('{schema}'));\nENDSEC;\nDATA;\n{data}\nENDSEC;\nEND-ISO-10303-21;\n"
)


def _file(folder: Path, data: str = "", schema: str = "IFC4") -> Path:
    path = folder / "model.ifc"
    path.write_text(STEP.format(schema=schema, data=data), encoding="ascii")
    return path


def _zip(folder: Path, *members: tuple[str, bytes]) -> Path:
    path = folder / "model.ifczip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def test_a_sound_file_is_admitted_as_it_is(tmp_path: Path) -> None:
    path = _file(tmp_path)
    assert admit(path, tmp_path, LIMIT).path == path


@pytest.mark.parametrize("schema", ["IFC2X_FINAL", "IFC4X1", "IFC4X3_RC2", "IFC4X3_TC1", "IFC4RC4", "AP214"])
def test_a_schema_that_cannot_be_read_is_named_with_advice(tmp_path: Path, schema: str) -> None:
    with pytest.raises(SourceUnreadable, match=f"schema {schema} cannot be read: .*(export|reads)"):
        admit(_file(tmp_path, schema=schema), tmp_path, LIMIT)


def test_ifc5_is_told_from_garbage(tmp_path: Path) -> None:
    path = tmp_path / "new.ifcx"
    path.write_text('{"header": {"version": "ifcx_alpha"}}')
    with pytest.raises(SourceUnreadable, match="IFC5 is still an alpha"):
        admit(path, tmp_path, LIMIT)


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.ifc"
    path.touch()
    with pytest.raises(SourceUnreadable, match="the file is empty"):
        admit(path, tmp_path, LIMIT)


def test_half_a_file(tmp_path: Path) -> None:
    path = _file(tmp_path, data="#1=IFCDIRECTION((0.,0.,1.));\n" * 400)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SourceUnreadable, match="cut short"):
        admit(path, tmp_path, LIMIT)


def test_a_signature_after_the_end_is_no_cut(tmp_path: Path) -> None:
    path = _file(tmp_path)
    path.write_text(path.read_text() + "SIGNATURE;\nMIIG" + "A" * 2000 + "\nENDSEC;\n")
    assert admit(path, tmp_path, LIMIT).form == "step"


def test_something_else_altogether(tmp_path: Path) -> None:
    path = tmp_path / "picture.ifc"
    path.write_bytes(b"\x89PNG\r\n" + bytes(range(256)))
    with pytest.raises(SourceUnreadable, match="not an IFC model"):
        admit(path, tmp_path, LIMIT)


def test_too_large_a_file(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="TWIN_LOAD_MEMORY_MB"):
        admit(_file(tmp_path), tmp_path, 10)


@pytest.mark.parametrize(
    "data",
    [
        "#1=IFCLOCALPLACEMENT(#1,#9);",
        "#1=IFCLOCALPLACEMENT(#2,#9);\n#2=IFCLOCALPLACEMENT( #3 ,#9);\n#3 = IFCLOCALPLACEMENT(#1,#9);",
        "#1=IFCMAPPEDITEM(#2,#9);\n#2=IFCREPRESENTATIONMAP(#9,#3);\n#3=IFCSHAPEREPRESENTATION(#9,'','',(#1));",
        "#1=IFCBOOLEANRESULT(.UNION.,#2,#8);\n#2=IFCBOOLEANCLIPPINGRESULT(.DIFFERENCE.,#1,#7);",
    ],
)
def test_what_refers_to_itself_in_a_circle_never_reaches_a_kernel(tmp_path: Path, data: str) -> None:
    with pytest.raises(SourceUnreadable, match="in a circle"):
        admit(_file(tmp_path, data), tmp_path, LIMIT)


def test_a_deep_chain_is_no_circle(tmp_path: Path) -> None:
    chain = "\n".join(f"#{i}=IFCLOCALPLACEMENT(#{i + 1},#1);" for i in range(2, 30_000))
    assert reference_cycle(_file(tmp_path, chain + "\n#30000=IFCLOCALPLACEMENT($,#1);")) == []


def test_an_archive_is_unpacked_under_a_name_of_ours(tmp_path: Path) -> None:
    plain = _file(tmp_path).read_bytes()
    found = admit(_zip(tmp_path, ("folder/tower.IFC", plain), ("notes.txt", b"")), tmp_path, LIMIT)
    assert found.path.name == "model.ifc"
    assert found.path.read_bytes() == plain


@pytest.mark.parametrize(
    "name", ["../evil.ifc", "/etc/evil.ifc", "a/../../evil.ifc", "..\\evil.ifc", "C:\\x.ifc"]
)
def test_a_name_that_leads_out_of_the_archive(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceUnreadable, match="leads out of the archive"):
        admit(_zip(tmp_path, (name, b"x")), tmp_path, LIMIT)
    assert not (tmp_path.parent / "evil.ifc").exists()


def test_a_bomb_is_stopped_while_it_goes_off(tmp_path: Path) -> None:
    bomb = _zip(tmp_path, ("model.ifc", bytes(45_000_000)))
    assert bomb.stat().st_size < 100_000
    with pytest.raises(TooLarge, match="as zip bombs do"):
        admit(bomb, tmp_path, LIMIT)
    assert (tmp_path / "model.ifc").stat().st_size < 45_000_000


def test_a_model_packed_with_gzip(tmp_path: Path) -> None:
    plain = _file(tmp_path).read_bytes()
    packed = tmp_path / "tower.ifc.gz"
    packed.write_bytes(gzip.compress(plain))
    found = admit(packed, tmp_path, LIMIT)
    assert (found.form, found.path.read_bytes()) == ("step", plain)
    packed.write_bytes(gzip.compress(plain)[:-20])
    with pytest.raises(SourceUnreadable, match="archive is broken"):
        admit(packed, tmp_path, LIMIT)
    packed.write_bytes(gzip.compress(bytes(45_000_000)))
    with pytest.raises(TooLarge, match="as zip bombs do"):
        admit(packed, tmp_path, LIMIT)


def test_an_archive_over_the_limit(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 40_000
    with pytest.raises(TooLarge, match="unpacks to more than 5 MB"):
        admit(_zip(tmp_path, ("model.ifc", noise)), tmp_path, 5_000_000)


@pytest.mark.parametrize("members", [(), (("a.ifc", b"x"), ("b.ifc", b"x"))])
def test_an_archive_holds_exactly_one_model(tmp_path: Path, members: tuple[tuple[str, bytes], ...]) -> None:
    path = _zip(tmp_path, ("readme.txt", b"hello"), *members)
    with pytest.raises(SourceUnreadable, match="exactly one"):
        admit(path, tmp_path, LIMIT)


def test_deflate64_is_called_by_its_name(tmp_path: Path) -> None:
    path = _zip(tmp_path, ("model.ifc", b"x" * 100))
    content = bytearray(path.read_bytes())
    content[8:10] = (9).to_bytes(2, "little")  # method in the local header
    directory = content.index(b"PK\x01\x02")
    content[directory + 10 : directory + 12] = (9).to_bytes(2, "little")
    path.write_bytes(content)
    with pytest.raises(SourceUnreadable, match="Deflate64"):
        admit(path, tmp_path, LIMIT)


def test_a_broken_archive(tmp_path: Path) -> None:
    path = _zip(tmp_path, ("model.ifc", bytes(range(256)) * 200))
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(SourceUnreadable, match="archive is broken"):
        admit(path, tmp_path, LIMIT)

"""The last step of a model: names that never change, a header without a clock, one atomic write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sample_data.models.parts import global_id

_TIME_STAMP = "2023-09-07T00:00:00+08:00"
_GLOBAL_ID_LENGTH = 22


def finish(file: Any, code: str, fixed: Mapping[int, str], path: Path) -> None:
    """Set GlobalIds and header, write beside the target, then rename.

    Parameters
    ----------
    file : ifcopenshell.file
        Complete model.
    code : str
        Model code; a rooted entity without a promised id is named "<code>/<its number>".
    fixed : mapping
        Entity number -> GlobalId (22 characters) or path to make one of.
    path : Path
        Where the model goes. The same model gives the same bytes in every process.
    """
    for entity in sorted(file.by_type("IfcRoot"), key=lambda e: e.id()):
        number = entity.id()
        name = fixed.get(number, f"{code}/{number}")
        entity.GlobalId = name if len(name) == _GLOBAL_ID_LENGTH and "/" not in name else global_id(name)
    header = file.header
    header.file_name.name = path.name
    header.file_name.time_stamp = _TIME_STAMP
    header.file_name.author = ("Sample city of Luohu",)
    header.file_name.organization = ("synthetic, not for operations",)
    header.file_name.authorization = "CC0-1.0"
    partial = path.with_name(f".{path.name}.partial")
    file.write(str(partial))
    partial.replace(path)

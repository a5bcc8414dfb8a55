"""One loading of one source, from the file to the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Mode = Literal["upsert", "replace"]


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What is about to be loaded.

    Attributes
    ----------
    source : str
        Stable name of the data set, e.g. `luohu-sample/buildings`. With the source key it
        identifies a feature for ever.
    file_name, file_sha256 : str
        What was read; the hash makes a repeated load of the same bytes a no-op.
    format : str
        Driver or schema name (`GPKG`, `IFC4`).
    crs : str
        The CRS the source stated, or that was declared for it.
    mode : Mode
        `upsert`: rows not in this file stay. `replace`: rows of this source that are not in
        this file are closed.
    source_date : date or None
        Date the data describe; None: not stated.
    licence : str or None
        As the source states it.
    settings_hash : str
        Hash of mapping and options, so that a changed mapping loads the same file again.
    """

    source: str
    file_name: str
    file_sha256: str
    format: str
    crs: str
    mode: Mode = "upsert"
    source_date: date | None = None
    licence: str | None = None
    settings_hash: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """One object of a source that was not loaded.

    Attributes
    ----------
    code : str
        Stable, kebab-case: `ring-self-crossing`, `key-duplicate`.
    source_key : str
        Which one.
    message : str
        What is wrong and what to do.
    """

    code: str
    source_key: str
    message: str


@dataclass(slots=True)
class LoadCounts:
    """Rows of one collection in one load."""

    read: int = 0
    written: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    rejected: int = 0


@dataclass(slots=True)
class LoadReport:
    """The only thing that travels back from a load."""

    load_id: int | None
    source: str
    file_name: str
    status: Literal["done", "unchanged", "failed", "partial"]
    counts: dict[str, LoadCounts] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    georeference: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

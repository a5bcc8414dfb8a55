"""One batch of features into its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import pyarrow as pa  # type: ignore[import-untyped]
from psycopg import sql

from twin import catalogue
from twin.errors import Unprocessable
from twin.model.collection import Collection
from twin.model.feature import FeatureBatch, References
from twin.model.load import LoadCounts, Rejection
from twin.model.verbatim import Verbatim
from twin.store.compare import write_known
from twin.store.copy import Packed, pack, send
from twin.store.fields import Field, encode
from twin.store.identity import Identities, first_of_each
from twin.store.shape import shapes
from twin.store.touched import Boxes, boxes, vouched

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch checked and encoded, ready to be sent."""

    collection: Collection
    keys: list[str]
    fields: dict[str, Field | None]
    references: dict[str, References]
    read: int
    reached: Boxes | None


@dataclass(slots=True)
class Writer:
    """Writes batches of one load.

    Attributes
    ----------
    connection : psycopg.Connection
        The transaction of the load.
    identities : Identities
        Ids of what is written and of what it hangs on.
    load_id : int
        The load row.
    seen : dict of str to set of str
        Keys written so far, by collection.
    reject : callable
        Takes a rejection and its collection.
    warn : callable
        Takes a sentence for the report.
    """

    connection: psycopg.Connection[Any]
    identities: Identities
    load_id: int
    seen: dict[str, set[str]]
    reject: Callable[[Rejection, str], None]
    warn: Callable[[str], None]

    def prepare(self, batch: FeatureBatch) -> Prepared:
        """Check and encode a batch; no statement is sent."""
        collection = catalogue.collection(batch.collection)
        self._require(collection, batch)
        read = len(batch)
        geometry, usable = self._geometry(collection, batch)
        usable &= self._first(collection.name, batch)
        if not usable.all():
            batch = take(batch, usable)
            geometry = None if geometry is None else _take(geometry, usable)
        references = {
            name: given
            for name in ("parent", "building", "storey", "space")
            if (given := getattr(batch, name)) is not None
        }
        keys = [str(key) for key in batch.source_key]
        encoded = self._fields(collection, batch, geometry)
        reached = None if geometry is None or batch.geometry is None else boxes(batch.geometry)
        return Prepared(collection, keys, encoded, references, read, reached)

    def put(self, prepared: Prepared) -> tuple[LoadCounts, npt.NDArray[np.int64]]:
        """Send a prepared batch.

        Returns
        -------
        counts : LoadCounts
        ids : ndarray of int64
            Features of the batch that stand now.
        """
        collection, keys = prepared.collection, prepared.keys
        counts = LoadCounts(read=prepared.read)
        if not keys:
            return counts, np.empty(0, np.int64)
        encoded = {**prepared.fields, **self._references(collection, prepared.references)}
        packed: list[Packed] = []
        present: dict[str, Field] = {}

        def pack_fresh(ids: npt.NDArray[np.int64], new: Mask) -> None:
            encoded["feature_id"] = encode("bigint", ids, "feature_id")
            present.update((name, field) for name, field in encoded.items() if field is not None)
            fresh = present if new.all() else {name: _select(field, new) for name, field in present.items()}
            if new.any():
                packed.append(pack(_sent(fresh), int(new.sum())))

        # the rows are put together while the server writes their identities
        ids, new = self.identities.own(collection.name, keys, pack_fresh)
        reached = None if prepared.reached is None else prepared.reached[new]
        table = sql.Identifier("city", collection.name)
        for rows in packed:
            with vouched(self.connection, collection, reached):
                send(self.connection, table, rows)
        counts.written = int(new.sum())
        if not new.all():
            old = {name: _select(field, ~new) for name, field in present.items()}
            known, kept = write_known(
                self.connection, collection, _sent(old), int((~new).sum()), self.load_id
            )
            counts.written += known.written
            counts.changed, counts.unchanged, counts.closed = known.changed, known.unchanged, known.closed
            if kept:
                self.warn(f"{collection.name}: {kept} rows keep values a person corrected by hand")
        return counts, ids

    def _require(self, collection: Collection, batch: FeatureBatch) -> None:
        """Refuse what is the caller's fault rather than the data's."""
        for name, values in batch.columns.items():
            if collection.column(name) is None:
                raise Unprocessable(
                    f"collection '{collection.name}' has no column '{name}';"
                    " what has no column goes to properties"
                )
            if len(values) != len(batch):
                raise Unprocessable(f"column '{name}' has {len(values)} values for {len(batch)} features")
        if batch.geometry is not None and collection.geometry is None:
            raise Unprocessable(f"collection '{collection.name}' has no geometry of its own")
        if batch.solid is not None and not collection.solid:
            raise Unprocessable(f"collection '{collection.name}' has no solids")

    def _geometry(self, collection: Collection, batch: FeatureBatch) -> tuple[Any, Mask]:
        usable = np.ones(len(batch), dtype=bool)
        if batch.geometry is None or collection.geometry is None:
            return None, usable
        made = shapes(batch.geometry, collection.geometry)
        for index in np.flatnonzero(made.wrong).tolist():
            shape = batch.geometry[index]
            self.reject(
                Rejection(
                    "geometry-type",
                    str(batch.source_key[index]),
                    f"a {shape.geom_type} with finite coordinates cannot be a {collection.geometry}"
                    if np.isfinite(shape.bounds).all()
                    else "a coordinate is not a finite number",
                ),
                collection.name,
            )
        return made.wkb, usable & ~made.wrong

    def _first(self, name: str, batch: FeatureBatch) -> Mask:
        first = first_of_each(map(str, batch.source_key), self.seen.setdefault(name, set()))
        for index in np.flatnonzero(~first).tolist():
            key = str(batch.source_key[index])
            self.reject(
                Rejection(
                    "key-duplicate", key, "the key came before in this source; the first one was loaded"
                ),
                name,
            )
        return first

    def _fields(self, collection: Collection, batch: FeatureBatch, wkb: Any) -> dict[str, Field | None]:
        count = len(batch)
        encoded: dict[str, Field | None] = {}
        for column in collection.columns:
            if column.name in batch.columns:
                encoded[column.name] = encode(column.kind, batch.columns[column.name], column.name)
        if batch.properties is not None:
            encoded["properties"] = encode("json", [dict(p or {}) for p in batch.properties], "properties")
        if wkb is not None:
            encoded["geometry"] = encode("bytes", wkb, "geometry")
        if batch.solid is not None:
            encoded["solid"] = encode("bytes", list(batch.solid), "solid")
        for name, kind in _SHARED:
            values = getattr(batch, name)
            if values is not None:
                encoded[name] = encode(kind, values, name)
        if batch.visibility != "public":
            encoded["visibility"] = encode("text", [batch.visibility] * count, "visibility")
        encoded["load_id"] = encode("bigint", np.full(count, self.load_id, np.int64), "load_id")
        return encoded

    def _references(
        self, collection: Collection, references: dict[str, References]
    ) -> dict[str, Field | None]:
        encoded: dict[str, Field | None] = {}
        for name, given in references.items():
            ids, missing = self.identities.resolve(given)
            if missing:
                self.warn(
                    f"{collection.name}: {len(missing)} keys lead to no {given.collection} "
                    f"({', '.join(missing[:3])}{', ...' if len(missing) > 3 else ''}); the rows stand alone"
                )
            if ids is not None:
                encoded[f"{name}_id"] = encode("bigint", ids, f"{name}_id")
        return encoded


_SHARED = (
    ("z_min_m", "real"),
    ("z_max_m", "real"),
    ("floor_no", "integer"),
    ("valid_from", "timestamp"),
    ("valid_to", "timestamp"),
    ("confidence", "float4"),
)


def take(batch: FeatureBatch, rows: Mask) -> FeatureBatch:
    """The rows of a batch where the mask is true."""
    changes: dict[str, Any] = {}
    for field in fields(batch):
        value = getattr(batch, field.name)
        if field.name == "columns":
            changes["columns"] = {name: _take(values, rows) for name, values in value.items()}
        elif isinstance(value, References):
            changes[field.name] = replace(value, keys=_take(value.keys, rows))
        elif value is not None and not isinstance(value, str):
            changes[field.name] = _take(value, rows)
    return replace(batch, **changes)


def _take(values: Any, rows: Mask) -> Any:
    if isinstance(values, Verbatim):
        return values.kept(rows)
    if isinstance(values, pa.Array):
        return values.filter(pa.array(rows))
    if isinstance(values, np.ndarray):
        return values[rows]
    return [value for value, wanted in zip(values, rows, strict=True) if wanted]


def _sent(encoded: dict[str, Field]) -> dict[str, Field]:
    return {name: field for name, field in encoded.items() if not field.null.all()}


def _select(field: Field, rows: Mask) -> Field:
    """Some rows of an encoded column."""
    data = np.frombuffer(field.data, np.uint8)
    return Field(field.null[rows], field.sizes[rows], data[np.repeat(rows, field.sizes)])

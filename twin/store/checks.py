"""Keep the newest check of each file of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.errors import Conflict, NotFound

_HERE = "twin.store"
_COLUMNS = (
    "seq", "rule", "answer", "severity", "global_id", "ifc_class", "name", "storey", "floor_no",
    "message", "expected", "found", "remedy", "point_m",
)  # fmt: skip
_JSON = frozenset(("message", "remedy", "point_m"))


def models_of_file(database: Database, file_sha256: str) -> list[int]:
    """Models in use whose newest load read a file with this SHA-256."""
    rows = database.rows(statement(_HERE, "models_of_file"), {"sha256": file_sha256})
    return [int(row["id"]) for row in rows]


def unchecked_models(database: Database, file_sha256: str) -> list[int]:
    """Those of `models_of_file` that keep no check of that file."""
    rows = database.rows(statement(_HERE, "models_unchecked"), {"sha256": file_sha256})
    return [int(row["id"]) for row in rows]


def write_check(database: Database, model_id: int, check: Mapping[str, Any]) -> int:
    """Replace the check of a model's newest file in one transaction; how many findings it has.

    Checks of the files before stay: they belong to the versions before.

    Parameters
    ----------
    database : Database
        The city.
    model_id : int
        `twin.model.id`.
    check : mapping
        As `twin check --json` prints it.

    Raises
    ------
    NotFound
        There is no such model.
    Conflict
        The model was loaded from another file than the one that was checked.
    """
    with database.transaction() as connection:
        model = connection.execute(_sql("model_file"), {"id": model_id}).fetchone()
        _require(model, model_id, check)
        binds = {"id": model_id, "file_sha256": check["file_sha256"]}
        connection.execute(_sql("check_delete"), binds)
        connection.execute(
            _sql("check_insert"),
            {
                **binds,
                **{name: check[name] for name in ("file_name", "checked_at", "answer")},
                "rules": Jsonb(_storable(check["rules"])),
                "about": Jsonb(
                    _storable({name: check[name] for name in ("schema", "project", "notes", "seconds")})
                ),
            },
        )
        connection.execute(_sql("new_findings_make"))
        with connection.cursor() as cursor, cursor.copy(_sql("new_findings_copy")) as copy:
            for seq, finding in enumerate(check["findings"], 1):
                copy.write_row(_values({"seq": seq, **finding}))
        return connection.execute(_sql("findings_insert"), binds).rowcount


def _values(row: Mapping[str, Any]) -> Sequence[Any]:
    return [
        Jsonb(_storable(row[name])) if name in _JSON and row[name] is not None else _storable(row[name])
        for name in _COLUMNS
    ]


def _storable(value: Any) -> Any:
    """The same without NUL, which PostgreSQL does not take and a broken model may hold."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, Mapping):
        return {name: _storable(inner) for name, inner in value.items()}
    return [_storable(inner) for inner in value] if isinstance(value, list | tuple) else value


def _require(model: Row | None, model_id: int, check: Mapping[str, Any]) -> None:
    if model is None:
        raise NotFound(f"there is no model {model_id}")
    if model["file_sha256"] != check["file_sha256"]:
        raise Conflict(
            f"model {model_id} was loaded from {model['file_name']} with other content than "
            f"{check['file_name']}; check that file, or load this one first"
        )


def _sql(name: str) -> bytes:
    return statement(_HERE, name).encode()

"""Keep proposed places of building models and what people decide about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from twin.database.connection import Connection, Database, Row
from twin.database.statements import statement
from twin.errors import Conflict, NotFound, Unprocessable

_HERE = "twin.store"
Decision = Literal["accepted", "rejected", "withdrawn"]

OF_THE_FILE = {
    "mirrored": "the model is the mirror image of the building; correct the file, then load it again",
    "model-unit": "the file declares another length unit than its numbers have; correct the unit, then load "
    "it again",
}
"""Problems that turning and shifting does not undo."""


def propose(database: Database, source: str, proposals: Sequence[Mapping[str, Any]]) -> list[int]:
    """Replace the open proposals for a model; their ids.

    Parameters
    ----------
    database : Database
        The city.
    source : str
        Data set name of the model.
    proposals : sequence of mapping
        Columns of `twin.placing`, the best first; footprints as WKB in the storage CRS; `load_id` is the
        version of the model that was looked at.
    """
    with database.transaction() as connection:
        connection.execute(_sql("placing_queue"), {"source": source})
        connection.execute(_sql("placing_clear"), {"source": source})
        ids = []
        for proposal in proposals:
            bind = {"load_id": None, **proposal, "source": source, "srid": database.srid}
            row = connection.execute(_sql("placing_insert"), bind).fetchone()
            if row is None:
                raise NotFound(f"no building model comes from '{source}'")
            ids.append(int(row["id"]))
        return ids


def decide(
    database: Database, number: int, decision: Decision, *, actor: str, note: str | None = None
) -> str:
    """Accept, reject or take back a proposed place; the data set name of its model.

    Accepting rejects the others that are open. The place is used from the next load of the
    model on, as long as the model says the same of its place as now. A place that was
    accepted may be `withdrawn`: from the next load on the model stands as it says again.

    Raises
    ------
    NotFound
        There is no such proposal.
    Unprocessable
        The file itself is wrong: no place puts it right.
    Conflict
        It was decided before, or the model or the building is no longer what it was made of.
    """
    with database.transaction(actor=actor) as connection:
        rows = connection.execute(_sql("placing_lock"), {"id": number}).fetchall()
        row = next((row for row in rows if row["id"] == number), None)
        if row is None:
            raise NotFound(f"there is no proposed place {number}")
        bind = {"id": number, "source": row["source"], "decision": decision, "actor": actor, "note": note}
        if decision == "withdrawn":
            if row["decision"] != "accepted" or row["withdrawn_at"] is not None:
                raise Conflict(f"proposed place {number} is not in use: there is nothing to take back")
            connection.execute(_sql("placing_withdraw"), bind)
            return str(row["source"])
        if row["decision"] is not None:
            raise Conflict(f"proposed place {number} was {row['decision']} before; place the model anew")
        if decision == "accepted":
            if row["problem"] in OF_THE_FILE:
                raise Unprocessable(f"proposed place {number}: {OF_THE_FILE[row['problem']]}")
            _require_as_it_was(connection, number)
        connection.execute(_sql("placing_decide"), bind)
        return str(row["source"])


def _require_as_it_was(connection: Connection, number: int) -> None:
    then = connection.execute(_sql("placing_outdated"), {"id": number}).fetchone() or {}
    why = None
    if then.get("model"):
        why = "the model was loaded anew since"
    elif then.get("gone"):
        why = f"building {then['building']} is no longer there"
    elif then.get("reshaped"):
        why = f"building {then['building']} has another outline since"
    if why is not None:
        raise Conflict(f"proposed place {number}: {why}; run 'twin load --place' again")


def accepted(database: Database, source: str) -> list[Row]:
    """Places a person accepted for a model, one for each thing it said of its place, the last first.

    Returns
    -------
    list of row
        `id`, `statement`, `matrix`, `footprint` (WKB, storage CRS), `decided_by`.
    """
    return database.rows(statement(_HERE, "placing_accepted"), {"source": source})


def _sql(name: str) -> bytes:
    return statement(_HERE, name).encode()

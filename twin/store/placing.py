"""Keep proposed places of building models and what people decide about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.errors import Conflict, NotFound

_HERE = "twin.store"
Decision = Literal["accepted", "rejected"]


def propose(database: Database, source: str, proposals: Sequence[Mapping[str, Any]]) -> list[int]:
    """Replace the open proposals for a model; their ids.

    Parameters
    ----------
    database : Database
        The city.
    source : str
        Data set name of the model.
    proposals : sequence of mapping
        Columns of `twin.placing`, the best first; footprints as WKB in the storage CRS.
    """
    with database.transaction() as connection:
        connection.execute(_sql("placing_clear"), {"source": source})
        ids = []
        for proposal in proposals:
            bind = {**proposal, "source": source, "srid": database.srid}
            row = connection.execute(_sql("placing_insert"), bind).fetchone()
            if row is None:
                raise NotFound(f"no building model comes from '{source}'")
            ids.append(int(row["id"]))
        return ids


def decide(
    database: Database, number: int, decision: Decision, *, actor: str, note: str | None = None
) -> str:
    """Accept or reject a proposed place; the data set name of its model.

    Accepting rejects the others that are open. The place is used from the next load of the
    model on, as long as the model says the same of its place as now.

    Raises
    ------
    NotFound
        There is no such proposal.
    Conflict
        It was decided before.
    """
    with database.transaction(actor=actor) as connection:
        row = connection.execute(_sql("placing_lock"), {"id": number}).fetchone()
        if row is None:
            raise NotFound(f"there is no proposed place {number}")
        if row["decision"] is not None:
            raise Conflict(f"proposed place {number} was {row['decision']} before; place the model anew")
        bind = {"id": number, "source": row["source"], "decision": decision, "actor": actor, "note": note}
        connection.execute(_sql("placing_decide"), bind)
        return str(row["source"])


def accepted(database: Database, source: str) -> Row | None:
    """The place a person accepted for a model last, or None: `id`, `statement`, `matrix`, `decided_by`."""
    return database.row(statement(_HERE, "placing_accepted"), {"source": source})


def _sql(name: str) -> bytes:
    return statement(_HERE, name).encode()

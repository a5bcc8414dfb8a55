"""How high the ground is where no elevation model says it."""

from __future__ import annotations

from twin.database.connection import Database
from twin.database.statements import statement

_SAMPLE = 5_000


def usual_ground_m(database: Database) -> float | None:
    """Height most buildings stand at, metres of the vertical datum; None: of no public one is it known.

    The median of about five thousand buildings, taken by chance. For want of anything better: with real
    models and no elevation model, buildings would hover over a ground at zero.
    """
    found = database.scalar(statement("twin.queries", "ground"), {"sample": _SAMPLE})
    return None if found is None else float(found)

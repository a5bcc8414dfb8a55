"""What building models show and say, now or as of a moment: table expressions for other statements."""

from __future__ import annotations

from datetime import datetime

from twin.database.statements import statement


def sets_at(moment: datetime | None, of: str) -> str:
    """Property sets: `model_id`, `feature_id` and `sets`.

    Parameters
    ----------
    moment : datetime or None
        With zone; the statement takes it as its bind `moment`. None: now.
    of : str
        Condition on the alias `o` that says whose are wanted, so that an index finds them.
    """
    name = "sets_now" if moment is None else "sets_then"
    return statement("twin.queries", name).format(of=of)


def placements_at(moment: datetime | None, of: str) -> str:
    """Placements: `feature_id`, `part`, `model_id`, `mesh_id` and `matrix`; parameters as of `sets_at`."""
    return "twin.placement" if moment is None else statement("twin.queries", "placed_then").format(of=of)

"""Which versions of a row hold: now, or as of a moment. One rule for every statement that is composed."""

from __future__ import annotations

import re
from datetime import datetime

_MARK = re.compile(r"\{valid (\w+)\}")


def present(alias: str) -> str:
    """Condition that a row of this alias is the present version of its object."""
    return f"{alias}.valid_to is null and {alias}.superseded_at is null"


def as_of(alias: str) -> str:
    """Condition that a row of this alias held at the bind `%(moment)s`, as is known today."""
    return (
        f"{alias}.superseded_at is null and ({alias}.valid_from is null or {alias}.valid_from <= %(moment)s)"
        f" and ({alias}.valid_to is null or {alias}.valid_to > %(moment)s)"
    )


def dated(text: str, moment: datetime | None) -> str:
    """Statement with its markers `{valid alias}` filled: the present, or as of the bind `%(moment)s`."""
    rule = present if moment is None else as_of
    return _MARK.sub(lambda mark: rule(mark[1]), text)

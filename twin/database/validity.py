"""Which versions of a row hold: now, or as of a moment. One rule for every statement that is composed."""

from __future__ import annotations


def present(alias: str) -> str:
    """Condition that a row of this alias is the present version of its object."""
    return f"{alias}.valid_to is null and {alias}.superseded_at is null"


def as_of(alias: str) -> str:
    """Condition that a row of this alias held at the bind `%(moment)s`, as is known today."""
    return (
        f"{alias}.superseded_at is null and ({alias}.valid_from is null or {alias}.valid_from <= %(moment)s)"
        f" and ({alias}.valid_to is null or {alias}.valid_to > %(moment)s)"
    )

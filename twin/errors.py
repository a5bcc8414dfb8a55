"""Every error the server raises on purpose.

An *error* stops a call. Bad data expected in the wild is not an error but a
rejection, counted under a stable code in the load report (`loaders.report`).

::

    TwinError
    ├── InvalidInput            what the caller gave cannot be used          400
    │   ├── InvalidParameter    one named parameter is wrong                 400
    │   ├── TooLarge            a size, count or depth over its limit        413
    │   └── Unprocessable       well formed, but breaks a rule of the model  422
    ├── NotFound                no such collection, feature, tile, file      404
    ├── Conflict                the state does not allow it                  409
    │   └── IllegalTransition   a move the state machine does not have       409
    ├── Forbidden               known caller, not allowed                    403
    ├── SourceUnreadable        a file that cannot be opened or parsed       422
    │   └── NotGeoreferenced    no CRS, or one that cannot be right          422
    ├── Unavailable             a part we need does not answer now           503
    │   └── DatabaseUnavailable                                              503
    └── SetupError              this machine lacks something; says the line to run

The statuses are given here for the reader; the table that is used stands in
`web.errors`, because nothing below `web` knows HTTP.
"""

from __future__ import annotations


class TwinError(Exception):
    """Root of the tree. The message says what, where and what to do."""


class InvalidInput(TwinError):
    """What the caller gave cannot be used."""


class InvalidParameter(InvalidInput):
    """One named parameter is wrong.

    Parameters
    ----------
    name : str
        The parameter as the caller spelled it.
    reason : str
        What is wrong with it and what would be right.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"parameter '{name}': {reason}")
        self.name = name
        self.reason = reason


class TooLarge(InvalidInput):
    """A size, a count or a depth is over its limit."""


class Unprocessable(InvalidInput):
    """Well formed, but it breaks a rule of the model."""


class NotFound(TwinError):
    """No such collection, feature, tile or file."""


class Conflict(TwinError):
    """The present state does not allow this."""


class IllegalTransition(Conflict):
    """A move that the state machine does not have."""


class Forbidden(TwinError):
    """The caller is known and not allowed."""


class SourceUnreadable(TwinError):
    """A file or stream that cannot be opened or parsed."""


class NotGeoreferenced(SourceUnreadable):
    """A source without a usable coordinate reference system."""


class Unavailable(TwinError):
    """A part the server needs does not answer now; trying again may help."""


class DatabaseUnavailable(Unavailable):
    """PostgreSQL does not answer, or no connection came free in time."""


class Overtaken(Unavailable):
    """A load that had a layer for itself gave way to a reader; whoever began it runs it again."""


class SetupError(TwinError):
    """This machine lacks something the server needs; the message is the line to run."""

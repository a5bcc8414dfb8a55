"""The retry ladder: what one kernel cannot mesh the next one tries, and at last a box stands for it.

A child that crashes or hangs loses at most its last second; the rest of the objects
go on in the next child.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from loaders.ifc.allowance import Allowance
from loaders.ifc.chunk import load_chunk
from loaders.isolate import run_isolated
from twin.errors import SourceUnreadable

_FUNCTION = "loaders.ifc.meshing:mesh_model"
_RUNGS = ("split", "second", "bare", "box")
_MOST_CRASHES = 12
"""Single objects that may kill their child before the rest get boxes unseen."""
_SHARE = 0.5
"""Of what is left: the later rungs and the derived shapes get some too."""


@dataclass(slots=True)
class Meshed:
    """What the ladder reached.

    Attributes
    ----------
    chunks : list of str
        Files in the scratch folder, best quality first.
    without : list of str
        GlobalIds that have a body and got no shape at all, not even a box.
    falls : list of str
        What went wrong on the way, for the report.
    """

    chunks: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    falls: list[str] = field(default_factory=list)


def climb(
    scratch: Path,
    plain: dict[str, Any],
    wanted: list[str],
    *,
    memory_mb: int,
    allowance: Allowance,
    tell: Callable[[int], None],
) -> Meshed:
    """Mesh objects, rung by rung, within what the model is allowed.

    Parameters
    ----------
    scratch : Path
        Where chunks go.
    plain : dict
        `plain`, `form` and `intact`, from the first step.
    wanted : list of str
        GlobalIds of the objects that have a body.
    memory_mb : int
        Limit of a child.
    allowance : Allowance
        Of all children together.
    tell : callable
        Takes the number of objects meshed so far.
    """
    meshed = Meshed()
    left = list(dict.fromkeys(wanted))
    for rung in _RUNGS:
        if not left:
            break
        left = _rung(
            rung,
            scratch,
            plain=plain,
            left=left,
            memory_mb=memory_mb,
            allowance=allowance,
            meshed=meshed,
            tell=partial(_told, tell, len(wanted) - len(left)),
        )
    meshed.without = left
    return meshed


def _rung(
    rung: str,
    scratch: Path,
    *,
    plain: dict[str, Any],
    left: list[str],
    memory_mb: int,
    allowance: Allowance,
    meshed: Meshed,
    tell: Callable[[int], None],
) -> list[str]:
    given_up: list[str] = []
    for attempt in range(_MOST_CRASHES if rung == "bare" else 1):
        if not left or (allowance.over and rung != "box"):
            break
        todo = scratch / "wanted.json"
        todo.write_bytes(orjson.dumps(left))
        trying: list[str] = []
        prefix = f"{rung}{attempt}"

        def hear(event: dict[str, Any], trying: list[str] = trying) -> None:
            if "objects" in event:
                tell(event["objects"])
            elif "trying" in event:
                trying[:] = [event["trying"]]

        fall = None
        try:
            run_isolated(
                _FUNCTION,
                {**_source(plain), "rung": rung, "wanted": str(todo), "prefix": prefix},
                memory_mb=memory_mb,
                scratch=scratch,
                on_event=hear,
                spent=allowance.spend,
                **(allowance.last() if rung == "box" else allowance.step(_SHARE)),
            )
        except SourceUnreadable as error:
            fall = str(error)
        # by what is there, not by what was said: of two that mesh, one may fall and the other go on
        chunks = sorted(path.name for path in scratch.glob(f"{prefix}-*.npz"))
        meshed.chunks += chunks
        done = {placed.global_id for name in chunks for placed in load_chunk(scratch / name).placed}
        left = [identity for identity in left if identity not in done]
        if fall is None:
            break
        meshed.falls.append(f"{_NAMES[rung]}: {_short(fall)}; {len(left)} objects left")
        if rung != "bare" or not trying:
            break
        given_up += [identity for identity in left if identity == trying[0]]
        left = [identity for identity in left if identity != trying[0]]
    return [*left, *given_up]


def _told(tell: Callable[[int], None], before: int, count: int) -> None:
    tell(before + count)


_NAMES = {
    "split": "fast kernel with OpenCASCADE for the hard parts",
    "second": "second kernel",
    "bare": "OpenCASCADE without openings",
    "box": "boxes",
}


def _source(plain: dict[str, Any]) -> dict[str, Any]:
    return {name: plain[name] for name in ("plain", "form", "intact")}


def _short(text: str) -> str:
    return text.partition("\n")[0].strip()[:200]

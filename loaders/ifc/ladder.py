"""The retry ladder: what one kernel cannot mesh the next one tries, and at last a box stands for it.

A child that crashes or hangs loses at most its last second; the rest of the objects
go on in the next child.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from loaders.ifc.chunk import load_chunk
from loaders.isolate import run_isolated
from twin.errors import SourceUnreadable

_FUNCTION = "loaders.ifc.meshing:mesh_model"
_RUNGS = ("split", "second", "bare", "box")
_MOST_CRASHES = 12
"""Single objects that may kill their child before the rest get boxes unseen."""
_BASE_S, _PER_MB_S = 15.0, 10.0
_LEAST_S = 5.0


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
    seconds: int,
    tell: Callable[[int], None],
) -> Meshed:
    """Mesh objects, rung by rung, within one budget of time.

    Parameters
    ----------
    scratch : Path
        Where chunks go.
    plain : dict
        `plain` and `form`, from the first step.
    wanted : list of str
        GlobalIds of the objects that have a body.
    memory_mb, seconds : int
        Limits of a child, and of all children together.
    tell : callable
        Takes the number of objects meshed so far.
    """
    size_mb = Path(plain["plain"]).stat().st_size / 1e6
    ends = time.monotonic() + min(float(seconds), 2 * (_BASE_S + _PER_MB_S * size_mb))
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
            ends=ends,
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
    ends: float,
    meshed: Meshed,
    tell: Callable[[int], None],
) -> list[str]:
    given_up: list[str] = []
    for attempt in range(_MOST_CRASHES if rung == "bare" else 1):
        if not left:
            break
        todo = scratch / "wanted.json"
        todo.write_bytes(orjson.dumps(left))
        trying: list[str] = []
        chunks: list[str] = []

        def hear(event: dict[str, Any], trying: list[str] = trying, chunks: list[str] = chunks) -> None:
            if "chunk" in event:
                chunks.append(event["chunk"])
                tell(event["objects"])
            elif "trying" in event:
                trying[:] = [event["trying"]]

        fall = None
        try:
            run_isolated(
                _FUNCTION,
                {**_source(plain), "rung": rung, "wanted": str(todo), "prefix": f"{rung}{attempt}"},
                memory_mb=memory_mb,
                seconds=max(1, int(_share(rung, ends))),
                scratch=scratch,
                on_event=hear,
            )
        except SourceUnreadable as error:
            fall = str(error)
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


def _share(rung: str, ends: float) -> float:
    """Half of the time that is left, so that the later rungs get some too."""
    left = ends - time.monotonic()
    return max(_LEAST_S, left if rung == "box" else left / 2)


def _source(plain: dict[str, Any]) -> dict[str, Any]:
    return {"plain": plain["plain"], "form": plain["form"]}


def _short(text: str) -> str:
    return text.partition("\n")[0].strip()[:200]

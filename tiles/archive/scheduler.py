"""Chunks on the workers of a Dask scheduler: the same parts, so the same archive."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tiles.archive.bake import Job, Runner, written
from tiles.archive.chunk import ChunkMaker
from tiles.archive.lineage import lineage
from tiles.archive.plan import Chunk
from tiles.archive.request import BakeRequest, recipe
from tiles.vector.snapshot.jit import KERNELS, prepare
from twin.database.connection import Database
from twin.errors import SetupError, TwinError, Unavailable
from twin.settings import Settings

_WAITING = 2
"""Chunks a worker is given ahead; their parts lie in memory until this process has written them."""
_CONNECT_S = 15


def on_workers(address: str, connect_s: int = _CONNECT_S) -> Runner:
    """Make parts on the workers of a scheduler.

    Each worker reads the address of the database from its own environment, so no password
    travels, and refuses to work when it is another database or another version than ours.

    Parameters
    ----------
    address : str
        Of the scheduler, `tcp://host:8786`.
    connect_s : int
        How long to wait for it, seconds.

    Raises
    ------
    SetupError
        Dask is not installed.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra that only who asks for it needs
    except ImportError as error:
        raise SetupError("--scheduler needs Dask: pip install 'city-twin[dask]'") from error

    def run(job: Job, missing: list[Chunk], finished: Callable[[Chunk], None]) -> None:
        try:
            client = Client(address, timeout=connect_s, set_as_default=False)
        except OSError as error:
            raise Unavailable(f"no Dask scheduler answers at {address}: {error}") from error
        with client:
            _hand_out(client, job, missing, finished)

    return run


def _hand_out(client: Any, job: Job, missing: list[Chunk], finished: Callable[[Chunk], None]) -> None:
    from distributed import as_completed  # noqa: PLC0415 - as above

    request, asked = job.request, list(missing)
    made_by = recipe(request.names, request.access, request.min_zoom, request.max_zoom)
    workers = len(client.scheduler_info(n_workers=-1)["workers"])
    if not workers:
        raise Unavailable("the Dask scheduler has no workers; start some with `dask worker`")

    # by its key a scheduler knows work it has done before, be it of another bake
    run = f"bake-{uuid4().hex}"

    def submit() -> Any:
        chunk = asked.pop(0)
        future = client.submit(
            make_part, request.as_dict(), chunk, job.lineage, made_by, pure=False, key=f"{run}-{chunk.key}"
        )
        chunks[future.key] = chunk
        return future

    chunks: dict[str, Chunk] = {}
    running = as_completed([submit() for _ in range(min(len(asked), _WAITING * workers))], loop=client.loop)
    for future in running:
        chunk = chunks.pop(future.key)
        try:
            data = future.result()
        except TwinError:
            raise
        except Exception as error:  # whatever becomes of a worker: killed, out of memory, cut off
            raise Unavailable(
                f"chunk {chunk.key} failed on the workers ({type(error).__name__}: {error});"
                " what is finished is kept, and the same command goes on from there"
            ) from error
        with written(job.part_path(chunk)) as file:
            file.write(data)
        future.release()
        finished(chunk)
        if asked:
            running.add(submit())


def make_part(request: dict[str, Any], chunk: Chunk, of: str, made_by: str) -> bytes:
    """On a worker: the bytes of a part.

    Raises
    ------
    SetupError
        The worker reads another database, or has another version of the tiles.
    """
    wanted, settings = BakeRequest.from_dict(request), Settings.from_env()
    if recipe(wanted.names, wanted.access, wanted.min_zoom, wanted.max_zoom) != made_by:
        raise SetupError("this worker makes tiles by another version of city-twin; install the same one")
    database = Database.from_settings(settings, "twin bake worker", bounded=False)
    try:
        if lineage(database) != of:
            raise SetupError("this worker reads another database; set its DATABASE_URL to ours")
        if wanted.maker == "memory":
            prepare(settings.state_dir / KERNELS)
        out = io.BytesIO()
        ChunkMaker(database, wanted).make(chunk, out)
        return out.getvalue()
    finally:
        database.close()

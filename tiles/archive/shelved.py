"""`Shelved`: an open archive, and what was touched since it was baked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tiles.address import Box, TileCoord
from tiles.archive.reader import Archive
from tiles.archive.request import meets, recipe
from tiles.archive.stale import Stale
from tiles.source import PUBLIC
from tiles.touch import CellBox
from tiles.vector.layers import layer
from twin.errors import Conflict, Forbidden, SourceUnreadable
from twin.live.snapshot import Snapshot
from twin.live.tick import Tick


@dataclass(slots=True)
class Shelved:
    """One archive; guarded by the lock of its source.

    Attributes
    ----------
    archive : Archive
        The file.
    names : tuple of str
        Layers of its tiles, in order.
    horizon : int
        First transaction it may not show.
    reads : frozenset of str
        Names in the touch log whose changes show.
    stale : Stale
        What it does not show.
    snapshot : Snapshot or None
        Of the look at the log that told what had been touched before it was opened.
    ready : bool
        Whether a tick covers that look, so that every touch is known.
    """

    archive: Archive
    names: tuple[str, ...]
    horizon: int
    reads: frozenset[str]
    stale: Stale = field(default_factory=Stale)
    snapshot: Snapshot | None = None
    ready: bool = False
    _thinned: dict[str, list[str]] = field(default_factory=dict)
    _unmade: frozenset[str] = frozenset()
    _region: Box | None = None

    @classmethod
    def opened(cls, path: Path) -> Shelved:
        """Open an archive.

        Raises
        ------
        SourceUnreadable
            It is none of ours.
        Forbidden
            It holds rows that are not for everybody.
        """
        archive = Archive(path)
        said = archive.metadata.get("twin")
        try:
            names, access = tuple(said["layers"]), tuple(said["access"])
            if access != PUBLIC.access:
                raise Forbidden(f"'{path.name}' holds rows for {', '.join(access)} and is not served")
            reads = frozenset[str]().union(*(layer(name, access).reads for name in names))
            region = said["region"]
            return cls(
                archive,
                names,
                int(said["horizon"]),
                reads,
                _thinned=said["thinned"],
                _unmade=frozenset(said["unmade"]),
                _region=None if region is None else (region[0], region[1], region[2], region[3]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise SourceUnreadable(
                f"'{path.name}' does not say what it was baked from; bake it with `twin bake`"
            ) from error

    def require(self, lineage: str) -> None:
        """Refuse an archive of another database, or of other rules.

        Raises
        ------
        Conflict
            Its tiles are not those this server would make.
        """
        said = self.archive.metadata["twin"]
        if said["lineage"] != lineage:
            raise Conflict("it was baked from another database; bake it anew")
        if said["recipe"] != recipe(self.names, PUBLIC.access, said["min_zoom"], said["max_zoom"]):
            raise Conflict("tiles are made by other rules since it was baked; bake it anew")

    def hear(self, tick: Tick) -> None:
        """Note what was touched."""
        for touch in tick.touches:
            if touch.collection in self.reads and touch.xid >= self.horizon:
                self.stale.add(touch.cell_e, touch.cell_n)
        if self.snapshot is not None and not self.ready:
            self.ready = tick.snapshot.covers(self.snapshot)

    def remember(self, stale: Stale, snapshot: Snapshot) -> None:
        """Note what had been touched before it was opened; the next tick that covers it makes it ready."""
        self.stale.cells |= stale.cells
        self.stale.whole |= stale.whole
        self.snapshot = snapshot

    def shows(self, names: tuple[str, ...], coord: TileCoord, cells: CellBox) -> bool:
        """Whether it has the last word on a tile, be it that there is nothing."""
        header = self.archive.header
        return (
            self.ready
            and names == self.names
            and header["min_zoom"] <= coord.z <= header["max_zoom"]
            and (self._region is None or meets(coord, self._region))
            and f"{coord.z}/{coord.x}/{coord.y}" not in self._unmade
            and not self.stale.concerns(cells)
        )

    def said(self, coord: TileCoord) -> tuple[str, ...]:
        """What a tile says that it leaves out."""
        return tuple(self._thinned.get(f"{coord.z}/{coord.x}/{coord.y}", ()))

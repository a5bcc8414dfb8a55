"""`twin view`: a part of the city as one page that opens anywhere."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.table import Table
from werkzeug.datastructures import MultiDict

from twin.catalogue import collection
from twin.database.connection import Database
from twin.errors import InvalidInput, InvalidParameter, TooLarge
from twin.model.collection import Collection
from twin.queries.buildings import building_id
from twin.queries.items import ItemQuery, items
from twin.queries.layers import code_lists
from twin.settings import Settings
from web.commands.progress import timed
from web.params import Query
from web.scene import Feature, Scene, SceneLayer, scene_html

_AREA = ("water_body", "vegetation", "road", "building")
_HOUSE = ("building", "storey", "space", "equipment", "sensor")
_PAGE = 2000
_CIRCLES = frozenset({"public"})


@click.command()
@click.option("--bbox", metavar="W,S,E,N", help="Area in degrees of longitude and latitude.")
@click.option("--building", metavar="CODE", help="One building with its floors, rooms and sensors.")
@click.option(
    "--collection", "names", multiple=True, metavar="NAME", help="What to show; may be given several times."
)
@click.option(
    "--where", multiple=True, metavar="COLUMN=VALUE", help="Only features with this value, e.g. use=R."
)
@click.option("--datetime", "moment", metavar="INSTANT", help="The city as of then (RFC 3339).")
@click.option("--limit", default=20_000, show_default=True, help="Most features of a collection.")
@click.option("--title", help="Heading of the page.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("view.html"), show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def view(
    *,
    bbox: str | None,
    building: str | None,
    names: tuple[str, ...],
    where: tuple[str, ...],
    moment: str | None,
    limit: int,
    title: str | None,
    out: Path,
    as_json: bool,
) -> None:
    """Write a 3D page of an area, a building or a query that opens with no network.

    Only what is public is in it, for the page is made to be passed on.
    """
    given = Query(
        MultiDict({k: v for k, v in (("bbox", bbox), ("datetime", moment)) if v}), ("bbox", "datetime")
    )
    box, as_of = given.box(), given.instant("datetime")
    if not out.resolve().parent.is_dir():
        raise InvalidParameter("--out", f"the folder {out.parent} does not exist")
    console = Console(stderr=True, quiet=as_json)
    database = Database.from_settings(Settings.from_env(), application="twin view", bounded=False)
    try:
        number = None if building is None else building_id(database, building)
        collections = [collection(name) for name in names or (_AREA if building is None else _HOUSE)]
        question = ItemQuery(
            limit=_PAGE,
            bbox=None if box is None else (box.west, box.south, box.east, box.north),
            building=number,
            start=as_of,
            end=as_of,
            circles=_CIRCLES,
        )
        with timed(console, "features"):
            layers = [_layer(database, one, question, where, limit) for one in collections]
        layers = [one for one in layers if one.features]
        if not layers:
            raise InvalidInput(
                "nothing that was asked for lies there; widen --bbox or name other --collection"
            )
        scene = Scene(
            title=title or _title(layers, building), layers=layers, codes=code_lists(database),
            made_at=datetime.now(UTC), as_of=as_of,
        )  # fmt: skip
    finally:
        database.close()
    with timed(console, "page"):
        _write(out, scene_html(scene))
    _report(out, layers, as_json)


def _layer(
    database: Database, one: Collection, question: ItemQuery, where: tuple[str, ...], limit: int
) -> SceneLayer:
    if one.geometry is None:
        raise InvalidParameter("--collection", f"'{one.name}' has no geometry to be shown")
    if one.access not in _CIRCLES:
        raise InvalidParameter("--collection", f"'{one.name}' is for '{one.access}' and not to be passed on")
    equal = dict(_equal(one, text) for text in where)
    features: list[Feature] = []
    after: int | None = 0
    while after is not None:
        page = items(
            database,
            one,
            ItemQuery(
                **{n: getattr(question, n) for n in ItemQuery.__slots__} | {"after": after, "equal": equal}
            ),
        )
        features += orjson.loads(f"[{page.features}]")
        after = page.next_after
        if len(features) > limit:
            raise TooLarge(
                f"more than {limit} features of '{one.name}'; give a smaller --bbox or raise --limit"
            )
    if question.building is not None and one.name == "building" and len(features) == 1:
        # its floors are drawn instead, above a thin slab of its footprint
        features[0]["properties"]["height_m"] = 0.2
    return SceneLayer(one, [f for f in features if f["geometry"] is not None])


def _equal(one: Collection, text: str) -> tuple[str, object]:
    name, sign, value = text.partition("=")
    column = one.column(name)
    if not sign or column is None or column.access not in _CIRCLES:
        known = ", ".join(c.name for c in one.columns if c.access in _CIRCLES)
        raise InvalidParameter("--where", f"'{text}' is not COLUMN=VALUE of '{one.name}', which has {known}")
    readers = {
        "text": str,
        "integer": int,
        "real": float,
        "boolean": lambda v: {"true": True, "false": False}[v],
    }
    try:
        return name, readers[column.kind](value)  # type: ignore[operator]
    except (KeyError, ValueError):
        raise InvalidParameter("--where", f"'{value}' is no value of '{name}' ({column.kind})") from None


def _title(layers: list[SceneLayer], building: str | None) -> str:
    if building is not None:
        for one in layers:
            for feature in one.features if one.collection.name == "building" else ():
                return str(feature["properties"].get("name_zh") or building)
    return "、".join(one.collection.zh for one in layers)


def _write(out: Path, page: str) -> None:
    """Whole or not at all."""
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        draft.write_text(page, encoding="utf-8")
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def _report(out: Path, layers: list[SceneLayer], as_json: bool) -> None:
    size = out.stat().st_size
    if as_json:
        counts = {one.collection.name: len(one.features) for one in layers}
        click.echo(json.dumps({"file": str(out), "bytes": size, "features": counts}, ensure_ascii=False))
        return
    console = Console(highlight=False)
    table = Table("collection", "features", box=None, padding=(0, 2, 0, 0))
    table.columns[1].justify = "right"
    for one in layers:
        table.add_row(one.collection.name, f"{len(one.features):,}")
    console.print(table)
    console.print(f"{out} ({size / 1e6:.1f} MB)", soft_wrap=True)

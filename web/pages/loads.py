"""Where the data came from: every load with what was read, written, changed and refused."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template

from twin import catalogue
from twin.database.connection import Row
from twin.queries.loads import REJECTIONS_LISTED, load, loads
from web.composition import parts
from web.page import built, language_of, moment, page

blueprint = Blueprint("loads_page", __name__, template_folder="../templates")

_LISTED = 200
_COUNTS = ("read", "written", "changed", "unchanged", "closed", "rejected")
_WORDS = {
    "title": ("数据装载记录", "Data loads"),
    "map": ("返回地图", "Back to the map"),
    "all": ("全部装载记录", "All loads"),
    "placings": ("模型定位建议", "Proposed places of models"),
    "none": ("还没有装载过数据。用 twin load 装载第一个文件。", "Nothing was loaded yet: twin load FILE."),
    "newest": (f"最近 {_LISTED} 次，新的在前。", f"The last {_LISTED}, the newest first."),
    "number": ("编号", "No."),
    "file": ("文件", "File"),
    "source": ("数据源", "Source"),
    "format": ("格式", "Format"),
    "crs": ("坐标系", "CRS"),
    "status": ("状态", "Status"),
    "collection": ("图层", "Layer"),
    "read": ("读入", "Read"),
    "written": ("新增", "Written"),
    "changed": ("变更", "Changed"),
    "unchanged": ("未变", "Unchanged"),
    "closed": ("关闭", "Closed"),
    "rejected": ("拒绝", "Rejected"),
    "warnings": ("提示", "Warnings"),
    "seconds": ("用时 (s)", "Time (s)"),
    "started": ("开始时间", "Started"),
    "actor": ("操作人", "By"),
    "licence": ("许可", "Licence"),
    "source_date": ("数据日期", "Date of the data"),
    "sha256": ("文件 SHA-256", "SHA-256 of the file"),
    "software": ("软件版本", "Software"),
    "unknown": ("未知", "unknown"),
    "counts": ("各图层行数", "Rows by layer"),
    "no_counts": ("没有写入任何图层。", "No layer was written."),
    "refused": ("被拒绝的对象", "Refused objects"),
    "none_refused": ("没有被拒绝的对象。", "Nothing was refused."),
    "first": (
        f"下面列出前 {REJECTIONS_LISTED:,} 个；每次装载最多保存 10,000 个，其余只计数。",
        f"The first {REJECTIONS_LISTED:,} are listed; a load keeps up to 10,000 and counts the rest.",
    ),
    "code": ("代码", "Code"),
    "count": ("数量", "Count"),
    "key": ("对象", "Object"),
    "message": ("原因与处理办法", "Why, and what to do"),
    "no_warnings": ("没有提示。", "No warnings."),
    "placing": ("定位与过程", "Placement and process"),
}
_STATUS = {
    "running": ("进行中", "running"),
    "done": ("完成", "done"),
    "unchanged": ("与上次相同", "unchanged"),
    "partial": ("部分完成", "partial"),
    "failed": ("失败", "failed"),
}


@blueprint.get("/data/loads")
def loads_page() -> Response:
    """All loads, the newest first."""
    rows = loads(parts().database, _LISTED)
    return _render("loads.html", loads=[row | {"sums": _sums(row)} for row in rows])


@blueprint.get("/data/loads/<int:number>")
def load_page(number: int) -> Response:
    """One load: its report.

    Raises
    ------
    NotFound
        There is no such load.
    """
    row = load(parts().database, number)
    return _render("load.html", load=row, listed=REJECTIONS_LISTED)


def _render(template: str, **values: Any) -> Response:
    language = language_of()
    index = 0 if language == "zh" else 1
    html = render_template(
        template,
        language=language,
        version=built(),
        counts=_COUNTS,
        t={name: both[index] for name, both in _WORDS.items()},
        status={name: both[index] for name, both in _STATUS.items()},
        title_of=lambda name: _title(name, language),
        moment=moment,
        **values,
    )
    return page(html, language)


def _sums(row: Row) -> dict[str, int] | None:
    """Counts of all layers together; None where the load wrote none, which is not zero."""
    if not row["counts"]:
        return None
    return {name: sum(of.get(name, 0) for of in row["counts"].values()) for name in _COUNTS}


def _title(name: str, language: str) -> str:
    """Title of a layer; a name the catalogue no longer has stays as it is."""
    found = next((c for c in catalogue.COLLECTIONS if c.name == name), None)
    if found is None:
        return name
    return found.zh if language == "zh" else found.en

"""Places proposed for building models: before, after, and a person's word."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from twin.queries.placing import placing, placings
from twin.store.placing import OF_THE_FILE
from web.access import actor_of, circles, is_loopback, require_write
from web.api.placings import decided
from web.composition import parts
from web.page import built, language_of, moment, page
from web.placing_svg import placing_svg, stated_in

blueprint = Blueprint("placings_page", __name__, template_folder="../templates")

_WORDS = {
    "title": ("模型定位建议", "Proposed places of models"),
    "map": ("返回地图", "Back to the map"),
    "all": ("全部建议", "All proposals"),
    "loads": ("数据装载记录", "Data loads"),
    "none": (
        "还没有定位建议。用 twin load --place FILE.ifc 检查一个模型的位置。",
        "No proposals yet: twin load --place FILE.ifc checks where a model stands.",
    ),
    "number": ("编号", "No."),
    "source": ("数据源", "Source"),
    "file": ("文件", "File"),
    "problem": ("问题", "Problem"),
    "building": ("建筑", "Building"),
    "residual": ("轮廓残差 (m)", "Residual (m)"),
    "overlap": ("轮廓重合", "Overlap"),
    "rotation": ("旋转 (°)", "Turn (°)"),
    "shift": ("移动 (m)", "Shift (m)"),
    "sure": ("把握", "Certainty"),
    "ambiguous": ("有歧义：另一处或另一朝向同样吻合", "ambiguous: another place or way round fits as well"),
    "ambiguous_short": ("有歧义", "ambiguous"),
    "clear": ("唯一", "the only one that fits"),
    "decision": ("决定", "Decision"),
    "open": ("待决定", "open"),
    "accepted": ("已采纳", "accepted"),
    "rejected": ("已否决", "rejected"),
    "proposed": ("提出时间", "Proposed"),
    "decided": ("决定时间", "Decided"),
    "actor": ("决定人", "By"),
    "note": ("说明", "Note"),
    "picture": ("模型轮廓：原位置与建议位置", "Outline of the model: as it stands, and as proposed"),
    "key_building": ("城市建筑", "Buildings of the city"),
    "key_stated": ("原位置", "As it stands"),
    "key_proposed": ("建议位置", "As proposed"),
    "withdrawn": ("已撤销", "taken back"),
    "withdrawn_at": ("撤销时间", "Taken back"),
    "withdraw": ("撤销采纳", "Take back"),
    "then_back": (
        "撤销后重新装载模型即回到其自身说明的位置：",
        "Once taken back, loading the model again puts it where it says:",
    ),
    "before": ("此前的决定", "Decided before"),
    "rejected_before": ("同一位置曾被否决", "the same place was rejected"),
    "far": ("原位置在图外", "As it stands it is outside the picture"),
    "nowhere": ("模型没有说明位置，图中无原位置", "The model says no place, so none is drawn"),
    "of_the_file": (
        "平移和旋转不能纠正此问题：请改正文件后重新装载。",
        "Turning and shifting does not undo this: correct the file, then load it again.",
    ),
    "accept": ("采纳", "Accept"),
    "reject": ("否决", "Reject"),
    "who": ("你的姓名或岗位", "Your name or post"),
    "then": (
        "采纳后重新装载模型即按此位置放置：",
        "Once accepted, loading the model again puts it there:",
    ),
    "on_map": ("在地图上查看", "Show on the map"),
    "in_city": ("在三维城市中查看", "Show in the 3D city"),
    "unknown": ("未知", "unknown"),
}
_PROBLEMS = {
    "axes-swapped": ("东、北坐标颠倒", "east and north are the wrong way round"),
    "unit": ("单位有误（毫米与米）", "another unit than stated (millimetres for metres)"),
    "doubled": ("偏移量重复计入", "the offset is there twice"),
    "shifted": ("位置偏移", "beside its building"),
    "missing": ("没有可用的位置", "no place in this city"),
    "unstated": ("坐标即地图坐标，但文件未说明", "map coordinates, but the file does not say so"),
    "mirrored": ("模型是建筑的镜像", "mirror image of the building"),
    "model-unit": ("文件声明的长度单位与数值不符", "another length unit than the file declares"),
}


@blueprint.get("/data/placings")
def placings_page() -> Response:
    """All proposals, the open ones first."""
    return _render("placings.html", rows=placings(parts().database, circles=_circles()))


@blueprint.get("/data/placings/<int:number>")
def placing_page(number: int) -> Response:
    """One proposal with its picture.

    Raises
    ------
    NotFound
        There is no such proposal.
    """
    row = placing(parts().database, number, _circles())
    return _render("placing.html", row=row, by_form=is_loopback(parts().settings.host))


@blueprint.post("/data/placings/<int:number>")
def placing_form(number: int) -> AnyResponse:
    """Take the decision of the form, and show the proposal again."""
    require_write(request, parts().settings)
    name = request.form.get("actor", "").strip()
    decided(
        number, request.form.get("decision"), request.form.get("note", ""), actor_of(request, name or None)
    )
    return redirect(f"/data/placings/{number}?lang={language_of()}", 303)


def _render(template: str, **values: Any) -> Response:
    language = language_of()
    index = 0 if language == "zh" else 1
    words = {name: both[index] for name, both in _WORDS.items()}
    if "row" in values:
        shapes = values["row"]["shapes"]
        values["picture"] = placing_svg(shapes, words["picture"])
        values["stands"] = stated_in(shapes)
        values["of_the_file"] = values["row"]["problem"] in OF_THE_FILE
    html = render_template(
        template,
        language=language,
        version=built(),
        t=words,
        problems={name: both[index] for name, both in _PROBLEMS.items()},
        moment=moment,
        **values,
    )
    return page(html, language)


def _circles() -> frozenset[str]:
    return circles(request, parts().settings)

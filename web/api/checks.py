"""What the checks of a building model found."""

from __future__ import annotations

from flask import Blueprint, Response, request

from twin.queries.checks import ANSWERS, SEVERITIES, FindingQuery, model_checks
from web.access import circles
from web.answer import json
from web.composition import parts
from web.params import Query

blueprint = Blueprint("checks", __name__)


@blueprint.get("/api/models/<int:number>/checks")
def get_checks(number: int) -> Response:
    """The check of a model, now or of then: rules with their answers, findings with their place."""
    query = Query(request.args, {"rule", "answer", "severity", "floor", "limit", "datetime"})
    composition = parts()
    wanted = FindingQuery(
        rule=query.text("rule"),
        answer=query.choice("answer", ANSWERS),
        severity=query.choice("severity", SEVERITIES),
        floor_no=query.floor(),
        limit=query.integer("limit", 1_000, low=1, high=10_000) or 1_000,
        circles=circles(request, composition.settings),
        moment=query.instant("datetime"),
    )
    return json(model_checks(composition.database, number, wanted))

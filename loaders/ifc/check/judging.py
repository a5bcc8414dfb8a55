"""Last step in the child: apply every rule to what was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from loaders.ifc.check.facts import load_facts
from loaders.ifc.check.joining import build_graph
from loaders.ifc.check.limits import Limits
from loaders.ifc.check.reading import measure_bodies
from loaders.ifc.check.rules import RULES
from loaders.ifc.check.scratch import OUTCOMES
from loaders.ifc.check.stairs import find_stairs


def measure_and_judge(
    scratch: Path, emit: Callable[[dict[str, Any]], None], *, plain: str, form: str, limits: Limits
) -> dict[str, Any]:
    """Measure the bodies and judge by them; `judge_model` is there for when this does not live."""
    measure_bodies(scratch, emit, plain=plain, form=form)
    emit({"step": "measured"})
    return judge_model(scratch, emit, limits=limits, bodiless=None)


def judge_model(
    scratch: Path, emit: Callable[[dict[str, Any]], None], *, limits: Limits, bodiless: str | None
) -> dict[str, Any]:
    """Write the outcome of each rule to `outcomes.json`.

    Parameters
    ----------
    scratch : Path
        Where `meaning.json`, `identities.json` and `bodies.json` lie.
    emit : callable
        Takes `{"rule": id}` before each rule.
    limits : dict
        As `read_limits` gives them.
    bodiless : str or None
        Why there is no `bodies.json`.
    """
    facts = load_facts(scratch, bodiless)
    if bodiless is None:
        facts.graph = build_graph(facts)
        facts.stairs = find_stairs(facts, facts.graph, limits["stairs"])
    outcomes = []
    for rule in RULES:
        emit({"rule": rule.id})
        outcomes.append(asdict(rule.apply(facts, limits)))
    (scratch / OUTCOMES).write_bytes(orjson.dumps(outcomes))
    return {"rules": len(outcomes)}

"""Information Delivery Specifications (IDS 1.0), checked by ifctester in the child.

The file is somebody else's: it may declare no entities, fetches nothing, and is held
to the schema before it is believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

import ifctester.ids as ifctester
import orjson
import xmlschema

from loaders.ifc.admit import Admitted
from loaders.ifc.check.answer import Outcome, Words, say
from loaders.ifc.check.facts import Facts, load_facts
from loaders.ifc.check.rule import Tally
from loaders.ifc.check.scratch import IDS_OUTCOMES
from loaders.ifc.opening import open_model
from twin.errors import SourceUnreadable, TooLarge

Emit = Callable[[dict[str, Any]], None]

_NAMESPACE = "http://standards.buildingsmart.org/IDS"
_MOST_BYTES = 10_000_000
_LISTED = 10
_OLDER = re.compile(r"/IDS/(0\.\d+(?:\.\d+)?)/")
_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_REMEDY = say("按 IDS 的要求补充或改正模型", "complete or correct the model as the IDS asks")


def validate_ids(scratch: Path, emit: Emit, *, ids: str) -> dict[str, Any]:
    """Hold a file to the schema of IDS 1.0.

    Raises
    ------
    SourceUnreadable
        Not XML, with a document type or entities, or not valid; says the lines.
    TooLarge
        Over 10 MB.
    """
    return {"specifications": len(read_ids(Path(ids)).specifications)}


def check_ids(
    scratch: Path, emit: Emit, *, plain: str, form: str, ids: str, bodiless: str | None
) -> dict[str, Any]:
    """Write the outcome of each specification to `ids.json` of the scratch folder."""
    rules = read_ids(Path(ids))
    model = open_model(Admitted(Path(plain), "xml" if form == "xml" else "step"), Path(plain).name)
    facts = load_facts(scratch, bodiless)
    outcomes = []
    for number, specification in enumerate(rules.specifications, 1):
        emit({"specification": number})
        outcomes.append(asdict(_judge(model, specification, facts, number)))
    (scratch / IDS_OUTCOMES).write_bytes(orjson.dumps(outcomes))
    return {"specifications": len(outcomes)}


def read_ids(path: Path) -> Any:
    """Read and validate; an `ifctester` IDS."""
    if path.stat().st_size > _MOST_BYTES:
        raise TooLarge(f"{path.name}: an IDS of over {_MOST_BYTES // 1_000_000} MB is not read")
    content = path.read_bytes()
    # entities hide in UTF-16 too: whatever is not plain UTF-8 is turned into it first
    if _ENTITIES.search(content.replace(b"\0", b"")):
        raise SourceUnreadable(
            f"{path.name}: the XML declares a document type or entities; such a file is not opened"
        )
    root, lines, prefixes = _parse(content, path.name)
    if root.tag != f"{{{_NAMESPACE}}}ids":
        raise SourceUnreadable(
            f"{path.name}: this is no IDS 1.0: its root is {root.tag[:100]}, not ids of {_NAMESPACE}"
        )
    schema = _schema()
    errors = schema.iter_errors(root, namespaces=prefixes)
    wrong = [f"line {lines.get(id(error.elem), 1)}: {_reason(error)}" for error in errors]
    if wrong:
        more = f" (and {len(wrong) - _LISTED} more)" if len(wrong) > _LISTED else ""
        old = _OLDER.search(" ".join(value for key, value in root.attrib.items() if "schemaLocation" in key))
        hint = f". It says it is IDS {old[1]}: export it again as IDS 1.0" if old else ""
        raise SourceUnreadable(f"{path.name} is not valid IDS 1.0: {'; '.join(wrong[:_LISTED])}{more}{hint}")
    decoded = schema.decode(root, strip_namespaces=True, namespaces={**prefixes, "": _NAMESPACE})
    rules = ifctester.Ids().parse(decoded)
    stated = decoded["specifications"]["specification"]
    for specification, row in zip(rules.specifications, stated, strict=True):
        specification.identifier = row.get("@identifier")  # the library leaves it out
    return rules


def _schema() -> Any:
    # what the schema imports comes from the library's own copies, nothing from the net
    return xmlschema.XMLSchema(str(Path(ifctester.__file__).with_name("ids.xsd")), allow="local")


def _reason(error: Any) -> str:
    where = re.sub(r"\{[^}]*\}|\bids:", "", error.path or "")
    return f"{where}: {' '.join(str(error.reason).split())[:200]}"


def _parse(content: bytes, name: str) -> tuple[Any, dict[int, int], dict[str, str]]:
    """Root element, the line each element begins on by its `id()`, and the prefixes of namespaces."""
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    lines: dict[int, int] = {}
    prefixes: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = builder.start(_name(tag), {_name(key): value for key, value in attributes.items()})
        lines[id(element)] = parser.CurrentLineNumber

    parser.StartElementHandler = start
    # values such as xs:string are names too
    parser.StartNamespaceDeclHandler = lambda prefix, uri: prefixes.setdefault(prefix or "", uri or "")
    parser.EndElementHandler = lambda tag: builder.end(_name(tag))
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the last two: its encoding
        raise SourceUnreadable(f"{name}: the XML is not well formed: {error}") from error
    return builder.close(), lines, prefixes


def _name(expanded: str) -> str:
    return f"{{{expanded}" if "}" in expanded else expanded


def _judge(model: Any, specification: Any, facts: Facts, number: int) -> Outcome:
    title = specification.name or f"{number}"
    rule = f"ids:{specification.identifier or number}"
    outcome = Outcome(rule, say(title, title), "error")
    if specification.instructions:
        outcome.limit = {"values": {}, "source": str(specification.instructions), "verified": True}
    tally = Tally(outcome, _REMEDY)
    if not specification.check_ifc_version(model):
        tally.undecided(
            say(
                f"该要求只针对 {'、'.join(specification.ifcVersion)}",
                f"the specification is about {', '.join(specification.ifcVersion)} only",
            )
        )
        return outcome
    odd = _beyond(specification)
    if odd:  # the library passes over what it does not know, and would let it pass
        tally.undecided(
            say(
                f"该要求无法检查:IDS 1.0 没有 {odd}",
                f"the specification cannot be checked: IDS 1.0 has no {odd}",
            )
        )
        return outcome
    try:
        specification.validate(model)
    except Exception as error:  # a pattern that is none, a unit it does not know: any class at all
        reason = f"{type(error).__name__}: {error}"[:200]
        tally.undecided(say(f"该要求无法检查:{reason}", f"the specification cannot be checked: {reason}"))
        return outcome
    if not specification.applicable_entities:
        _nothing(specification, facts, tally)
    elif specification.maxOccurs == 0:
        for entity in specification.applicable_entities:
            tally.fail(_subject(facts, entity), _PROHIBITED, "none", entity.is_a())
    else:
        _entities(specification, facts, tally)
    return outcome


_OCCURS = ((1, "unbounded"), (0, "unbounded"), (0, 0))
_RESTRICTIONS = frozenset(
    {"enumeration", "pattern", "length", "minLength", "maxLength"}
    | {f"{end}{kind}" for end in ("min", "max") for kind in ("Inclusive", "Exclusive")}
)


def _beyond(specification: Any) -> str | None:
    """What of a specification the schema lets in and IDS 1.0 gives no meaning to.

    Counts other than required, optional and prohibited, and restrictions such as `totalDigits`
    (developer guide of IDS 1.0, "Optionality" and "Restrictions").
    """
    occurs = (int(specification.minOccurs), specification.maxOccurs)
    if occurs[1] != "unbounded":
        occurs = (occurs[0], int(occurs[1]))
    if occurs not in _OCCURS:
        return f"minOccurs {occurs[0]} with maxOccurs {occurs[1]}"
    for facet in (*specification.applicability, *specification.requirements):
        for value in vars(facet).values():
            odd = set(getattr(value, "options", ())) - _RESTRICTIONS
            if odd:
                return f"restriction {', '.join(sorted(odd))}"
    return None


_PROHIBITED = say("不应出现这类对象", "such an object should not be there")


def _nothing(specification: Any, facts: Facts, tally: Tally) -> None:
    project = {**facts.meaning["project"], "ifc_class": "IfcProject"}
    if specification.maxOccurs == 0:
        tally.passed()
    elif specification.minOccurs != 0:
        message = say(
            "模型中没有该要求所指的对象", "the model has nothing the specification is about, and it must"
        )
        tally.fail(facts.subject(project), message, "at least one", "none")
    else:
        # IDS calls this a pass; but nothing was looked at, and a reader should see that
        tally.undecided(say("模型中没有该要求所指的对象", "the model has nothing the specification is about"))


def _entities(specification: Any, facts: Facts, tally: Tally) -> None:
    reasons: dict[Any, list[tuple[str, str]]] = {}
    for facet in specification.requirements:
        asked = facet.to_string("requirement", specification, facet)
        for failure in facet.failures:
            reasons.setdefault(failure["element"], []).append((asked, failure["reason"]))
    for entity in specification.applicable_entities:
        wrong = reasons.get(entity)
        if not wrong:
            tally.passed()
            continue
        message: Words = say("; ".join(r for _, r in wrong), "; ".join(r for _, r in wrong))
        tally.fail(_subject(facts, entity), message, "; ".join(a for a, _ in wrong), None)


def _subject(facts: Facts, entity: Any) -> Any:
    row = facts.row(getattr(entity, "GlobalId", None))
    return facts.subject(
        row
        or {
            "global_id": getattr(entity, "GlobalId", None),
            "ifc_class": entity.is_a(),
            "name": getattr(entity, "Name", None),
        }
    )

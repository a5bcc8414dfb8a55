"""Every object has a GlobalId of its own, and says what it is."""

from __future__ import annotations

from loaders.ifc.check.answer import say
from loaders.ifc.check.facts import Facts
from loaders.ifc.check.limits import Limits
from loaders.ifc.check.rule import Rule, Tally


def _duplicates(facts: Facts, limits: Limits, tally: Tally) -> None:
    twins = facts.identities["twins"]
    for group in twins:
        kinds = ", ".join(f"#{row['number']} {row['ifc_class']}" for row in group[:5])
        tally.fail(
            facts.subject(group[0]),
            say(
                f"{len(group)}个实体共用一个 GlobalId:{kinds}",
                f"{len(group)} entities share this GlobalId: {kinds}",
            ),
            "1 entity",
            f"{len(group)} entities",
        )
    tally.passed(facts.identities["rooted"] - sum(map(len, twins)))


def _malformed(facts: Facts, limits: Limits, tally: Tally) -> None:
    wrong = facts.identities["malformed"]
    for row in wrong:
        tally.fail(
            facts.subject(row),
            say(
                f"#{row['number']} 的 GlobalId 不合规定",
                f"the GlobalId of #{row['number']} is not one",
            ),
            "22 characters 0-9 A-Z a-z _ $, the first 0 to 3",
            str(row["global_id"]),
        )
    tally.passed(facts.identities["rooted"] - len(wrong))


def _userdefined(facts: Facts, limits: Limits, tally: Tally) -> None:
    for row in facts.identities["userdefined"]:
        tally.fail(
            facts.subject(row),
            say(
                "PredefinedType 为 USERDEFINED,但 ObjectType 和类型都没有说明是什么",
                "PredefinedType is USERDEFINED, and neither ObjectType nor the type says what it is",
            ),
            "ObjectType, or ElementType of its type",
            None,
        )
    tally.passed(facts.identities["objects"] - len(facts.identities["userdefined"]))
    if not facts.identities["objects"]:
        tally.undecided(say("模型中没有对象", "the model has no objects"))


DUPLICATE_ID = Rule(
    "duplicate-global-id",
    "error",
    say("GlobalId 唯一", "No two entities share a GlobalId"),
    say(
        "在出图软件中为复制的构件重新生成 GlobalId,再导出",
        "give the copies new GlobalIds in the authoring program and export again",
    ),
    _duplicates,
)
MALFORMED_ID = Rule(
    "malformed-global-id",
    "error",
    say("GlobalId 格式", "Every GlobalId is well formed"),
    say("由出图软件重新生成 GlobalId", "let the authoring program make new GlobalIds"),
    _malformed,
)
USERDEFINED = Rule(
    "userdefined-without-type",
    "warning",
    say("自定义类型有说明", "What is USERDEFINED says what it is"),
    say("填写 ObjectType(或类型的 ElementType)", "fill in ObjectType, or ElementType of the type"),
    _userdefined,
)

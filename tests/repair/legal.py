"""The legal cases of repair as they stand in YAML, and how their facts are read."""

from datetime import date
from pathlib import Path
from typing import Any

from xinheng.catalogue.readers.nodes import Node, closed
from xinheng.catalogue.readers.source import parse
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.governing import ActFacts, Override, PublicityFacts
from xinheng.kernel.calendar_data import national_calendar
from xinheng.repair.door import judged_standing
from xinheng.repair.values import RepairFacts, Standing

FOLDER = Path(__file__).parent / "cases"


def all_cases() -> list[dict[str, Any]]:
    """Every case of every file, with the file's name in front of its own."""
    return [
        case | {"name": f"{file.stem}：{case['name']}"}
        for file in sorted(FOLDER.glob("*.yaml"))
        for case in parse(file.read_text(encoding="utf-8"), file.name)["cases"]
    ]


def facts_in(case: dict[str, Any]) -> RepairFacts:
    """The facts of a case; a penalty of a legal person whose fields are known, where it does not say otherwise."""
    with closed(Node(case["facts"], case["name"])) as node:
        act = ActFacts(
            node.required_day("act_date"),
            frozenset(node.strings("kinds", absent=True)),
            frozenset(node.strings("fields", absent=True)),
            node.flag("simple_procedure"),
            node.text("channel", "credit"),
        )
        judged = PublicityFacts(
            node.text("item", "administrative-penalty"),
            node.text("subject_kind", "legal_person"),
            act,
            node.day("valid_to"),
            frozenset(node.strings("flags", absent=True)),
        )
        return RepairFacts(
            judged,
            authority=node.word("authority"),
            fields_known=node.truth("fields_known", default=True) if node.has("fields_known") else True,
            override=override_in(case.get("override")),
            mark=node.word("mark"),
            false_material_on=node.day("false_material_on"),
        )


def override_in(raw: dict[str, Any] | None) -> Override | None:
    """What the authority found otherwise."""
    if raw is None:
        return None
    with closed(Node(raw, "override")) as node:
        until = node.day("until")
        words = [node.word(key) for key in ("tier", "reason", "publish_reason", "until_basis")]
        return Override(words[0], words[1], words[2], until, words[3])


def answer_to(case: dict[str, Any], edition: Edition) -> Standing:
    """What the rules say of a case on its day, by the shipped calendar."""
    return judged_standing(
        facts_in(case), on=date.fromisoformat(case["on"]), edition=edition, calendar=national_calendar()
    )

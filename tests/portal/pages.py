"""The pages of the portal, and how a test reads one."""

import html
import re
from typing import Any

from world import World
from xinheng.records.door import licence_code, record


def addresses(world: World, fine: int, permitted: int) -> dict[str, str]:
    """Every page, by name."""
    subject = world.subjects["云禾"]
    code = licence_code(record(permitted, actor=world.actor("operator")).current.id)
    return {
        "home": "/",
        "search": "/search",
        "search for a name": "/search?q=云禾",
        "search for a document": "/search?q=示市监罚〔2026〕1号",
        "search for nothing": "/search?q=没有这个名字",
        "search for a person": "/search?about=person",
        "subject": f"/subjects/{subject}",
        "subject, one item": f"/subjects/{subject}?item=administrative-penalty",
        "subject with a licence": f"/subjects/{world.subjects['清岚']}",
        "verify a licence": f"/verify/licence?code={code}",
        "verify a licence, unknown": "/verify/licence",
        "record of a penalty": f"/records/{fine}",
        "record of a licence": f"/records/{permitted}",
        "objecting": f"/records/{fine}/objection",
        "following an objection": "/objections",
        "proof": f"/records/{fine}/proof.json?of=decision",
        "licences": "/licences",
        "penalties": "/penalties",
        "lists": "/lists",
        "list of an item": "/lists/administrative-inspection",
        "catalogue": "/catalogue",
        "item": "/catalogue/administrative-penalty",
        "bases": "/catalogue/bases",
        "basis": "/catalogue/bases/repair-order-36.term",
        "editions": "/catalogue/editions",
        "terms": "/catalogue/terms",
        "verify": "/verify",
        "open data": "/open-data/",
        "help": "/help",
    }


def words(answer: Any) -> str:
    """What a reader sees of a page: no tags, blanks as one."""
    text = re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def main(answer: Any) -> str:
    """The words of a page's own part, without head and foot."""
    found = re.search(r"<main.*?</main>", answer.content.decode(), flags=re.DOTALL)
    assert found is not None
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())

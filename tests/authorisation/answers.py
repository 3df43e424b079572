"""What an answer is, as far as readers can tell: its status, its words, and what is left of them without what it was asked."""

import re
from typing import Any
from urllib.parse import quote

from django.db import connection

from workbench.tables_text import sheet_of_xlsx
from xinheng.ledger.door import sequence

REQUEST = r'请求编号：<span class="code">[0-9a-f]+</span>'
"""The number of a request on a page that says no: another each time."""


def shown(answer: Any) -> str:
    """An answer in a cell: its status, and where it leads when that is the sign-in page."""
    target = answer.get("Location", "")
    return "sign-in" if answer.status_code == 302 and "/sign-in" in target else str(answer.status_code)


def text(answer: Any) -> str:
    """All words of an answer; of a workbook its cells."""
    content = content_of(answer)
    if content[:2] == b"PK":
        return "\n".join("\t".join(row) for row in sheet_of_xlsx(content))
    return content.decode("utf-8", "replace") + answer.get("Location", "")


def content_of(answer: Any) -> bytes:
    """The body, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def same(answer: Any, path: str = "") -> tuple[int, str, str]:
    """Status, target and body without tokens, without the path asked for and without the numbers that stood in it."""
    body, target = text(answer), answer.get("Location", "")
    once = r'name="once" value="[0-9a-f]{32}"'
    for pattern in (
        once,
        r'name="csrfmiddlewaretoken" value="[^"]+"',
        r'"X-CSRFToken": "[^"]+"',
        r'nonce="[^"]*"',
        REQUEST,
    ):
        body = re.sub(pattern, "", body)
    for way in (quote(path, safe=""), quote(path), path) if path else ():
        body, target = body.replace(way, "PATH"), target.replace(way, "PATH")
    for number in re.findall(r"(?<=/)[0-9A-Z]+(?=[/.]|$)", path):
        body = re.sub(rf"(编号为? ?|批次 ?|“){number}\b", r"\1N", body)
    return answer.status_code, target, body


def written() -> dict[str, int]:
    """How many rows every table holds, but for what belongs to no domain: sessions and guards of sign-in."""
    sequence()
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        found = {}
        for name in names:
            if name.startswith(
                ("records_", "intake_", "publicity_", "subjects_", "ledger_", "procedures_", "objections_")
            ):
                cursor.execute(f'SELECT COUNT(*) FROM "{name}"')
                found[name] = cursor.fetchone()[0]
    return found

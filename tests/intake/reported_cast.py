"""A firm in no register that one department has reported and nobody else may know of, and the same request with and without it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import transaction

from intake.cast import as_csv, firm_code, load, penalty
from world import World
from xinheng.kernel.actor import PUBLIC
from xinheng.subjects.door import WHOLE, by_code

CODE: Final = firm_code(7)
NAME: Final = "示例区别称机械经营部（普通合伙）"
PART: Final = "别称"
NUMBER: Final = "示市监罚〔2026〕7号"
NEVER_SEEN: Final = 987_654

_PASSING: Final = (
    # What belongs to the one request, and serial numbers, which grow with whatever anybody does.
    (re.compile(r'(name="csrfmiddlewaretoken" value=)"[^"]*"'), r"\1"),
    (re.compile(r'"X-CSRFToken": "\w+"'), "token"),
    (re.compile(r"nonce-[\w+/=]+|nonce=\"[^\"]*\""), "nonce"),
    (re.compile(r"/(subjects|records|batches|held|proofs|done)/\d+"), r"/\1/N"),
    (re.compile(r'(编号为?|第)( <span class="code"><i>| )\d+'), r"\1\2N"),
)


def report(world: World) -> int:
    """Market supervision reports the firm; returns the id of the subject that made."""
    row = penalty(world, 7, CF_XDR_MC=NAME, CF_XDR_SHXYM=CODE, CF_WSH=NUMBER)
    assert load(world, as_csv([row])).counts.accepted == 1
    return subject_of(CODE)


def subject_of(code: str) -> int:
    """The subject a code leads to, whoever may know of it."""
    found = by_code(code, actor=PUBLIC, reach=WHOLE)
    assert found is not None
    return found.id


def compared(world: World, ask: Callable[[int], Mapping[str, Any]]) -> dict[str, bytes]:
    """The answers to requests (by name) without and with the foreign firm, held equal byte by byte; returns them.

    `ask` gets the id of the firm's subject, or one that was never seen.
    """
    answers: list[dict[str, bytes]] = []
    for foreign in (False, True):
        with transaction.atomic():
            subject = report(world) if foreign else NEVER_SEEN
            answers.append({name: plain(answer) for name, answer in ask(subject).items()})
            transaction.set_rollback(True)
    for name, answer in answers[0].items():
        both = zip(answer.decode().splitlines(), answers[1][name].decode().splitlines(), strict=False)
        other = [f"without: {one}\nwith:    {two}" for one, two in both if one != two]
        assert answers[1][name] == answer, "\n".join((name, *other[:3]))
    return answers[0]


def plain(answer: Any) -> bytes:
    """An answer as bytes: status, place and body of a page, the text of anything else; without what is of one request only."""
    if hasattr(answer, "status_code"):
        answer = f"{answer.status_code} {answer.headers.get('Location', '')}\n{answer.content.decode()}"
    text = str(answer)
    for pattern, instead in _PASSING:
        text = pattern.sub(instead, text)
    return text.encode()

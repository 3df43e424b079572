"""A small cast: synthetic codes in a division that does not exist, firms and people with invented names, and who acts."""

from datetime import date
from typing import Any

from xinheng.kernel.actor import Actor
from xinheng.kernel.identifiers import gs15, orgcode, resident, uscc
from xinheng.ledger.door import sequence, verify
from xinheng.subjects.values import PersonDraft, Scheme, SubjectDraft, SubjectKind

DIVISION = "990101"
DAY = date(2026, 11, 21)

OPERATOR = Actor(
    kind="person",
    id=1,
    login="operator",
    name="操作员甲",
    permissions=frozenset(
        {
            "accounts.see_all_units",
            "subjects.read",
            "subjects.read_personal",
            "subjects.manage",
            "subjects.merge",
            "subjects.erase",
            "records.enter",
        }
    ),
)
"""Holds every permission of the module, and has stated no purpose."""

NOBODY = Actor(kind="person", id=2, login="nobody", name="无权限人员")


def code(number: int, prefix: str = "91") -> str:
    """A valid 统一社会信用代码."""
    body = f"MA{number:06d}"
    first = f"{prefix}{DIVISION}{body}{orgcode.check_character(body)}"
    return first + uscc.check_digit(first)


def registration(number: int) -> str:
    """A valid 工商注册号."""
    first = f"{DIVISION}{number:08d}"
    return first + gs15.check_digit(first)


def resident_number(number: int, born: str = "19800229") -> str:
    """A valid 公民身份号码 of nobody."""
    first = f"{DIVISION}{born}{number:03d}"
    return first + resident.check_character(first)


def firm(number: int, name: str = "", **more: Any) -> SubjectDraft:
    """A company by number; `name` defaults to one of its own."""
    given = {
        "kind": SubjectKind.LEGAL_PERSON,
        "scheme": Scheme.USCC,
        "code": code(number),
        "name": name or f"甲乙第{number}号仪器有限公司",
        "source": "示例登记簿",
    }
    return SubjectDraft(**{**given, **more})


def person(number: int, name: str = "赵某某") -> PersonDraft:
    """A person by number."""
    return PersonDraft(Scheme.ID18, resident_number(number), name, "示例区市场监管局 第1批")


def problems() -> list[str]:
    """What verifying the whole ledger finds."""
    sequence()
    return [f"{p.code} {p.place} {p.message}" for p in verify(key=b"").problems]

"""Who may give what to whom, when a claim or an authorisation holds. Pure."""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from xinheng.kernel.blank import is_blank
from xinheng.kernel.masking import mask_identifiers
from xinheng.members.values import (
    LONGEST_EVIDENCE,
    LONGEST_POST,
    ClaimDraft,
    ClaimState,
    MemberInvalid,
    Scope,
)


def whole(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """The scopes with what they bring along: whoever may anything may view."""
    return frozenset(scopes) | {Scope.VIEW}


def ordered(scopes: Iterable[str]) -> tuple[Scope, ...]:
    """Scopes in declared order."""
    wanted = frozenset(scopes)
    return tuple(scope for scope in Scope if scope in wanted)


def check_draft(draft: ClaimDraft, *, on: date, evidence: bool) -> None:
    """Raises: MemberInvalid for what a claim may not be; `evidence`: an office must say what it checked."""
    for name, text, most, needed, words in (
        ("post", draft.post, LONGEST_POST, True, "经办人的职务或者与主体的关系"),
        ("evidence", draft.evidence, LONGEST_EVIDENCE, evidence, "核对了哪些证件"),
    ):
        if needed and is_blank(text):
            raise MemberInvalid(f"members.{name}", f"请写明{words}", field=name)
        if len(text) > most:
            raise MemberInvalid(f"members.{name}", f"{words}有 {len(text)} 个字，最多 {most} 个字", field=name)
        if mask_identifiers(text) != text:
            raise MemberInvalid(f"members.{name}", f"{words}中不要写证件号码、电话号码，只写证件名称", field=name)
    if draft.until is not None and draft.until < on:
        raise MemberInvalid("members.until", f"授权的最后一日 {draft.until} 早于今天 {on}", field="until")


def check_given(draft: ClaimDraft, *, own: frozenset[Scope], own_until: date | None) -> None:
    """Nobody gives more, or for longer, than they have.  Raises: MemberInvalid."""
    more = ordered(whole(draft.scopes) - own)
    if more:
        raise MemberInvalid(
            "members.scopes", f"您自己没有“{'”“'.join(one.label for one in more)}”的授权，不能授予他人", field="scopes"
        )
    if own_until is not None and (draft.until is None or draft.until > own_until):
        raise MemberInvalid("members.until", f"您自己的授权到 {own_until} 为止，授予他人的不能更长", field="until")


def claim_state(outcome: str, expires_at: datetime, now: datetime) -> ClaimState:
    """Where a claim stands at a moment: what was entered, else whether its time is over."""
    if outcome:
        return ClaimState(outcome)
    return ClaimState.EXPIRED if now >= expires_at else ClaimState.OPEN


def holds(since: datetime, until: date | None, ended_at: datetime | None, *, now: datetime, on: date) -> bool:
    """Whether an authorisation holds: begun, not ended, its last day (a legal date) not over."""
    return since <= now and (ended_at is None or ended_at > now) and (until is None or on <= until)


def written_code(code: str) -> str:
    """A code as it is compared: full-width digits, blanks and hyphens do not count."""
    return "".join(str(int(sign)) for sign in code if sign.isdecimal())


def written_number(number: str) -> str:
    """A claim's number as it is kept, `RL-7KQ2-M4XP`: full-width signs, blanks, small letters and any hyphens do not count."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", number).upper() if sign.isalnum())
    return f"{plain[:2]}-{plain[2:6]}-{plain[6:]}"

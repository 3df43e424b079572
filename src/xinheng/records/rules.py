"""What may enter the archive, and how a fact stands to what is stored. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from xinheng.catalogue.values.governing import FLAGS, ActFacts, PublicityFacts
from xinheng.kernel.blank import is_blank
from xinheng.kernel.canonical import canonical
from xinheng.records.values import Core, Fact, Known, NotEntered, Polarity, Standing

RELEASED: Final = "released"
"""The flag of a version that says its harm is over."""


def key_hash(item: str, unit_id: int, subject_id: int, key: Sequence[str]) -> bytes:
    """The natural key as 32 bytes: item, source unit and subject, then the fields the catalogue names (§2.6)."""
    return hashlib.sha256(canonical((item, unit_id, subject_id, *key))).digest()


def content_hash(content: Mapping[str, str | None]) -> bytes:
    """What "same content" means: every field that is filled, by code, in the order of codes."""
    filled = ((code, value) for code, value in sorted(content.items()) if value)
    return hashlib.sha256(canonical(part for pair in filled for part in pair)).digest()


def may_exist(fact: Fact) -> None:
    """Refuse a harmful fact without an effective document, an act date, or a permit that covers the act.

    Raises: NotEntered. Source: 国办发〔2020〕49号; DESIGN idea 2. The database refuses the same by CHECK and composite key.
    """
    if fact.polarity is not Polarity.HARM:
        return
    if is_blank(fact.core.document_number) or fact.core.act_date is None:
        raise NotEntered(
            "records.no_document",
            "失信信息必须以生效文书为依据：缺少决定书文号或决定日期，不得记入（国办发〔2020〕49号）",
        )
    if fact.permit is None:
        raise NotEntered("records.no_permit", f"信息项 {fact.item} 没有可以依据的现行规定，不得记入失信信息")
    if not fact.permit.valid_from <= fact.core.act_date <= fact.permit.valid_to:
        raise NotEntered(
            "records.permit_term",
            f"决定日期 {fact.core.act_date} 不在依据的有效期内（{fact.permit.valid_from} 至 {fact.permit.valid_to}），不得记入失信信息",
        )


def not_to_come(fact: Fact, *, on: date) -> None:
    """Refuse a harmful fact whose act is dated after the day on which it is entered.

    Raises: NotEntered. Source: check E108. The database refuses the same.
    """
    if fact.polarity is Polarity.HARM and fact.core.act_date is not None and fact.core.act_date > on:
        raise NotEntered(
            "records.act_to_come",
            f"决定日期 {fact.core.act_date} 晚于记入之日 {on}，不得记入失信信息：决定日期不能晚于当天",
        )


def standing(
    known: Known | None,
    fact_hash: bytes,
    core: Core,
    *,
    reason: str,
    published_harm: bool,
    blocks: Iterable[str] = (),
    continued: bool = False,
) -> Standing:
    """How a fact stands to what is stored under its key (§2.6): new, unchanged, a correction, or one that must wait.

    `published_harm`: what is stored is shown to the public now and harms. A change of kind, amount or period of such a record
    waits for the reviewer, and so does a harm that was over and is to hold again; any correction needs a reason. `continued`: the item
    is one whose rows go on from one another; there a reason is asked only for what the reviewer must see. What says that a harm is
    over (`blocks` with the flag `released`) never waits: it ends at once.
    """
    if known is None or known.version_id is None:
        return Standing.NEW
    if known.content_hash == fact_hash:
        return Standing.UNCHANGED
    over = RELEASED in flags_of(blocks)
    # What lies before the state that is stored goes on from nothing: somebody must say why it comes now.
    before = core.act_date is not None and known.core.act_date is not None and core.act_date < known.core.act_date
    again = known.polarity == Polarity.HARM and RELEASED in flags_of(known.blocks) and not over
    weighty = again or (published_harm and weighs(known, core))
    if continued and (over or not weighty) and not before:
        return Standing.CORRECTION
    if is_blank(reason):
        return Standing.NEEDS_REASON
    return Standing.NEEDS_REVIEW if weighty else Standing.CORRECTION


def weighs(known: Known, core: Core) -> bool:
    """Whether a correction changes what the record does to its subject: kind, amount or period."""
    before = known.core
    return (
        before.kinds,
        before.amount_cents,
        before.confiscation_cents,
        before.act_date,
        before.valid_from,
        before.valid_to,
    ) != (core.kinds, core.amount_cents, core.confiscation_cents, core.act_date, core.valid_from, core.valid_to)


def flags_of(blocks: Iterable[str]) -> frozenset[str]:
    """The publicity flags of the checks that blocked a row: `E112:personal_data_in_text` carries the flag behind the colon."""
    return frozenset(
        flag for block in blocks if (flag := block.partition(":")[2]) in FLAGS or flag == "simple_procedure"
    )


def facts_of(item: str, subject_kind: str, core: Core, blocks: Iterable[str]) -> PublicityFacts | None:
    """What decides about a version; None without an act date (nothing can be computed from it)."""
    if core.act_date is None:
        return None
    flags = flags_of(blocks)
    act = ActFacts(
        core.act_date,
        kinds=frozenset(filter(None, core.kinds.split(";"))),
        simple_procedure="simple_procedure" in flags,
    )
    return PublicityFacts(item, subject_kind, act, valid_to=core.valid_to, flags=flags)


def mark_holds(since: date, until: date | None, *, on: date) -> bool:
    """Whether a mark is in effect on a day; its last day belongs to it."""
    return since <= on and (until is None or on <= until)


def last_day(since: date, *, ended: date) -> date:
    """The last day of a mark that holds no longer from `ended` on; the day before `since` where it then holds on none."""
    return max(since, ended) - timedelta(days=1)

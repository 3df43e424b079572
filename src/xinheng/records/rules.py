"""What may enter the archive, and how a fact stands to what is stored. Pure."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from xinheng.catalogue.values.governing import FLAGS, ActFacts, PublicityFacts
from xinheng.kernel.blank import is_blank
from xinheng.kernel.canonical import canonical
from xinheng.records.values import Core, Fact, Known, LicenceFacts, LicenceState, NotEntered, Polarity, Standing
from xinheng.storage.sealing import keyed_hash

RENEWED_BEFOREHAND: Final = timedelta(days=90)
"""How long before the end of a certificate the next one, under another number, may begin and still be its renewal."""

TELLS_NOTHING: Final = frozenset({"state_secret", "trade_secret", "minor", "privacy"})
"""Flags under which not even whoever knows a certificate's code is told of it."""

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


def renews(later: LicenceFacts, earlier: LicenceFacts) -> bool:
    """Whether a certificate is the renewal of another: same holder, kind and authority, beginning later and ending no earlier.

    Under the same number it takes the other's place from its first day. Under another number it may belong to a second place of business
    that was licensed beside the first: it counts only where it begins in the last ninety days of the other's term or after it.
    One that is void or withdrawn renews nothing. Source: 行政许可法 50 (延续); the ninety days are the platform's own.
    """
    if later.record_id == earlier.record_id or later.kind != earlier.kind or later.hidden or not later.in_effect:
        return False
    if later.begins is None or earlier.begins is None or later.begins <= earlier.begins:
        return False
    if (later.ends or date.max) < (earlier.ends or date.max):
        return False
    if later.number == earlier.number:
        return True
    return earlier.ends is not None and later.begins >= earlier.ends - RENEWED_BEFOREHAND


def renewal_of(earlier: LicenceFacts, others: Iterable[LicenceFacts]) -> LicenceFacts | None:
    """The certificate that renews another: of several the one that begins first."""
    found = (other for other in others if renews(other, earlier))
    return min(found, key=lambda other: (other.begins or date.max, other.record_id), default=None)


def licence_state(facts: LicenceFacts, renewal: LicenceFacts | None, *, on: date) -> LicenceState:
    """Where a certificate stands on a day; both days of its term belong to it, the last until 24:00."""
    if not facts.in_effect:
        return LicenceState.VOID
    if facts.begins is not None and on < facts.begins:
        return LicenceState.NOT_YET
    over = facts.ends is not None and on > facts.ends
    begun = renewal is not None and renewal.begins is not None and renewal.begins <= on
    # Under another number both hold until the end of the first.
    if renewal is not None and begun and (over or renewal.number == facts.number):
        return LicenceState.REPLACED
    return LicenceState.EXPIRED if over else LicenceState.VALID


def names_licence(text: str, number: str) -> bool:
    """Whether a text names a certificate by its number, however it is spaced; numbers too short to be told apart never."""
    wanted, said = ("".join(each.split()).upper() for each in (number, text))
    return len(wanted) >= SHORTEST_NAMED and wanted in said


SHORTEST_NAMED: Final = 6
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, which people read as other characters."""
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_ID_BYTES: Final = 5
_CHECK: Final = 1021
"""The greatest prime below 32 x 32: every wrong character and every two exchanged neighbours change the remainder."""
CODE_LENGTH: Final = 18


def licence_code(version_id: int, *, key: bytes) -> str:
    """The code by which anybody can ask for the certificate of a version: three groups of six characters, the last two a check.

    Nothing of it is stored: 40 bits tell the version, hidden under 40 bits of a keyed hash that nobody guesses without the key.
    """
    plain = version_id.to_bytes(_ID_BYTES, "big")
    proof = keyed_hash(key, "records.licence_code", str(version_id))[:_ID_BYTES]
    number = int.from_bytes(proof + _hidden(plain, proof, key), "big")
    text = _written(number, CODE_LENGTH - 2) + _written(number % _CHECK, 2)
    return "-".join(text[start : start + 6] for start in range(0, CODE_LENGTH, 6))


def licence_version(code: str, *, key: bytes) -> int | None:
    """The version a code tells; None for what is no code of this installation, whatever is wrong with it.

    Small letters, blanks and hyphens make no difference; O is read as 0, I and L as 1.
    """
    text = "".join(character for character in code.upper() if not character.isspace() and character not in "-－–—")
    text = text.translate(_READ_AS)
    if len(text) != CODE_LENGTH or any(character not in ALPHABET for character in text):
        return None
    number = _read(text[:-2])
    if number % _CHECK != _read(text[-2:]):
        return None
    both = number.to_bytes(2 * _ID_BYTES, "big")
    proof, hidden = both[:_ID_BYTES], both[_ID_BYTES:]
    version_id = int.from_bytes(_hidden(hidden, proof, key), "big")
    expected = keyed_hash(key, "records.licence_code", str(version_id))[:_ID_BYTES]
    return version_id if hmac.compare_digest(expected, proof) else None


def _hidden(data: bytes, proof: bytes, key: bytes) -> bytes:
    """The bytes under a pad that the proof chooses; the same again uncovers them."""
    pad = keyed_hash(key, "records.licence_code.pad", proof.hex())
    return bytes(one ^ other for one, other in zip(data, pad, strict=False))


def _written(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def _read(text: str) -> int:
    number = 0
    for character in text:
        number = number << 5 | ALPHABET.index(character)
    return number

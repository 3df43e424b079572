"""The register of queries: every read of non-public data leaves a line, and the subject can ask for it."""

from collections.abc import Mapping
from datetime import datetime

from xinheng.accounts import models
from xinheng.accounts.rules.scope import query_purpose
from xinheng.accounts.values import Denied, DraftInvalid, NotAllowed, PurposeMissing, QueryDraft, QueryRegistered
from xinheng.kernel.actor import Actor
from xinheng.kernel.blank import is_blank
from xinheng.ledger.door import operation


@operation(code="accounts.query_registered", needs=None)
def register_query(*, query: QueryDraft, purposes: Mapping[str, bool], actor: Actor, now: datetime) -> QueryRegistered:
    """Enter a read of non-public data; call it before showing anything.

    `purposes` is the catalogue's list in force, each with whether it asks for a case number. The purpose is the query's, or else the one
    the actor declared. A natural person's data without a purpose, or without the number it asks for, is refused. No permission of its
    own: whoever may read must be able to register.
    Cost: one query and the ledger's. Raises: PurposeMissing, DraftInvalid, NotAllowed (the public, who see only what is public).
    Source: 查询使用登记和审查制度 (Heihe 28); PIPL art. 6, 44–45.
    """
    if actor.kind == "public":
        raise NotAllowed(Denied("public_query", "公众只能查看已公示的信息", "查询使用登记和审查制度"))
    purpose = query.purpose or actor.purpose or ""
    decision = query_purpose(personal=query.personal, purpose=purpose, purposes=frozenset(purposes))
    if isinstance(decision, Denied):
        raise PurposeMissing(decision)
    _check(query)
    if query.personal and purposes[purpose] and is_blank(query.reference):
        raise DraftInvalid(
            "accounts.query_reference_missing", f"按用途“{purpose}”查询自然人，须写明案号或授权文号", field="reference"
        )
    row = models.Query(
        person_id=actor.id if actor.kind in {"person", "service"} else None,
        unit_id=actor.unit_id,
        at=now,
        subject_id=query.subject_id,
        kind=query.kind,
        personal=query.personal,
        purpose=purpose,
        reference=query.reference,
        fields=list(query.fields),
        scope=query.scope,
        count=query.count,
    )
    row.save()
    return QueryRegistered(row.id, query.subject_id, query.kind, purpose)


def _check(query: QueryDraft) -> None:
    if query.count < 0:
        raise DraftInvalid("accounts.query_count", f"查询条数 {query.count} 不能为负数", field="count")
    if len(query.reference) > 100:
        raise DraftInvalid("accounts.query_reference", "案号或授权文号最长 100 个字", field="reference")
    if len(query.scope) > 200:
        raise DraftInvalid("accounts.query_scope", "查询范围说明最长 200 个字", field="scope")

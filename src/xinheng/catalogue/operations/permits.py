"""Permits: the gate's word in the database."""

from datetime import date, datetime

from xinheng.catalogue import models, queries
from xinheng.catalogue.rules.gate import Claim, PermitTerms, may_harm
from xinheng.catalogue.values.decisions import Refused
from xinheng.catalogue.values.errors import CatalogueConflict, CatalogueInvalid, GateClosed
from xinheng.catalogue.values.law import OPEN_END
from xinheng.catalogue.values.views import PermitDraft, PermitIssued
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.kernel.periods import Period
from xinheng.ledger.door import operation
from xinheng.storage.locks import lock

LOCK = "catalogue.permits"


@operation(code="catalogue.permit_issued", needs="catalogue.manage")
def issue_permit(*, permit: PermitDraft, actor: Actor, now: datetime) -> PermitIssued:
    """Issue one permit, narrower than those the edition brings (an authority of its own, fewer days).

    Cost: 6 queries.
    Raises: GateClosed when the item is off or the gate refuses (subject, basis, rank), CatalogueInvalid for days outside those of the
    basis, CatalogueConflict when the same permit is there.  Source: red lines 1 to 4.
    """
    lock(LOCK)
    edition = queries.current_edition(legal_date(now))
    # The gate asks for a document and an authority of one act; a permit is for acts to come.
    claim = Claim(permit.item, permit.authority or "*", permit.subject_kind, "*", permit.matter, permit.basis)
    decision = may_harm(edition, claim, permit.valid_from)
    if isinstance(decision, Refused):
        raise GateClosed(decision.code, decision.reason)
    basis = edition.basis(permit.basis, permit.valid_from)
    last = permit.valid_to or basis.in_force.end or OPEN_END
    if not permit.valid_from <= last <= (basis.in_force.end or OPEN_END):
        raise CatalogueInvalid(
            "catalogue.permit_days",
            f"许可期间 {permit.valid_from} 至 {last} 应在依据“{permit.basis}”的施行期间之内"
            f"（{basis.in_force.start} 至 {basis.in_force.end or '今'}）",
            field="valid_to",
        )
    terms = PermitTerms(
        basis,
        permit.item,
        permit.authority,
        permit.subject_kind,
        permit.matter,
        Period(permit.valid_from, permit.valid_to or basis.in_force.end),
    )
    row = issue(terms)
    if row is None:
        raise CatalogueConflict("catalogue.permit_exists", f"“{permit.item}”已有相同内容的许可，无须重复签发")
    return PermitIssued(row.id, permit.item, permit.basis, permit.subject_kind, permit.authority)


def issue(terms: PermitTerms) -> models.Permit | None:
    """Inside an operation: save a permit, or None when one with the same terms is there and not ended.

    Raises: GateClosed when the item is not switched on or the basis is not in the store.
    """
    item = models.Item.objects.filter(code=terms.item, enabled=True).first()
    if item is None:
        raise GateClosed("catalogue.item_off", f"信息项“{terms.item}”未启用，不得签发许可")
    basis = (
        models.Basis.objects.filter(key=terms.basis.key, in_force_from=terms.basis.in_force.start)
        .order_by("-version")
        .first()
    )
    if basis is None:
        raise GateClosed("catalogue.basis_not_stored", f"法律依据“{terms.basis.key}”尚未装载")
    same = models.Permit.objects.filter(
        basis=basis,
        item=item,
        authority=terms.authority,
        subject_kind=terms.subject_kind,
        matter=terms.matter,
        valid_from=terms.period.start,
        valid_to=terms.last_day,
    )
    if same.exclude(id__in=models.PermitEnd.objects.values("permit_id")).exists():
        return None
    row = models.Permit(
        basis=basis,
        basis_version=basis.version,
        item=item,
        item_code=item.code,
        authority=terms.authority,
        subject_kind=terms.subject_kind,
        matter=terms.matter,
        rank=basis.rank,
        valid_from=terms.period.start,
        valid_to=terms.last_day,
    )
    row.save()
    return row


def end(permit_id: int, last_day: date, reason: str) -> None:
    """Inside an operation: a permit carries no act after `last_day`."""
    models.PermitEnd(permit_id=permit_id, last_day=last_day, reason=reason).save()

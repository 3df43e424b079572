"""The gate: no basis, no effect.

Pure half of it; the other half are the permits and the guards of the tables, which refuse what was never granted here.
"""

from dataclasses import dataclass
from datetime import date

from xinheng.catalogue.values.decisions import Granted, Refused, Undecided
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.items import Polarity
from xinheng.catalogue.values.law import OPEN_END, Basis, Certainty, Reference
from xinheng.kernel.blank import is_blank
from xinheng.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody wants to enter something that harms: which item and matter, who acts, against what kind of subject, by which document.

    `basis` names one basis of the item; empty: the strongest in force on the day.
    """

    item: str
    authority: str
    subject_kind: str
    document: str
    matter: str = "record"
    basis: str = ""


@dataclass(frozen=True, slots=True)
class PermitTerms:
    """A permit the gate is ready to issue."""

    basis: Basis
    item: str
    authority: str
    subject_kind: str
    matter: str
    period: Period

    @property
    def last_day(self) -> date:
        """The last day, the open end written out."""
        return self.period.end or OPEN_END


def may_enable(edition: Edition, item: str, on: date) -> Granted | Refused | Undecided:
    """Whether an item may be switched on.

    Refused without a basis in force on the day, without one of sufficient rank where the item harms, or where the region's profile
    switched it off; Undecided while the project is unsure of every basis that would carry it.
    Raises: CatalogueUnknown.  Source: 国办发〔2020〕49号 (nothing outside the catalogue).
    """
    known = edition.item(item)
    if item in edition.disabled:
        return Refused("catalogue.disabled_by_region", f"本地区配置停用了信息项“{known.name}”", (), edition.hash)
    bases = [basis for key in known.legal_bases if (basis := edition.find_basis(key, on)) is not None]
    if not bases:
        return Refused(
            "catalogue.no_basis",
            f"信息项“{known.name}”在 {on} 没有有效的法律依据，不得启用；应列出至少一项当日有效的依据",
            (),
            edition.hash,
        )
    if known.polarity is Polarity.HARM:
        bases = [basis for basis in bases if _carries(edition, basis, "record")]
        if not bases:
            return _too_low(edition, known.name, "record", on)
    if all(basis.certainty is Certainty.UNSURE for basis in bases):
        return Undecided("catalogue.basis_unsure", f"信息项“{known.name}”的依据均待核实，请先核对", edition.hash)
    return Granted(_strongest_first(bases), edition.hash)


def may_harm(edition: Edition, claim: Claim, on: date) -> Granted | Refused:
    """Whether an entry that harms may exist; `on` is the date of the act.

    Refused without an effective document, for a kind of subject the item does not know, without an authority, without a basis in force
    on that day, or with none of sufficient rank.
    Raises: CatalogueUnknown.  Source: red lines 1 to 4; 国办发〔2020〕49号.
    """
    item = edition.item(claim.item)
    rule = edition.gate_rule(claim.matter)
    if rule.documents and is_blank(claim.document):
        return Refused(
            "catalogue.no_document",
            f"“{item.name}”须以具有法律效力的文书为依据，缺少文书号",
            edition.references(rule.bases, on),
            edition.hash,
        )
    if is_blank(claim.authority):
        return Refused("catalogue.no_authority", f"“{item.name}”缺少作出决定的机关", (), edition.hash)
    if claim.subject_kind not in item.subject_kinds:
        return Refused(
            "catalogue.wrong_subject",
            f"“{item.name}”不适用于主体类别 {claim.subject_kind}；适用：{'、'.join(item.subject_kinds)}",
            (),
            edition.hash,
        )
    if claim.basis and claim.basis not in item.legal_bases:
        return Refused(
            "catalogue.foreign_basis",
            f"{claim.basis} 不是“{item.name}”的依据；目录所列：{'、'.join(item.legal_bases)}",
            (),
            edition.hash,
        )
    keys = (claim.basis,) if claim.basis else item.legal_bases
    bases = [basis for key in keys if (basis := edition.find_basis(key, on)) is not None]
    if not bases:
        return Refused("catalogue.no_basis", f"“{item.name}”在 {on} 没有有效的法律依据", (), edition.hash)
    carrying = [basis for basis in bases if _carries(edition, basis, claim.matter)]
    if not carrying:
        return _too_low(edition, item.name, claim.matter, on)
    return Granted(_strongest_first(carrying), edition.hash)


def permits_for(edition: Edition, item: str, matter: str = "record") -> tuple[PermitTerms, ...]:
    """The permits an enabled item that harms needs: one for every version of every basis that carries it and every kind of subject.

    Any authority (its code is left empty); in the order of basis, day and kind. Empty for an item that harms nobody.
    """
    known = edition.item(item)
    if known.polarity is not Polarity.HARM:
        return ()
    return tuple(
        PermitTerms(basis, known.code, "", kind, matter, basis.in_force)
        for basis in edition.bases
        if basis.key in known.legal_bases and _carries(edition, basis, matter)
        for kind in known.subject_kinds
    )


def _carries(edition: Edition, basis: Basis, matter: str) -> bool:
    return basis.rank in edition.gate_rule(matter).ranks


def _strongest_first(bases: list[Basis]) -> tuple[Reference, ...]:
    return tuple(Reference.to(basis) for basis in sorted(bases, key=lambda basis: (-basis.rank, basis.key)))


def _too_low(edition: Edition, name: str, matter: str, on: date) -> Refused:
    rule = edition.gate_rule(matter)
    allowed = "、".join(rank.label for rank in sorted(rule.ranks, reverse=True))
    return Refused(
        "catalogue.rank_too_low",
        f"“{name}”在 {on} 的依据层级不够；{rule.name}的依据应为：{allowed}",
        edition.references(rule.bases, on),
        edition.hash,
    )

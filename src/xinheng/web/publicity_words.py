"""Why a record is shown and until when, in a sentence that can be checked: rule, tier, basis, from, until, what the end follows from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.errors import CatalogueUnknown
from xinheng.catalogue.values.governing import Regime, TierRule
from xinheng.catalogue.values.law import Basis
from xinheng.kernel.periods import Span
from xinheng.web import show
from xinheng.web.joining import clauses, listed
from xinheng.web.rule_words import rule_name


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision to show a record: what it is of, and what was decided. `tier` is empty where gravity plays no part."""

    item: str
    act_date: date | None
    since: date | None
    until: date | None
    tier: str
    bases: tuple[str, ...]


def why_shown(edition: Edition, shown: Shown, *, cited: bool = True) -> str:
    """The sentences, by the rules of the day of the act; `cited`: with the documents and articles, where no links stand beside it."""
    said = [_cited(edition, shown)] if cited else []
    said.append(_term(edition, shown))
    if shown.since is not None:
        said.append(_("自%(day)s起公示。") % {"day": show.day(shown.since)})
    # Chinese sentences follow each other without a blank.
    return (" " if (get_language() or "").startswith("en") else "").join(filter(None, said))


def rule_in_short(edition: Edition, shown: Shown) -> str:
    """The rule alone, for a column of a table."""
    ruling = governing(edition, shown.tier, shown.act_date)
    if ruling is None:
        return _("依法公开，在有效期内公示") if shown.until else _("依法公开，没有公示截止日")
    regime, rule = ruling
    words = {"regime": rule_name(regime.name), "tier": rule_name(shown.tier), "longest": duration(rule.longest)}
    return _("%(regime)s“%(tier)s”：自决定之日起最长公示%(longest)s") % words


def bases_in_force(edition: Edition, keys: Iterable[str], on: date | None) -> tuple[Basis, ...]:
    """The bases as they stood on the day of the act, the highest rank first; the latest version where none was in force then."""
    found = [basis for key in keys if (basis := _basis(edition, key, on)) is not None]
    return tuple(sorted(found, key=lambda basis: -basis.rank))


def governing(edition: Edition, tier: str, act_date: date | None) -> tuple[Regime, TierRule] | None:
    """The regime of the day of the act and its tier of that name; None where there is none."""
    regime = edition.regime(act_date) if act_date else None
    rule = next((rule for rule in regime.tiers if rule.name == tier), None) if regime else None
    return (regime, rule) if regime is not None and rule is not None else None


def duration(span: Span) -> str:
    """A length of time in the page's language: `1年6个月`."""
    parts = ((span.years, _("%(count)s年")), (span.months, _("%(count)s个月")), (span.days, _("%(count)s日")))
    return "".join(text % {"count": count} for count, text in parts if count).strip()


def _cited(edition: Edition, shown: Shown) -> str:
    """Each document once, with all its articles."""
    articles: dict[str, list[str]] = {}
    for basis in bases_in_force(edition, shown.bases, shown.act_date):
        head = f"《{basis.title}》{f'（{basis.number}）' if basis.number else ''}"
        articles.setdefault(head, []).append(basis.article)
    documents = clauses(head + listed(filter(None, dict.fromkeys(each))) for head, each in articles.items())
    return _("依据%(bases)s。") % {"bases": documents} if documents else ""


def _term(edition: Edition, shown: Shown) -> str:
    ruling = governing(edition, shown.tier, shown.act_date)
    if shown.until is None:
        return _("依法应当公开，没有填写有效期截止日，所以没有公示截止日。")
    until = show.day(shown.until)
    if ruling is not None and shown.act_date is not None:
        regime, rule = ruling
        names = {"regime": rule_name(regime.name), "tier": rule_name(shown.tier)}
        words = names | {"until": until, "act": show.day(shown.act_date)}
        if rule.longest.after(shown.act_date) == shown.until:
            said = _(
                "按%(regime)s，这项决定属于“%(tier)s”，自决定之日（%(act)s）起最长公示%(longest)s，"
                "所以到%(until)s为止，当日 24 时自动停止。"
            )
            return said % (words | {"longest": duration(rule.longest)})
        return (
            _("按%(regime)s，这项决定属于“%(tier)s”；公示期另有专门规定，到%(until)s为止，当日 24 时自动停止。") % words
        )
    longest = _longest(edition, shown)
    if longest is not None and shown.act_date is not None and longest.after(shown.act_date) == shown.until:
        words = {"act": show.day(shown.act_date), "longest": duration(longest), "until": until}
        return (
            _("依法应当公开，自决定之日（%(act)s）起最长公示%(longest)s，到%(until)s为止，当日 24 时自动停止。") % words
        )
    return _("依法应当公开，在有效期内公示：有效期到%(until)s，当日 24 时自动停止。") % {"until": until}


def _longest(edition: Edition, shown: Shown) -> Span | None:
    """For how long at most the item's rule lets a record be shown; None where no rule of the edition of today says."""
    known = any(item.code == shown.item for item in edition.items)
    term = edition.term_rule(shown.item, shown.act_date) if known and shown.act_date else None
    return term.longest if term is not None else None


def _basis(edition: Edition, key: str, on: date | None) -> Basis | None:
    try:
        versions = edition.versions(key)
    except CatalogueUnknown:
        # The edition that holds today no longer knows a basis that an earlier one cited.
        return None
    return (edition.find_basis(key, on) if on else None) or versions[-1]

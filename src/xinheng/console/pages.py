"""Every page, for screenshots: its name, its address, and who looks at it. A test holds the table against the addresses of the site.

`{subject}`, `{record}` and the like stand for something of the running demonstration; see `console.targets`.
"""

from dataclasses import dataclass
from typing import Final

PUBLIC: Final = ""
REPORTER: Final = "reporter.market"
OPERATOR: Final = "operator"
REVIEWER: Final = "reviewer"
SUPERVISOR: Final = "supervisor"
AUDITOR: Final = "auditor"
MEMBER: Final = "hanqiao.ruiting"
"""Somebody who acts for businesses; signs in on the portal."""
SYSTEM_ADMIN: Final = "system.admin"
SECURITY_ADMIN: Final = "security.admin"

ROOT: Final = "/workbench"
"""Where the workbench lies."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the name of its picture, its address, the demo account that looks at it ('' for anybody)."""

    name: str
    path: str
    login: str = PUBLIC


PORTAL: Final = (
    Page("portal-home", "/"),
    Page("portal-search", "/search?q=%E4%BA%91%E7%A6%BE"),
    Page("portal-search-nothing", "/search?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA"),
    Page("portal-subject", "/subjects/{subject}"),
    Page("portal-record", "/records/{record}"),
    Page("portal-objecting", "/records/{record}/objection"),
    Page("portal-objections", "/objections"),
    Page("portal-licences", "/licences"),
    Page("portal-penalties", "/penalties"),
    Page("portal-lists", "/lists"),
    Page("portal-list", "/lists/court-defaulter"),
    Page("portal-verify-licence", "/verify/licence"),
    Page("portal-catalogue", "/catalogue"),
    Page("portal-item", "/catalogue/administrative-penalty"),
    Page("portal-bases", "/catalogue/bases"),
    Page("portal-basis", "/catalogue/bases/{basis}"),
    Page("portal-editions", "/catalogue/editions"),
    Page("portal-terms", "/catalogue/terms"),
    Page("portal-verify", "/verify"),
    Page("portal-open-data", "/open-data/"),
    Page("portal-help", "/help"),
    Page("api-docs", "/api/v1/docs"),
    Page("my-sign-in", "/my/sign-in"),
    Page("my-claim", "/my/claim"),
    Page("my", "/my", MEMBER),
    Page("my-looks", "/my/looks", MEMBER),
    Page("my-agents", "/my/agents", MEMBER),
    Page("my-password", "/my/password", MEMBER),
    Page("my-record", "/my/records/{own_record}", MEMBER),
    Page("my-repair", "/my/records/{own_record}/repair", MEMBER),
    Page("my-objection", "/my/records/{own_record}/objection", MEMBER),
    Page("portal-not-found", "/records/999999999"),
)

WORKBENCH: Final = (
    Page("sign-in", "/sign-in"),
    Page("home-reporter", "/", REPORTER),
    Page("home-operator", "/", OPERATOR),
    Page("home-reviewer", "/", REVIEWER),
    Page("home-auditor", "/", AUDITOR),
    Page("home-administrator", "/", SYSTEM_ADMIN),
    Page("password", "/password", REPORTER),
    Page("factor", "/factor", SYSTEM_ADMIN),
    Page("sessions", "/sessions", REPORTER),
    Page("entry", "/entry", REPORTER),
    Page("entry-penalty", "/entry/administrative-penalty", REPORTER),
    Page("entry-licence", "/entry/administrative-licence", REPORTER),
    Page("upload", "/upload", REPORTER),
    Page("batches", "/batches", REPORTER),
    Page("batch", "/batches/{batch}", REPORTER),
    Page("batch-normalised", "/batches/{batch}/normalised", REPORTER),
    Page("batch-columns", "/batches/{batch}/columns", REPORTER),
    Page("columns", "/columns", REPORTER),
    Page("columns-item", "/columns/administrative-penalty", REPORTER),
    Page("cases", "/cases", REPORTER),
    Page("held", "/held", REVIEWER),
    Page("held-row", "/held/{held}", REVIEWER),
    Page("held-release", "/held/{held}/release", REVIEWER),
    Page("duty", "/duty", OPERATOR),
    Page("duty-reporter", "/duty", REPORTER),
    Page("duty-one", "/duty/1", OPERATOR),
    Page("duty-set", "/duty/set", OPERATOR),
    Page("duty-end", "/duty/1/end", OPERATOR),
    Page("duty-nil", "/duty/nil", REPORTER),
    Page("duty-quality", "/duty/quality", OPERATOR),
    Page("duty-rows", "/duty/rows?figure=bad", OPERATOR),
    Page("duty-coverage", "/duty/coverage", OPERATOR),
    Page("duty-contradictions", "/duty/contradictions", OPERATOR),
    Page("subjects", "/subjects", OPERATOR),
    Page("subject", "/subjects/{subject}", OPERATOR),
    Page("subject-new", "/subjects/new", OPERATOR),
    Page("subject-confirm", "/subjects/{provisional}/confirm", OPERATOR),
    Page("subject-agents", "/subjects/{subject}/agents", OPERATOR),
    Page("subject-rename", "/subjects/{subject}/rename", OPERATOR),
    Page("subject-code", "/subjects/{subject}/code", OPERATOR),
    Page("subject-merge", "/subjects/{subject}/merge", OPERATOR),
    Page("subject-merge-undo", "/subjects/{subject}/merges/{merge}/undo", OPERATOR),
    Page("person-search", "/subjects/person", OPERATOR),
    Page("person-purpose", "/subjects/{person_subject}/purpose", OPERATOR),
    Page("record", "/records/{record}", OPERATOR),
    Page("record-withdraw", "/records/{record}/withdraw", REVIEWER),
    Page("record-mark-end", "/records/{withdrawn}/marks/{mark}/end", REPORTER),
    Page("publicity", "/publicity", OPERATOR),
    Page("licences", "/licences", OPERATOR),
    Page("licence-holder", "/licences/holder", SUPERVISOR),
    Page("calendar", "/calendar", OPERATOR),
    Page("calendar-year", "/calendar/2026", OPERATOR),
    Page("calendar-import", "/calendar/import", OPERATOR),
    Page("jobs", "/jobs", OPERATOR),
    Page("audit-trail", "/audit/trail", AUDITOR),
    Page("audit-entry", "/audit/trail/1", AUDITOR),
    Page("audit-queries", "/audit/queries", AUDITOR),
    Page("audit-export", "/audit/trail/export", AUDITOR),
    Page("audit-alerts", "/audit/alerts", AUDITOR),
    Page("audit-alert", "/audit/alerts/{alert}", AUDITOR),
    Page("audit-alert-settle", "/audit/alerts/{alert}/settle", AUDITOR),
    Page("audit-watch", "/audit/watch", AUDITOR),
    Page("audit-watch-set", "/audit/watch/set", AUDITOR),
    Page("audit-samples", "/audit/samples", AUDITOR),
    Page("audit-sample", "/audit/samples/{sample}", AUDITOR),
    Page("audit-sampled", "/audit/samples/{sample}/{sampled}", AUDITOR),
    Page("audit-ledger", "/audit/ledger", AUDITOR),
    Page("units", "/units", SYSTEM_ADMIN),
    Page("unit", "/units/{unit}", SYSTEM_ADMIN),
    Page("unit-open", "/units/open", SYSTEM_ADMIN),
    Page("unit-change", "/units/{unit}/change", SYSTEM_ADMIN),
    Page("unit-close", "/units/{unit}/close", SYSTEM_ADMIN),
    Page("people", "/people", SYSTEM_ADMIN),
    Page("person", "/people/{person}", SYSTEM_ADMIN),
    Page("person-open", "/people/open", SYSTEM_ADMIN),
    Page("person-change", "/people/{person}/change", SYSTEM_ADMIN),
    Page("person-close", "/people/{person}/close", SYSTEM_ADMIN),
    Page("person-roles", "/people/{person}/roles", SECURITY_ADMIN),
    Page("person-role-end", "/people/{person}/roles/inspector/end", SECURITY_ADMIN),
    Page("person-password", "/people/{person}/password", SECURITY_ADMIN),
    Page("person-unlock", "/people/{person}/unlock", SECURITY_ADMIN),
    Page("tokens", "/tokens", SECURITY_ADMIN),
    Page("token-issue", "/tokens/issue", SECURITY_ADMIN),
    Page("token-revoke", "/tokens/{token}/revoke", SECURITY_ADMIN),
    Page("person-factor", "/people/{person}/factor", SECURITY_ADMIN),
    Page("person-sessions", "/people/{person}/sessions", SECURITY_ADMIN),
    Page("factor-rules", "/people/factor-rules", SECURITY_ADMIN),
    Page("factor-rule-set", "/people/factor-rules/set", SECURITY_ADMIN),
)

PAGES: Final = (*PORTAL, *(Page(f"workbench-{page.name}", ROOT + page.path, page.login) for page in WORKBENCH))

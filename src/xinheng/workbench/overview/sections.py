"""The sections of the overview pages; `workbench.apps` declares them behind its own."""

from django.utils.translation import gettext_lazy as _

from xinheng.web.navigation import Section

SECTIONS = (
    Section("subjects", _("信用主体"), "workbench:subjects", "building-2", "subjects.read", _("档案与公示")),
    Section("publicity", _("公示计划"), "workbench:publicity", "eye", "publicity.read_plan", _("档案与公示")),
    Section("expiring", _("证照到期"), "workbench:licences", "file-check", "records.read_unpublished", _("档案与公示")),
    Section("calendar", _("工作日历"), "workbench:calendar", "calendar-days", "subjects.read", _("档案与公示")),
    Section("trail", _("审计轨迹"), "workbench:audit-trail", "scroll-text", "ledger.read", _("审计")),
    Section("queries", _("查询登记簿"), "workbench:audit-queries", "history", "accounts.read_queries", _("审计")),
    Section("alerts", _("异常查询"), "workbench:audit-alerts", "circle-alert", "accounts.read_queries", _("审计")),
    Section("samples", _("每月抽查"), "workbench:audit-samples", "list-checks", "accounts.read_queries", _("审计")),
    Section("ledger", _("账本验证"), "workbench:audit-ledger", "shield-check", "ledger.verify", _("审计")),
    Section("units", _("单位"), "workbench:units", "landmark", "accounts.read_people", _("管理")),
    Section("people", _("账号"), "workbench:people", "users", "accounts.read_people", _("管理")),
    Section("tokens", _("接口令牌"), "workbench:tokens", "key-round", "accounts.manage_tokens", _("管理")),
    Section("factor-rules", _("登录保护"), "workbench:factor-rules", "key-round", "accounts.read_people", _("管理")),
    Section("jobs", _("后台任务"), "workbench:job-list", "layers", "jobs.read", _("管理")),
)

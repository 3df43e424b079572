"""What each role may do, and which roles exclude each other. Pure.

Source: GB/T 22239-2019 (等保 2.0) level 3, 安全管理中心 and 访问控制 (`三员分立`).
"""

from collections.abc import Iterable

from xinheng.accounts.values import Allowed, Decision, Denied, PersonKind, Role, UnitKind
from xinheng.kernel.actor import Actor

PERMISSIONS = {
    "records.enter": "录入、报送行政行为信息",
    "records.correct": "申请更正本单位信息",
    "records.withdraw": "撤回本单位信息",
    "records.read_unpublished": "查看管辖范围内未公示的信息",
    "records.read_licences": "核验其他单位核发的电子证照（须登记用途）",
    "records.release_held": "复核放行暂存信息",
    "records.release_correction": "复核放行已公示失信信息的更正",
    "intake.load": "上传批量文件",
    "intake.read_own": "查看本单位报送批次",
    "intake.read_all": "查看全部报送批次",
    "intake.settle_held": "处理暂存行",
    "intake.manage_duties": "登记报送责任",
    "intake.settle_contradictions": "核对不同单位的不一致信息",
    "subjects.read": "查看信用主体",
    "subjects.read_personal": "查看自然人信息（须登记用途）",
    "subjects.manage": "维护信用主体",
    "subjects.merge": "合并、拆分信用主体",
    "subjects.erase": "删除自然人的个人信息",
    "publicity.read_plan": "查看公示计划与逾期",
    "publicity.withdraw": "停止公示",
    "procedures.read": "查看本单位的办件",
    "members.issue_claims": "发放认领码、收回经办人授权",
    "objections.accept": "受理异议",
    "objections.verify": "核实本单位信息的异议",
    "objections.decide": "答复异议",
    "repair.accept": "受理信用修复申请",
    "repair.decide": "决定信用修复",
    "catalogue.manage": "维护目录与法律依据",
    "calendar.import": "导入节假日安排",
    "accounts.see_all_units": "不受单位范围限制",
    "accounts.manage_units": "维护单位",
    "accounts.read_people": "查看账号",
    "accounts.manage_people": "开立、变更、注销账号",
    "accounts.grant_roles": "授予、收回角色",
    "accounts.set_passwords": "为他人设置一次性口令",
    "accounts.set_own_password": "修改自己的口令",
    "accounts.unlock": "解除账号锁定",
    "accounts.manage_tokens": "签发、吊销接口令牌",
    "accounts.enrol_factor": "绑定、解除自己的身份验证器",
    "accounts.reset_factor": "解除他人的身份验证器",
    "accounts.set_factor_policy": "规定哪些角色须用第二因子登录",
    "accounts.end_own_sessions": "查看、结束自己的登录",
    "accounts.end_sessions": "查看、结束他人的登录",
    "accounts.settle_alerts": "处理异常查询提示",
    "accounts.set_watch": "设定异常查询阈值和抽查数量",
    "accounts.review_sample": "抽查查询记录",
    "accounts.export_trail": "导出审计轨迹",
    "accounts.read_queries": "查看查询登记簿",
    "ledger.read": "查看审计轨迹",
    "ledger.verify": "验证账本",
    "ledger.checkpoint": "签发检查点",
    "jobs.read": "查看后台任务",
    "jobs.retry": "重试、取消后台任务",
    "system.backup": "备份系统",
}
"""Every permission a role can carry, with what it means.

`accounts.install`, `accounts.watch` and `system.restore` are not among them: only the system actors of `init`, the watch and
`restore` have them.
"""

_EVERYBODY = frozenset({"accounts.set_own_password", "accounts.enrol_factor", "accounts.end_own_sessions"})
_DEPARTMENT = frozenset({"subjects.read", "subjects.read_personal", "records.read_unpublished"})
_CENTRE = _DEPARTMENT | {
    "accounts.see_all_units",
    "intake.read_own",
    "intake.read_all",
    "publicity.read_plan",
    "procedures.read",
    "jobs.read",
}

_WATCH = frozenset({"accounts.settle_alerts", "accounts.set_watch", "accounts.review_sample", "accounts.export_trail"})

PERMISSIONS_OF: dict[Role, frozenset[str]] = {
    Role.REPORTER: _DEPARTMENT
    | {"records.enter", "records.correct", "records.withdraw", "intake.load", "intake.read_own", "publicity.read_plan"}
    | {"procedures.read", "objections.verify", "repair.accept"},
    Role.SUPERVISOR: _DEPARTMENT
    | {"intake.read_own", "publicity.read_plan", "records.read_licences", "procedures.read"}
    | {"repair.accept", "repair.decide"},
    Role.INSPECTOR: _DEPARTMENT,
    Role.CENTRE_OPERATOR: _CENTRE
    | {
        "records.enter",
        "records.correct",
        "intake.load",
        "intake.settle_held",
        "intake.manage_duties",
        "intake.settle_contradictions",
        "objections.accept",
        "members.issue_claims",
        "subjects.manage",
        "subjects.merge",
        "catalogue.manage",
        "calendar.import",
        "jobs.retry",
    },
    Role.REVIEWER: _CENTRE
    | {
        "records.release_held",
        "records.release_correction",
        "publicity.withdraw",
        "subjects.erase",
        "objections.decide",
    },
    Role.AUDITOR: _DEPARTMENT
    | {
        "accounts.see_all_units",
        "accounts.read_people",
        "accounts.read_queries",
        "intake.read_all",
        "publicity.read_plan",
        "procedures.read",
        "ledger.read",
        "ledger.verify",
        "ledger.checkpoint",
    }
    | _WATCH,
    Role.SYSTEM_ADMIN: frozenset(
        {
            "accounts.manage_units",
            "accounts.manage_people",
            "accounts.read_people",
            "jobs.read",
            "jobs.retry",
            "system.backup",
        }
    ),
    Role.SECURITY_ADMIN: frozenset(
        {
            "accounts.grant_roles",
            "accounts.set_passwords",
            "accounts.unlock",
            "accounts.manage_tokens",
            "accounts.read_people",
        }
    )
    | {"accounts.reset_factor", "accounts.set_factor_policy", "accounts.end_sessions"},
    Role.AUDIT_ADMIN: frozenset(
        {"accounts.read_people", "accounts.read_queries", "ledger.read", "ledger.verify", "ledger.checkpoint"}
    )
    | _WATCH,
    Role.CONSOLE_SERVICE: _CENTRE
    | {
        "records.enter",
        "records.correct",
        "intake.load",
        "intake.settle_held",
        "intake.manage_duties",
        "subjects.manage",
        "catalogue.manage",
        "calendar.import",
        "ledger.read",
        "ledger.verify",
        "ledger.checkpoint",
        "jobs.retry",
        "system.backup",
    },
}
"""What each role may do, beside what everybody may (`_EVERYBODY`).

    reporter          hands in and corrects the own unit's records, sees the own unit's subtree
    supervisor        reads the own subtree, published or not; later modules add classes, draws, measures
    inspector         reads the own subtree; later modules add inspections
    centre operator   sees all; settles held rows, keeps subjects, catalogue and calendar; releases nothing
    reviewer          sees all; releases held rows and corrections, stops publication; enters nothing
    auditor           sees all, changes nothing; reads audit trail and register of queries, makes checkpoints
    system admin      units and accounts, jobs; no business data, no roles, no passwords
    security admin    roles, one-time passwords, second factors, sessions, locks; opens no account, sees no business data
    audit admin       audit trail, register, ledger; manages no account, as the separation of administrators asks
    console service   what the command line does without a person: load and look; releases nothing, manages no account
    unit service      a department's system over the API: what a reporter of its unit may, and verify licences as its supervisor,
                      within the scopes of its token
"""

# No more than people of the unit, and never less by oversight: what its reporter may, and at a service window what its supervisor may.
PERMISSIONS_OF[Role.UNIT_SERVICE] = PERMISSIONS_OF[Role.REPORTER] | {"records.read_licences"}


def permissions_of(
    roles: Iterable[Role], *, must_change_password: bool = False, must_enrol: bool = False
) -> frozenset[str]:
    """The permissions of all roles together; only the own password's, or factor's, while that must be set first."""
    if must_change_password:
        return frozenset({"accounts.set_own_password"})
    if must_enrol:
        return frozenset({"accounts.enrol_factor"})
    return _EVERYBODY.union(*(PERMISSIONS_OF[role] for role in roles))


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

SERVICES = frozenset({Role.CONSOLE_SERVICE, Role.UNIT_SERVICE})
"""Roles of service accounts: theirs alone, and they have no others."""

ALONE = ADMINISTRATORS | SERVICES | {Role.AUDITOR}
"""Roles that go with no other. The auditor too: whoever samples the look-ups must not have looked anything up."""

APART = (frozenset({Role.REPORTER, Role.REVIEWER}), frozenset({Role.CENTRE_OPERATOR, Role.REVIEWER}))
"""Pairs of business roles that exclude each other: who prepares does not release.

A reporter may not be reviewer because the reviewer releases what reporters handed in, and one cannot know beforehand whose;
the centre operator settles the rows that the reviewer then releases. Supervisor, inspector and reporter go together: small
departments have one person for all three.
"""

CENTRE_ONLY = frozenset({Role.CENTRE_OPERATOR, Role.REVIEWER, Role.CONSOLE_SERVICE})
"""Roles that see every unit's data by office: only people of a credit centre (归集单位) hold them."""

INDISPENSABLE = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
"""Roles whose last holder stays: without them nobody could open an account or give a role again."""

_SEPARATION = "GB/T 22239-2019 第三级 安全管理中心：系统管理员、审计管理员、安全管理员三员分立"
_LEAST = "GB/T 22239-2019 第三级 访问控制：最小权限与职责分离"


def may_hold(role: Role, *, held: Iterable[Role], kind: PersonKind, unit_kind: UnitKind) -> Decision:
    """Decide whether a person who holds `held`, of a unit of `unit_kind`, may also hold `role`.

    Source: GB/T 22239-2019 level 3 (separation of management users, least privilege); `APART` is the platform's own.
    """
    if (kind is PersonKind.SERVICE) != (role in SERVICES):
        return Denied(
            "service_role",
            f"“{role.label}”与账号类型不符：命令行服务账号、部门接口服务账号只由服务账号担任，服务账号也不能担任其他角色",
            _LEAST,
        )
    if role in CENTRE_ONLY and unit_kind is not UnitKind.CREDIT_CENTRE:
        return Denied(
            "centre_only", f"“{role.label}”只能由信用中心（归集单位）的人员担任，该账号属于{unit_kind.label}", _LEAST
        )
    for other in held:
        if other is not role and (role in ALONE or other in ALONE or frozenset({role, other}) in APART):
            basis = _SEPARATION if ADMINISTRATORS & {role, other} else _LEAST
            return Denied("separation", f"“{role.label}”与已有的“{other.label}”不得由同一人担任", basis)
    return Allowed()


def may_change_roles_of(actor: Actor, person_id: int) -> Decision:
    """Nobody gives or takes roles of one's own."""
    if actor.id == person_id:
        return Denied("own_roles", "不得为自己授予或收回角色，请由另一名安全管理员办理", _LEAST)
    return Allowed()


def may_lose(role: Role, *, other_holders: int) -> Decision:
    """Decide whether a role may end when `other_holders` other people still hold it."""
    if role in INDISPENSABLE and other_holders == 0:
        return Denied("last_holder", f"该账号是唯一的“{role.label}”，请先授予另一人再收回", _SEPARATION)
    return Allowed()

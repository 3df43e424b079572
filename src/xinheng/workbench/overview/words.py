"""Words that come from the modules below and stand on overview pages: translated here, so that the catalogue of messages knows them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinheng.accounts.door import AlertKind, AlertVerdict, LookVerdict
from xinheng.accounts.values import QueryKind, Role, UnitKind
from xinheng.objections.door import OBJECTION
from xinheng.objections.values import About, Outcome
from xinheng.publicity.values import Stage, Timeliness
from xinheng.records.values import MarkKind
from xinheng.subjects.values import RegisterState, SubjectKind
from xinheng.web.parts import Status, Tone

OPERATIONS = {
    "records.entered": gettext_noop("录入或更正信息"),
    "records.correction_released": gettext_noop("放行更正"),
    "records.marked": gettext_noop("加注标记"),
    "records.mark_ended": gettext_noop("解除标记"),
    "subjects.registered": gettext_noop("登记主体"),
    "subjects.provisional_made": gettext_noop("建立待核实主体"),
    "subjects.renamed": gettext_noop("变更主体名称"),
    "subjects.restated": gettext_noop("按登记更新主体"),
    "subjects.code_changed": gettext_noop("变更主体代码"),
    "subjects.merged": gettext_noop("合并主体"),
    "subjects.merge_undone": gettext_noop("撤销合并"),
    "subjects.person_entered": gettext_noop("登记自然人"),
    "subjects.person_erased": gettext_noop("删除自然人信息"),
    "subjects.register_loaded": gettext_noop("批量登记主体"),
    "publicity.decided": gettext_noop("作出公示决定"),
    "publicity.snapshot_issued": gettext_noop("发布当日开放数据"),
    "publicity.deadlines_recomputed": gettext_noop("重新计算公示期限"),
    "catalogue.calendar_imported": gettext_noop("导入放假安排"),
    "catalogue.calendar_seeded": gettext_noop("装载随附的放假安排"),
    "catalogue.edition_loaded": gettext_noop("装载目录版本"),
    "catalogue.permit_issued": gettext_noop("签发准入许可"),
    "accounts.query_registered": gettext_noop("登记查询"),
    "accounts.password_set": gettext_noop("设置一次性口令"),
    "accounts.own_password_changed": gettext_noop("修改自己的口令"),
    "accounts.unit_opened": gettext_noop("启用单位"),
    "accounts.unit_changed": gettext_noop("变更单位"),
    "accounts.unit_closed": gettext_noop("停用单位"),
    "accounts.installed": gettext_noop("初始化单位和账号"),
    "accounts.signed_in": gettext_noop("登录"),
    "accounts.signed_out": gettext_noop("退出登录"),
    "accounts.sign_in_refused": gettext_noop("登录被拒绝"),
    "accounts.unlocked": gettext_noop("解除账号锁定"),
    "accounts.factor_enrolled": gettext_noop("绑定身份验证器"),
    "accounts.factor_ended": gettext_noop("本人解除身份验证器"),
    "accounts.factor_reset": gettext_noop("解除他人的身份验证器"),
    "accounts.factor_policy_set": gettext_noop("规定第二因子登录"),
    "accounts.own_session_ended": gettext_noop("结束自己的另一登录"),
    "accounts.session_ended": gettext_noop("结束他人的登录"),
    "accounts.alert_raised": gettext_noop("提示异常查询"),
    "accounts.alert_settled": gettext_noop("处理异常查询提示"),
    "accounts.watch_set": gettext_noop("设定查询阈值"),
    "accounts.sample_drawn": gettext_noop("抽取每月抽查"),
    "accounts.look_reviewed": gettext_noop("审查一次查询"),
    "accounts.trail_exported": gettext_noop("导出审计轨迹"),
    "accounts.person_opened": gettext_noop("开立账号"),
    "accounts.person_changed": gettext_noop("变更账号"),
    "accounts.person_closed": gettext_noop("注销账号"),
    "accounts.role_granted": gettext_noop("授予角色"),
    "accounts.role_ended": gettext_noop("收回角色"),
    "accounts.token_issued": gettext_noop("签发接口令牌"),
    "accounts.token_revoked": gettext_noop("吊销接口令牌"),
    "intake.received": gettext_noop("接收批次"),
    "intake.load_started": gettext_noop("开始入库"),
    "intake.batch_loaded": gettext_noop("批次的信息写入"),
    "intake.loaded": gettext_noop("批次入库"),
    "intake.refused": gettext_noop("整批退回"),
    "intake.abandoned": gettext_noop("放弃批次"),
    "intake.row_held": gettext_noop("暂存一行"),
    "intake.held_released": gettext_noop("放行暂存行"),
    "intake.held_returned": gettext_noop("退回暂存行"),
    "intake.held_expired": gettext_noop("暂存行到期"),
    "intake.held_replaced": gettext_noop("以新报送代替暂存行"),
    "intake.columns_mapped": gettext_noop("设定本单位的列名"),
    "intake.upload_erased": gettext_noop("删除上传文件"),
    "intake.duty_set": gettext_noop("登记报送责任"),
    "intake.duty_ended": gettext_noop("结束报送责任"),
    "intake.duties_seeded": gettext_noop("装载地区的报送责任"),
    "intake.nil_reported": gettext_noop("零报告"),
    "console.backup_made": gettext_noop("备份了系统"),
    "console.restored": gettext_noop("从备份恢复了系统"),
    "intake.contradiction_noted": gettext_noop("核对不一致的信息"),
    "objections.submitted": gettext_noop("提出异议"),
    "objections.supplement_asked": gettext_noop("要求补充材料"),
    "objections.supplied": gettext_noop("补充材料"),
    "objections.gone_on": gettext_noop("不待补充继续办理"),
    "objections.accepted": gettext_noop("受理异议"),
    "objections.accepted_by_silence": gettext_noop("逾期未受理，视为受理"),
    "objections.refused": gettext_noop("异议不予受理"),
    "objections.looked_into": gettext_noop("反馈异议核实情况"),
    "objections.sent_back": gettext_noop("退回信源单位重新核实"),
    "objections.extended": gettext_noop("延长办理期限"),
    "objections.answered": gettext_noop("答复异议"),
    "objections.dropped": gettext_noop("撤回异议"),
    "objections.publication_stopped": gettext_noop("逾期未答复，先停止公示"),
    "procedures.limit_missed": gettext_noop("期限已过"),
    "procedures.deadline_recounted": gettext_noop("重新计算办理期限"),
    "console.demo_begun": gettext_noop("开始生成演示数据"),
    "console.demo_completed": gettext_noop("演示数据生成完毕"),
    "workbench.job_retried": gettext_noop("重试后台任务"),
    "workbench.job_cancelled": gettext_noop("取消后台任务"),
}
"""What each operation and each bulk load does; a test finds one without words."""

SYSTEMS = {
    "init": gettext_noop("系统初始化"),
    "worker": gettext_noop("后台进程"),
    "publicity": gettext_noop("公示程序"),
    "register": gettext_noop("登记程序"),
    "watch": gettext_noop("查询监督程序"),
    "restore": gettext_noop("恢复程序"),
    "procedures": gettext_noop("期限程序"),
    "objections": gettext_noop("异议程序"),
}
"""What acts without a person, by the name the ledger has for it."""
NOBODY = (gettext_noop("命令行"), gettext_noop("公众"))
"""Names under which the command line and the public stand in the ledger."""

TABLES = {
    "records.version": gettext_noop("信息版本"),
    "records.mark": gettext_noop("信息标记"),
    "subjects.subject": gettext_noop("主体"),
    "subjects.identifier": gettext_noop("主体代码"),
    "subjects.name": gettext_noop("主体名称"),
    "subjects.merge": gettext_noop("主体合并"),
    "publicity.publication": gettext_noop("公示决定"),
    "catalogue.edition": gettext_noop("目录版本"),
    "catalogue.basis": gettext_noop("法律依据"),
    "catalogue.item": gettext_noop("信息项"),
    "catalogue.permit": gettext_noop("准入许可"),
    "catalogue.permit_end": gettext_noop("准入许可终止"),
    "catalogue.calendar_year": gettext_noop("年度放假安排"),
    "catalogue.calendar_day": gettext_noop("放假或调休日"),
    "accounts.unit": gettext_noop("单位"),
    "accounts.person": gettext_noop("账号"),
    "accounts.role_grant": gettext_noop("角色授予"),
    "accounts.service_token": gettext_noop("接口令牌"),
    "accounts.factor": gettext_noop("身份验证器"),
    "accounts.factor_policy": gettext_noop("第二因子规定"),
    "accounts.watch_setting": gettext_noop("查询阈值"),
    "accounts.alert": gettext_noop("异常查询提示"),
    "accounts.sample": gettext_noop("每月抽查"),
    "accounts.sampled_query": gettext_noop("抽中的查询"),
    "accounts.query": gettext_noop("查询登记"),
    "procedures.case": gettext_noop("办件"),
    "procedures.party": gettext_noop("办件的一方"),
    "procedures.step": gettext_noop("办理步骤"),
    "procedures.clock": gettext_noop("办理期限"),
    "objections.objection": gettext_noop("异议"),
    "intake.batch": gettext_noop("报送批次"),
    "intake.held": gettext_noop("暂存行"),
    "intake.duty": gettext_noop("报送责任"),
    "intake.nil_report": gettext_noop("零报告"),
    "intake.mapping": gettext_noop("本单位的列名"),
    "intake.contradiction_note": gettext_noop("不一致信息的核对"),
}

PAYLOAD = {
    "subject_id": gettext_noop("主体编号"),
    "record_id": gettext_noop("信息编号"),
    "version_id": gettext_noop("版本编号"),
    "person_id": gettext_noop("账号编号"),
    "unit_id": gettext_noop("单位编号"),
    "batch_id": gettext_noop("批次编号"),
    "token_id": gettext_noop("令牌编号"),
    "prefix": gettext_noop("令牌开头"),
    "scopes": gettext_noop("令牌权限"),
    "expires_at": gettext_noop("到期时间"),
    "job_id": gettext_noop("任务编号"),
    "held_id": gettext_noop("暂存行编号"),
    "held_ids": gettext_noop("暂存行编号"),
    "mapping_id": gettext_noop("列名对应编号"),
    "columns": gettext_noop("列名和字段"),
    "duty_id": gettext_noop("报送责任编号"),
    "nil_id": gettext_noop("零报告编号"),
    "note_id": gettext_noop("核对编号"),
    "datum": gettext_noop("不一致的内容"),
    "month": gettext_noop("月份"),
    "since": gettext_noop("自"),
    "until": gettext_noop("至"),
    "ended": gettext_noop("被代替的登记"),
    "codes": gettext_noop("问题代码"),
    "kind": gettext_noop("种类"),
    "standing": gettext_noop("办理结果"),
    "code": gettext_noop("代码"),
    "name": gettext_noop("名称"),
    "former": gettext_noop("原值"),
    "valid_from": gettext_noop("生效日"),
    "reason": gettext_noop("理由"),
    "kept": gettext_noop("保留的主体"),
    "absorbed": gettext_noop("并入的主体"),
    "merge_id": gettext_noop("合并编号"),
    "issue": gettext_noop("第几次发布"),
    "day": gettext_noop("日期"),
    "number": gettext_noop("编号"),
    "mark_id": gettext_noop("标记编号"),
    "query_id": gettext_noop("查询登记编号"),
    "purpose": gettext_noop("查询目的"),
    "role": gettext_noop("角色"),
    "ended_roles": gettext_noop("收回的角色"),
    "grant_id": gettext_noop("授予编号"),
    "last_day": gettext_noop("最后一日"),
    "path": gettext_noop("单位层级"),
    "moved": gettext_noop("随同移动的单位"),
    "must_change": gettext_noop("须修改口令"),
    "own": gettext_noop("本人办理"),
    "at": gettext_noop("时间"),
    "failure": gettext_noop("拒绝原因"),
    "failures": gettext_noop("连续失败次数"),
    "locked_until": gettext_noop("锁定至"),
    "state": gettext_noop("状态"),
    "confirmed": gettext_noop("由待核实转为已登记"),
    "versions": gettext_noop("版本数"),
    "shown": gettext_noop("其中公示"),
    "year": gettext_noop("年份"),
    "version": gettext_noop("版本"),
    "status": gettext_noop("状态"),
    "document": gettext_noop("文号"),
    "calendar": gettext_noop("日历版本"),
    "calendar_version": gettext_noop("日历版本"),
    "looked_at": gettext_noop("核对条数"),
    "changed": gettext_noop("发生变化"),
    "added": gettext_noop("新增"),
    "removed": gettext_noop("减少"),
    "new": gettext_noop("新版本"),
    "units": gettext_noop("单位数"),
    "people": gettext_noop("账号数"),
    "grants": gettext_noop("角色数"),
    "rows": gettext_noop("行数"),
    "accepted": gettext_noop("接收"),
    "held": gettext_noop("暂存"),
    "rejected": gettext_noop("退回"),
    "item": gettext_noop("信息项"),
    "years": gettext_noop("年份"),
    "items": gettext_noop("信息项"),
    "bases": gettext_noop("法律依据"),
    "hash": gettext_noop("散列"),
    "region": gettext_noop("地区"),
    "enabled": gettext_noop("已启用"),
    "permits_issued": gettext_noop("签发的准入许可"),
    "permits_ended": gettext_noop("终止的准入许可"),
    "count": gettext_noop("条数"),
    "scope": gettext_noop("查询范围"),
    "permit_id": gettext_noop("准入许可编号"),
    "basis": gettext_noop("法律依据"),
    "subject_kind": gettext_noop("主体类型"),
    "authority": gettext_noop("机关"),
    "seed": gettext_noop("随机种子"),
    "subjects": gettext_noop("主体数"),
    "today": gettext_noop("演示日期"),
    "load_run": gettext_noop("写入编号"),
    "counts": gettext_noop("行数统计"),
    "unchanged": gettext_noop("内容未变"),
    "superseded": gettext_noop("更正"),
    "receipt_digest": gettext_noop("回执散列"),
    "days": gettext_noop("天数"),
    "file_hash": gettext_noop("文件散列"),
    "size": gettext_noop("字节数"),
    "made_at": gettext_noop("备份时间"),
    "replaced": gettext_noop("取代了原有数据"),
    "publication_id": gettext_noop("公示决定编号"),
    "before": gettext_noop("变更前"),
    "after": gettext_noop("变更后"),
    "entries": gettext_noop("条目数"),
    "created": gettext_noop("新登记"),
    "known": gettext_noop("已登记过"),
    "source": gettext_noop("来源"),
    "means": gettext_noop("登录方式"),
    "factor_id": gettext_noop("身份验证器编号"),
    "recovery_codes": gettext_noop("恢复码个数"),
    "policy_id": gettext_noop("规定编号"),
    "required": gettext_noop("须用第二因子"),
    "from_on": gettext_noop("起始日"),
    "alert_id": gettext_noop("提示编号"),
    "observed": gettext_noop("实际数"),
    "threshold": gettext_noop("阈值"),
    "verdict": gettext_noop("结论"),
    "setting_id": gettext_noop("设定编号"),
    "figures": gettext_noop("阈值和数量"),
    "sample_id": gettext_noop("抽查编号"),
    "sampled_id": gettext_noop("抽查条目编号"),
    "tree_size": gettext_noop("检查点大小"),
    "tree_root": gettext_noop("检查点根"),
    "population": gettext_noop("总数"),
    "form": gettext_noop("格式"),
    "filters": gettext_noop("筛选条件"),
    "case_id": gettext_noop("办件序号"),
    "about": gettext_noop("异议事项"),
    "step": gettext_noop("办理步骤"),
    "outcome": gettext_noop("处理结果"),
    "clock": gettext_noop("期限种类"),
    "deadline": gettext_noop("最后一日"),
    "missed": gettext_noop("逾期的后果"),
    "provisional": gettext_noop("暂按推算"),
    "digest": gettext_noop("散列"),
    "began_at": gettext_noop("登录时间"),
    "browser": gettext_noop("浏览器"),
}
"""Names of what results hold; a test finds one without words."""

STANDINGS = {
    "new": gettext_noop("新信息"),
    "unchanged": gettext_noop("内容未变"),
    "correction": gettext_noop("更正"),
    "needs_reason": gettext_noop("须写明更正理由"),
    "needs_review": gettext_noop("须复核"),
}
ENDS = {
    "open": gettext_noop("本人退出"),
    "idle": gettext_noop("长时间未操作"),
    "too_old": gettext_noop("登录时间过长"),
    "superseded": gettext_noop("口令已变更"),
    "factor_changed": gettext_noop("身份验证器有变更"),
}
FAILURES = {
    "unknown_login": gettext_noop("没有这个登录名"),
    "wrong_password": gettext_noop("口令不对"),
    "locked": gettext_noop("账号锁定中"),
    "not_in_force": gettext_noop("账号不在有效期内"),
    "wrong_code": gettext_noop("验证码不对"),
}
MEANS = {
    "password": gettext_noop("口令"),
    "totp": gettext_noop("口令和验证码"),
    "recovery": gettext_noop("口令和恢复码"),
}
NOTICES = {"official": gettext_noop("已公布"), "provisional": gettext_noop("暂按推算")}
MISSED = {
    "escalate": gettext_noop("通报上级单位"),
    "publish_delay": gettext_noop("公开逾期情况"),
    "stop_publication": gettext_noop("先停止公示"),
    "treat_as_accepted": gettext_noop("视为受理"),
}
OBJECTIONS = (
    {state.code: state.name for state in OBJECTION.states}
    | {clock.code: clock.name for clock in OBJECTION.clocks}
    | {step.code: step.name for step in OBJECTION.steps}
    | {about.value: about.label for about in About}
    | {outcome.value: outcome.label for outcome in Outcome}
)
VALUES = (
    OBJECTIONS
    | MISSED
    | STANDINGS
    | ENDS
    | FAILURES
    | NOTICES
    | MEANS
    | {
        member.value: member.label
        for words in (
            SubjectKind,
            RegisterState,
            Role,
            UnitKind,
            QueryKind,
            MarkKind,
            AlertKind,
            AlertVerdict,
            LookVerdict,
        )
        for member in words
    }
)
"""Values of results as people say them: standings of a record, and what the enumerations of the modules below call theirs."""

KNOWN = (
    gettext_noop("法人"),
    gettext_noop("非法人组织"),
    gettext_noop("个体工商户"),
    gettext_noop("自然人"),
    gettext_noop("已登记"),
    gettext_noop("待登记核实"),
    gettext_noop("已并入其他主体"),
    gettext_noop("统一社会信用代码"),
    gettext_noop("工商注册号"),
    gettext_noop("组织机构代码"),
    gettext_noop("税务登记号"),
    gettext_noop("事业单位证书号"),
    gettext_noop("社会组织登记证号"),
    gettext_noop("公民身份号码"),
    gettext_noop("护照号码"),
    gettext_noop("港澳居民来往内地通行证号码"),
    gettext_noop("台湾居民来往大陆通行证号码"),
    gettext_noop("外国人永久居留身份证号码"),
    gettext_noop("其他证件号码"),
    gettext_noop("现用"),
    gettext_noop("曾用"),
    gettext_noop("异议处理中"),
    gettext_noop("已撤回"),
    gettext_noop("已修复"),
    gettext_noop("暂停公示"),
    gettext_noop("按时公示"),
    gettext_noop("迟公示"),
    gettext_noop("逾期未公示"),
    gettext_noop("待公示"),
    gettext_noop("不适用"),
    gettext_noop("公示中"),
    gettext_noop("即将到期"),
    gettext_noop("已到期停止"),
    gettext_noop("不予公示"),
    gettext_noop("已停止公示"),
    gettext_noop("人民政府"),
    gettext_noop("信用中心（归集单位）"),
    gettext_noop("部门"),
    gettext_noop("人民法院"),
    gettext_noop("乡镇、街道"),
    gettext_noop("法律法规授权的组织"),
    gettext_noop("信源单位填报员"),
    gettext_noop("信用中心复核员"),
    gettext_noop("信用中心业务员"),
    gettext_noop("部门监管人员"),
    gettext_noop("检查人员"),
    gettext_noop("审计员"),
    gettext_noop("系统管理员"),
    gettext_noop("安全管理员"),
    gettext_noop("审计管理员"),
    gettext_noop("命令行服务账号"),
    gettext_noop("部门接口服务账号"),
    gettext_noop("有效"),
    gettext_noop("已过期"),
    gettext_noop("已吊销"),
    gettext_noop("查看"),
    gettext_noop("检索"),
    gettext_noop("列表"),
    gettext_noop("导出"),
    gettext_noop("报告"),
    gettext_noop("一小时内查询过多"),
    gettext_noop("一日内查询过多"),
    gettext_noop("一日内查看条数过多"),
    gettext_noop("远多于本人平常"),
    gettext_noop("非工作时间查询"),
    gettext_noop("疑似查询本单位同事"),
    gettext_noop("有正当理由"),
    gettext_noop("移交核查"),
    gettext_noop("符合目的"),
    gettext_noop("不符合目的"),
    gettext_noop("需要说明"),
    gettext_noop("一小时最多查询次数"),
    gettext_noop("一日最多查询次数"),
    gettext_noop("一日最多查看条数"),
    gettext_noop("超过本人日均的倍数"),
    gettext_noop("与平常比较的起算次数"),
    gettext_noop("上班时间"),
    gettext_noop("下班时间"),
    gettext_noop("非工作时间最多查询自然人次数"),
    gettext_noop("非工作时间最多查询其他信息次数"),
    gettext_noop("抽查比例（千分比）"),
    gettext_noop("每月最少抽查条数"),
    gettext_noop("每月最多抽查条数"),
)
"""Labels of enumerations of the modules below."""

PERMISSION_WORDS = (
    gettext_noop("录入、报送行政行为信息"),
    gettext_noop("申请更正本单位信息"),
    gettext_noop("撤回本单位信息"),
    gettext_noop("查看管辖范围内未公示的信息"),
    gettext_noop("核验其他单位核发的电子证照（须登记用途）"),
    gettext_noop("复核放行暂存信息"),
    gettext_noop("复核放行已公示失信信息的更正"),
    gettext_noop("上传批量文件"),
    gettext_noop("查看本单位报送批次"),
    gettext_noop("查看全部报送批次"),
    gettext_noop("处理暂存行"),
    gettext_noop("登记报送责任"),
    gettext_noop("核对不同单位的不一致信息"),
    gettext_noop("查看信用主体"),
    gettext_noop("查看自然人信息（须登记用途）"),
    gettext_noop("维护信用主体"),
    gettext_noop("合并、拆分信用主体"),
    gettext_noop("删除自然人的个人信息"),
    gettext_noop("查看公示计划与逾期"),
    gettext_noop("停止公示"),
    gettext_noop("维护目录与法律依据"),
    gettext_noop("导入节假日安排"),
    gettext_noop("不受单位范围限制"),
    gettext_noop("维护单位"),
    gettext_noop("查看账号"),
    gettext_noop("开立、变更、注销账号"),
    gettext_noop("授予、收回角色"),
    gettext_noop("为他人设置一次性口令"),
    gettext_noop("修改自己的口令"),
    gettext_noop("解除账号锁定"),
    gettext_noop("签发、吊销接口令牌"),
    gettext_noop("绑定、解除自己的身份验证器"),
    gettext_noop("解除他人的身份验证器"),
    gettext_noop("规定哪些角色须用第二因子登录"),
    gettext_noop("查看、结束自己的登录"),
    gettext_noop("查看、结束他人的登录"),
    gettext_noop("处理异常查询提示"),
    gettext_noop("设定异常查询阈值和抽查数量"),
    gettext_noop("抽查查询记录"),
    gettext_noop("导出审计轨迹"),
    gettext_noop("查看查询登记簿"),
    gettext_noop("查看审计轨迹"),
    gettext_noop("验证账本"),
    gettext_noop("签发检查点"),
    gettext_noop("查看后台任务"),
    gettext_noop("重试、取消后台任务"),
    gettext_noop("备份系统"),
)
"""What roles and tokens may do; a test holds this list against theirs."""

STAGES: dict[Stage, Tone] = {
    Stage.SHOWN: "kept",
    Stage.ENDING: "clock",
    Stage.DUE: "action",
    Stage.ENDED: "ended",
    Stage.WITHHELD: "plain",
    Stage.WITHDRAWN: "ended",
    Stage.LATE: "harm",
}
TIMELINESS: dict[Timeliness, Tone] = {
    Timeliness.ON_TIME: "kept",
    Timeliness.LATE: "harm",
    Timeliness.MISSING: "harm",
    Timeliness.PENDING: "clock",
    Timeliness.NONE: "plain",
}


def word(text: str) -> str:
    """A word of another module in the page's language; unknown ones stand as they are."""
    return _(text) if text else ""


def operation_word(code: str) -> str:
    """What an operation of the ledger does; an unknown code stands as it is."""
    return word(OPERATIONS.get(code, code))


def actor_word(name: str) -> str:
    """Who acted, as people say it: a person's name stands as it is, a program's has words."""
    return word(SYSTEMS.get(name, name)) or _("系统")


def table_word(table: str) -> str:
    """What the rows of a ledgered table are; `subjects.subject/1` without its version."""
    return word(TABLES.get(table.partition("/")[0], table))


def stage_status(stage: Stage) -> Status:
    """Where a publication stands; what is late or ends soon is shown nevertheless, and says so."""
    label = word(stage.label)
    if stage in (Stage.LATE, Stage.ENDING):
        label = _("公示中（%(how)s）") % {"how": label}
    return Status(label, STAGES[stage])


def timeliness_status(value: Timeliness) -> Status:
    """How a publication stands to its deadline."""
    return Status(word(value.label), TIMELINESS[value])

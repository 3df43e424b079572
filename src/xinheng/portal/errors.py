"""What the portal refuses: the words are for the reader, and never repeat what was typed where it may be somebody's number."""

from django.utils.translation import gettext as _

from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown


class CodeUnknown(Unknown):
    """No public subject has that code. The code is not repeated: it may be a person's number."""

    def __init__(self) -> None:
        super().__init__(
            "portal.code_unknown",
            _("没有以这个代码公示的企业或组织。请核对代码，或按名称查询。自然人不提供查询。"),
        )


class ParameterInvalid(Invalid):
    """A parameter of the address that cannot be used."""

    def __init__(self, name: str, value: str, allowed: str) -> None:
        words = {"name": name, "value": value[:40], "allowed": allowed}
        super().__init__("portal.parameter", _("网址中的“%(name)s=%(value)s”不能用，可以用的是：%(allowed)s。") % words)


class NotProvable(Conflict):
    """The entry is in no signed checkpoint yet."""

    def __init__(self) -> None:
        super().__init__(
            "portal.not_provable",
            _("这条信息的账目还没有进入已签名的检查点，暂时开不出证明。检查点定期签发，请过一天再试。"),
        )


class EntryNotPublic(Refused):
    """The entry names the clerk who made it."""

    def __init__(self) -> None:
        super().__init__(
            "portal.entry_not_public",
            _("这条账目写有经办人员的姓名，不对外提供。您可以下载公示决定的证明；审计人员可以核对全部账目。"),
        )

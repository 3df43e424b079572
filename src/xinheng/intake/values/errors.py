"""What goes wrong in intake. Pure."""

from xinheng.kernel.errors import Conflict, Invalid, Refused, Unknown


class BatchUnknown(Unknown):
    """No such batch, or not for this actor: the answer is the same."""

    def __init__(self, batch_id: int) -> None:
        super().__init__("intake.batch_unknown", f"没有编号为 {batch_id} 的报送批次，或不在您可查看的范围内")


class UploadNotStored(Conflict):
    """The disk did not take a file; nothing of it is left, and it can be handed in again."""

    def __init__(self, full: bool) -> None:
        why = "服务器磁盘已满" if full else "服务器未能保存文件"
        super().__init__("intake.not_stored", f"{why}，文件没有接收。请联系系统管理员，处理后重新上报")


class HeldUnknown(Unknown):
    """No such held row, or not for this actor: the answer is the same."""

    def __init__(self, held_id: int) -> None:
        super().__init__("intake.held_unknown", f"没有编号为 {held_id} 的待处理行，或不在您可查看的范围内")


class ReceiptUnknown(Unknown):
    """The batch has no receipt yet."""

    def __init__(self, batch_id: int) -> None:
        super().__init__("intake.no_receipt", f"批次 {batch_id} 尚未处理完，还没有回执")


class DutyUnknown(Unknown):
    """No such duty, or not for this actor: the answer is the same."""

    def __init__(self, duty_id: int) -> None:
        super().__init__("intake.duty_unknown", f"没有编号为 {duty_id} 的报送责任，或不在您可查看的范围内")


class ContradictionUnknown(Unknown):
    """No such contradiction any more, or not for this actor: the answer is the same."""

    def __init__(self, contradiction_id: int) -> None:
        super().__init__(
            "intake.contradiction_unknown",
            f"没有编号为 {contradiction_id} 的不一致，可能已重新比对，或不在您可查看的范围内",
        )


class Settled(Conflict):
    """The held row was settled already, or the batch has ended."""


class Busy(Conflict):
    """Another batch is being loaded: one at a time."""

    def __init__(self) -> None:
        super().__init__("intake.busy", "另一批次正在入库，同一时间只入库一批，请稍候")


class LeaseLost(Conflict):
    """Somebody took this load over."""

    def __init__(self, batch_id: int) -> None:
        super().__init__("intake.lease_lost", f"批次 {batch_id} 已由另一进程接手，本进程停止处理")


class OvertakenLoad(Conflict):
    """While the batch was loading, others kept entering the same records."""

    def __init__(self, batch_id: int) -> None:
        super().__init__("intake.overtaken", f"批次 {batch_id} 入库期间，相同信息多次被他人更新，请稍后重试")


class IntakeInvalid(Invalid):
    """What was handed in is not what it should be."""


class NotPossible(Refused):
    """A rule or a missing permission forbids it."""


class UploadGone(Invalid):
    """The sealed file is missing or damaged."""

    def __init__(self, batch_id: int) -> None:
        super().__init__("intake.upload_gone", f"批次 {batch_id} 的上传文件不存在或已损坏，请重新上传")

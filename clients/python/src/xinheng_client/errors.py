"""What may go wrong: the platform says no, it cannot be reached, or it does not finish in time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field or parameter."""

    field: str
    message: str
    code: str


class Problem(Exception):
    """The platform says no (RFC 9457). `code` is stable English, `detail` a Chinese sentence for people."""

    def __init__(
        self, status: int, code: str, detail: str, errors: tuple[FieldProblem, ...] = (), incident: str = ""
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.incident = incident


class Unreachable(Exception):
    """No answer after all attempts. A write may have had its effect: send it again with the same key."""

    def __init__(self, what: str, key: str = "") -> None:
        super().__init__(f"信用平台没有回答：{what}")
        self.key = key


class WaitedInVain(Exception):
    """A batch was not done in the time given; it goes on, ask again later."""

    def __init__(self, batch_id: int, seconds: float) -> None:
        super().__init__(f"批次 {batch_id} 在 {seconds:g} 秒内没有处理完，稍后可再查")
        self.batch_id = batch_id

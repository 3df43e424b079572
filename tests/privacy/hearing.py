"""What was said while numbers were handed in: answers, pages, output of commands, with the place each came from."""

import json
from typing import Any


class Heard:
    """Everything said, to be searched at the end."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str | bytes]] = []

    def answer(self, where: str, what: Any) -> None:
        """What an operation or a query returned."""
        self.said.append((where, json.dumps(what, ensure_ascii=False, default=str) + str(what)))

    def text(self, where: str, text: str) -> None:
        """What a command printed."""
        self.said.append((where, text))

    def page(self, where: str, answer: Any) -> None:
        """A whole answer over HTTP: where it leads, its headers, its page; of a file, what is packed inside, too."""
        self.address(where, answer)
        content = b"".join(answer) if answer.streaming else answer.content
        self.said.append((f"{where}, content", content))

    def address(self, where: str, answer: Any) -> None:
        """The headers of an answer; of cookies, too, in which a message might be kept."""
        assert answer.status_code < 501, where
        self.said.append((f"{where}, headers", f"{dict(answer.headers)} {answer.cookies.output()}"))

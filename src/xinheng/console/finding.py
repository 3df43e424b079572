"""What a check of the doctor says."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Item:
    """One finding. `fail`: the platform cannot work so; `warn`: something is switched off or will be late."""

    name: str
    state: State
    text: str

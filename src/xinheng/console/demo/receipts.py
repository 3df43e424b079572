"""A receipt for people: counts, what was left unasked, then every rejected and held row with where, what and why."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

EFFECTS: Final = {"reject": "退回", "hold": "暂存待核", "block": "入库不公示", "warn": "提示"}
WEIGHTY: Final = ("reject", "hold")


def counts(receipt: Mapping[str, Any]) -> str:
    """One line with the counts, or why the whole file was refused."""
    if receipt["status"] == "refused":
        return f"{receipt['file']}：整份退回（{receipt['reason']}）{receipt.get('message', '')}"
    return (
        f"{receipt['file']}：共 {receipt['rows']} 行，接收 {receipt['accepted']}（其中未变化 {receipt['unchanged']}），"
        f"暂存 {receipt['held']}，退回 {receipt['rejected']}"
    )


def lines(receipt: Mapping[str, Any], *, effects: tuple[str, ...] = WEIGHTY) -> Iterator[str]:
    """The receipt line by line; of the problems those with the effects wanted, the others counted. Values are masked in it."""
    yield counts(receipt)
    if receipt["columns"]["unknown"]:
        yield f"  不认识的列（不入库）：{'、'.join(receipt['columns']['unknown'])}"
    if receipt["normalised"]:
        yield f"  已规范写法 {len(receipt['normalised'])} 处（如日期、括号、全角数字）"
    if receipt["not_checked"]:
        yield f"  须与库比对、此处未检查：{'、'.join(receipt['not_checked'])}"
    rest = dict.fromkeys(EFFECTS, 0)
    for error in receipt["errors"]:
        if error["effect"] in effects:
            yield problem(error)
        else:
            rest[error["effect"]] += 1
    told = [f"{EFFECTS[effect]} {count} 处" for effect, count in rest.items() if count]
    if told:
        yield f"  另有：{'，'.join(told)}"


def problem(error: Mapping[str, Any]) -> str:
    """One problem: row, effect, code, field, message. The message already quotes the (masked) value."""
    return f"  第 {error['row']} 行 [{EFFECTS[error['effect']]}] {error['code']} {error['field']}：{error['message']}"

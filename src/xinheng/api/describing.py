"""What the OpenAPI description says besides: problems, headers, examples. And its stable writing."""

import json
from typing import Any, Final

from xinheng.api.examples import EXAMPLES
from xinheng.api.problems import MEDIA_TYPE
from xinheng.api.writing import HEADER

PROBLEM: Final = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "给人看的中文"},
        "code": {"type": "string", "description": "稳定的英文代码"},
        "instance": {"type": "string", "description": "系统出错时的编号"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message", "code"],
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}
_KEY: Final = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "1 至 200 个可见的 ASCII 字符，例如 UUID；24 小时内同一个键、同样的内容只生效一次",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_SAID: Final = {
    "item": "信息项代码，见 /catalogue/items",
    "cursor": "上一页回答里的 next；不写就是第一页",
    "limit": "一页最多几条，1 至 200",
    "purpose": "查询目的的代码，见 /catalogue/purposes；查询自然人必填",
    "reference": "案号或授权文号；有的查询目的要求填写",
    "state": "状态",
    "kind": "暂存的原因",
    "batch": "批次编号",
    "code": "代码",
    "effect": "reject 退回、hold 暂存、block 入库但不公示、warn 提示",
    "on": "截至哪一天",
    "known_at": "按哪一号账目所知",
}
"""What a parameter means that has the same meaning everywhere."""
_WRITES: Final = ("send_batch", "send_records")


def finished(found: dict[str, Any]) -> dict[str, Any]:
    """The description with problems, the header of writes, and examples."""
    found.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    found["components"].setdefault("responses", {})["Problem"] = {
        "description": "不能照办的原因",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for methods in found["paths"].values():
        for operation in methods.values():
            _finish(operation)
    plain: dict[str, Any] = _plain(found)
    return plain


def _finish(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    operation["responses"] = {str(status): body for status, body in operation["responses"].items()}
    operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
    if name in _WRITES:
        operation["parameters"] = [*operation["parameters"], dict(_KEY)]
    example = EXAMPLES[name]
    for parameter in operation["parameters"]:
        if parameter["name"] in _SAID:
            parameter.setdefault("description", _SAID[parameter["name"]])
        if parameter["name"] in example.parameters:
            parameter["example"] = example.parameters[parameter["name"]]
    if example.body is not None:
        (content,) = operation["requestBody"]["content"].values()
        content["example"] = example.body


def _plain(found: Any) -> Any:
    """The same in plain JSON values."""
    return json.loads(json.dumps(found, ensure_ascii=False, default=str))


def written(found: dict[str, Any]) -> str:
    """The description as it is kept: sorted, two blanks, a line's end at the end."""
    return json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

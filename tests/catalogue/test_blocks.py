"""Blocks: what items share is taken in by name; a block, parameter, field or check that is not there is refused by its name."""

from typing import Any

import pytest

from xinheng.catalogue.readers.blocks import written_out
from xinheng.catalogue.values.errors import CatalogueInvalid

BLOCKS: dict[str, Any] = {
    "name": {"parameters": ["p", "who"], "fields": [{"code": "<p>_MC", "name": "<who>名称"}, {"code": "<p>_LB"}]},
    "outer": {"parameters": ["p"], "fields": [{"use": "name", "p": "<p>", "who": "企业", "leave": ["<p>_LB"]}]},
    "endless": {"parameters": [], "fields": [{"use": "endless"}]},
    "wrong": {"parameters": [], "fields": [{"code": "<q>"}]},
}


def out(*entries: dict[str, Any]) -> list[Any]:
    found: dict[str, Any] = written_out({"fields": list(entries)}, BLOCKS, "items/x.yaml")
    return list(found["fields"])


def test_a_block_stands_where_it_is_used_with_its_parameters_filled_in() -> None:
    own = {"code": "X"}
    assert out(own, {"use": "name", "p": "QZ", "who": "相对人", "change": {"QZ_LB": {"type": "list"}}}) == [
        own,
        {"code": "QZ_MC", "name": "相对人名称"},
        {"code": "QZ_LB", "type": "list"},
    ]
    assert out({"use": "outer", "p": "YC"}) == [{"code": "YC_MC", "name": "企业名称"}]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"use": "nobody"}, "nobody"),
        ({"use": "name", "p": "QZ"}, "who"),
        ({"use": "name", "p": "QZ", "who": "甲", "more": "乙"}, "more"),
        ({"use": "name", "p": "QZ", "who": "甲", "leave": ["QZ_XX"]}, "QZ_XX"),
        ({"use": "name", "p": "QZ", "who": "甲", "change": {"QZ_YY": {}}}, "QZ_YY"),
        ({"use": "endless"}, "endless"),
        ({"use": "wrong"}, "<q>"),
    ],
)
def test_what_a_block_does_not_have_is_refused(entry: dict[str, Any], says: str) -> None:
    with pytest.raises(CatalogueInvalid, match=says):
        out(entry)

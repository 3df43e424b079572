"""A region's profile adds or narrows; what widens is refused."""

from datetime import date
from typing import Any

import pytest

from xinheng.catalogue.door import load_profile, may_enable, regions
from xinheng.catalogue.readers.edition import build_edition
from xinheng.catalogue.readers.profile import read_profile
from xinheng.catalogue.values.decisions import Granted, Refused
from xinheng.catalogue.values.errors import CatalogueInvalid, RegionUnknown
from xinheng.kernel.identifiers import uscc

TODAY = date(2026, 11, 21)
LOCAL_LAW = {
    "demo-regulation": {
        "key": "demo-regulation",
        "rank": "local_regulation",
        "whole": "补充目录",
        "versions": [
            {
                "title": "示例省社会信用条例",
                "issuer": "示例省人大常委会",
                "in_force": {"from": "2022-01-01"},
                "certainty": "project",
            }
        ],
    }
}


def test_the_demo_region_is_made_of_valid_units_in_a_division_that_does_not_exist() -> None:
    profile = load_profile("demo")
    assert (profile.name, profile.division, profile.register_complete) == ("示例区", "990101", False)
    assert [unit.kind for unit in profile.units].count("department") == 13
    assert {"credit_centre", "court"} <= {unit.kind for unit in profile.units}
    for unit in profile.units:
        assert uscc.is_valid(unit.code)
        assert unit.code[2:8] == profile.division
        assert unit.address
        assert unit.telephone.startswith("0999-55501")


def test_a_region_without_a_profile_is_refused_with_those_present() -> None:
    assert regions() == ("demo",)
    with pytest.raises(RegionUnknown, match=r"nowhere.*现有：demo"):
        load_profile("nowhere")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": "other"}, "与文件名相同"),
        ({"division": "99"}, "六位数字"),
        ({"colour": "red"}, "colour"),
        ({"site_title": ""}, "site_title"),
        ({"register_complete": "no"}, "register_complete"),
    ],
)
def test_a_wrong_fact_about_a_region_is_refused(change: dict[str, Any], says: str, demo: dict[str, Any]) -> None:
    with pytest.raises(CatalogueInvalid, match=says):
        read_profile(demo | change, "demo")


@pytest.mark.parametrize(
    ("index", "change", "says"),
    [
        (2, {"code": "11990101990101037D"}, "校验位"),
        (2, {"parent": "nobody"}, "排在前面"),
        (2, {"kind": "ministry"}, "department"),
        (2, {"key": "tax"}, "unique"),
        (2, {"code": "11990101990101010L"}, "unique"),
        (1, {"kind": "department"}, "credit_centre"),
        (2, {"telephone": ""}, "telephone"),
    ],
)
def test_a_wrong_unit_is_refused(index: int, change: dict[str, Any], says: str, demo: dict[str, Any]) -> None:
    demo["units"][index] |= change
    with pytest.raises(CatalogueInvalid, match=says):
        read_profile(demo, "demo")


def test_the_stricter_local_clock_wins(content: dict[str, Any], demo: dict[str, Any]) -> None:
    demo["catalogue"]["narrow"]["deadlines"][0]["working_days"] = 5
    rule = build_edition(content, demo).deadline_rule("administrative-penalty", TODAY)
    assert rule is not None
    assert (rule.key, rule.working_days) == ("demo-all-actions", 5)


def test_a_profile_switches_an_item_off(content: dict[str, Any], demo: dict[str, Any]) -> None:
    demo["catalogue"]["narrow"]["disable"] = ["administrative-licence"]
    edition = build_edition(content, demo)
    assert isinstance(may_enable(edition, "administrative-licence", TODAY), Refused)
    assert isinstance(may_enable(edition, "administrative-penalty", TODAY), Granted)


LOCAL_TERM = {
    "key": "demo-register-term",
    "items": ["demo-register"],
    "until": "valid_to",
    "in_force": {"from": "2022-01-01"},
    "bases": ["demo-regulation"],
    "certainty": "project",
}


def _with_local_item(content: dict[str, Any], demo: dict[str, Any], **term: Any) -> dict[str, Any]:
    own = {"code": "demo-register", "legal_bases": ["demo-regulation"], "publicity": {"term": "demo-register-term"}}
    item = content["items"]["administrative-licence"] | own
    demo["catalogue"]["add"] = {"bases": LOCAL_LAW, "items": {"demo-register": item}, "terms": [LOCAL_TERM | term]}
    return demo


def test_a_profile_adds_an_item_on_a_local_regulation(content: dict[str, Any], demo: dict[str, Any]) -> None:
    edition = build_edition(content, _with_local_item(content, demo))
    assert isinstance(may_enable(edition, "demo-register", TODAY), Granted)
    assert isinstance(may_enable(edition, "demo-register", date(2021, 12, 31)), Refused)
    term = edition.term_rule("demo-register", TODAY)
    assert term is not None
    assert term.key == "demo-register-term"


def test_a_profile_sets_no_term_for_a_national_item(content: dict[str, Any], demo: dict[str, Any]) -> None:
    changed = _with_local_item(content, demo, items=["demo-register", "administrative-penalty"], until="open")
    with pytest.raises(CatalogueInvalid, match="本配置新增的信息项"):
        build_edition(content, changed)


@pytest.mark.parametrize(
    ("catalogue", "says"),
    [
        ({"widen": {}}, "widen"),
        ({"add": {"bases": {"order-35": {}}}}, "order-35"),
        ({"narrow": {"disable": ["credit-score"]}}, "credit-score"),
        (
            {"add": {"bases": {"demo-regulation": LOCAL_LAW["demo-regulation"] | {"rank": "law"}}}},
            "不高于 local_regulation",
        ),
        (
            {
                "narrow": {
                    "deadlines": [
                        {
                            "key": "slow",
                            "items": ["administrative-penalty"],
                            "working_days": 8,
                            "in_force": {"from": "2026-01-01"},
                            "bases": ["order-35"],
                            "certainty": "project",
                        }
                    ]
                }
            },
            "不大于国家规定的 7 个工作日",
        ),
        (
            {
                "narrow": {
                    "deadlines": [
                        {
                            "key": "slow",
                            "categories": ["C03"],
                            "working_days": 21,
                            "in_force": {"from": "2026-01-01"},
                            "bases": ["order-35"],
                            "certainty": "project",
                        }
                    ]
                }
            },
            "不大于国家规定的 20 个工作日",
        ),
    ],
)
def test_a_profile_that_widens_the_national_catalogue_is_refused(
    catalogue: dict[str, Any], says: str, content: dict[str, Any], demo: dict[str, Any]
) -> None:
    demo["catalogue"] = catalogue
    with pytest.raises(CatalogueInvalid, match=says):
        build_edition(content, demo)


def test_a_profile_cannot_rewrite_a_national_item(content: dict[str, Any], demo: dict[str, Any]) -> None:
    demo["catalogue"]["add"] = {"items": {"administrative-penalty": content["items"]["administrative-penalty"]}}
    with pytest.raises(CatalogueInvalid, match="不得改写国家信息项"):
        build_edition(content, demo)


def test_a_local_item_without_a_local_regulation_is_refused(content: dict[str, Any], demo: dict[str, Any]) -> None:
    item = content["items"]["administrative-licence"] | {
        "code": "petitions",
        "legal_bases": ["dual-publicity-standard"],
    }
    demo["catalogue"]["add"] = {"items": {"petitions": item}}
    with pytest.raises(CatalogueInvalid, match="地方性法规以上"):
        build_edition(content, demo)


def test_a_profile_changes_the_hash(content: dict[str, Any], demo: dict[str, Any]) -> None:
    bare, local = build_edition(content), build_edition(content, demo)
    demo["site_title"] = "信用示例"
    assert len({bare.hash, local.hash, build_edition(content, demo).hash}) == 3

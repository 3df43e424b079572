"""Reading the YAML: doubled and unknown keys, wrong values and dangling references are refused, with file, key and what is allowed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.catalogue.readers.edition import build_edition
from xinheng.catalogue.readers.nodes import Node, closed
from xinheng.catalogue.readers.source import content_hash, national_content, parse
from xinheng.catalogue.values.edition import Edition
from xinheng.catalogue.values.errors import CatalogueInvalid
from xinheng.catalogue.values.law import Certainty
from xinheng.kernel.canonical import json_text

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _set(content: dict[str, Any], path: str, value: Any) -> None:
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    here: Any = content
    for part in way:
        here = here[part]
    here[last] = value


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("edition/in_force_from", "2026-4-1", ["edition.yaml", "in_force_from", "2026-4-1", "日期"]),
        ("edition/colour", "red", ["edition.yaml", "colour", "可用的键"]),
        ("edition/name", None, ["edition.yaml", "name", "None", "文本"]),
        ("edition/certainty", "quite", ["certainty", "quite", "sure、likely、unsure、project"]),
        ("bases/order-35/rank", "memorandum", ["bases/order-35.yaml", "rank", "memorandum", "law"]),
        ("bases/order-35/key", "order-36", ["bases/order-35.yaml", "key", "order-35"]),
        ("bases/order-35/versions", [], ["bases/order-35.yaml", "versions"]),
        ("bases/order-35/versions/0/in_force/to", "2019-07-08", ["in_force", "to", "2019-07-09"]),
        (
            "bases/administrative-penalty-law/versions/0/in_force/to",
            "2021-07-15",
            ["administrative-penalty-law", "晚于"],
        ),
        ("categories/categories/0/bases", ["no-such-law"], ["C01", "no-such-law", "order-49"]),
        ("categories/categories/1/code", "C01", ["categories.yaml", "C01", "unique"]),
        ("categories/categories/0/subject_kinds", ["robot"], ["subject_kinds", "robot", "natural_person"]),
        ("tiers/regimes/0/default_tier", "worst", ["default_tier", "worst", "general"]),
        ("tiers/regimes/1/tiers/1/min", "two months", ["min", "two months", "3m"]),
        ("tiers/regimes/1/tiers/1/min", "2y", ["min", "2y", "1y"]),
        ("tiers/regimes/1/tiers/1/max", "0d", ["max", "0d"]),
        ("tiers/regimes/1/clauses/0/kinds", ["责令改正"], ["R2019", "责令改正", "警告"]),
        ("tiers/regimes/1/in_force/from", "2019-06-30", ["R2019", "R2017", "不重叠"]),
        ("tiers/regimes/2/bases", ["repair-notice-2019"], ["R2023", "repair-notice-2019", "2023-05-01"]),
        ("publicity/deadlines/0/working_days", 0, ["working_days", "0", "1"]),
        ("publicity/deadlines/0/items", ["credit-score"], ["credit-score", "administrative-penalty"]),
        ("publicity/terms/0/until", "open", ["penalty-term", "open", "公示须有期限"]),
        ("publicity/withheld/0/when", {}, ["withheld", "至少一个条件"]),
        ("publicity/withheld/0/when/flags", ["ugly"], ["flags", "ugly", "state_secret"]),
        ("publicity/withheld/1/key", "state-secret", ["publicity.yaml", "state-secret", "unique"]),
        ("publicity/masking/0/public", "sometimes", ["masking", "sometimes", "id_6_4"]),
        ("gate/rules/0/ranks", ["memorandum"], ["gate.yaml", "ranks", "memorandum"]),
        ("purposes/purposes/0/natural_persons", "yes", ["natural_persons", "yes", "true"]),
        ("retention/rules/2/days", 179, ["retention.yaml", "179", "180"]),
        ("items/administrative-penalty/legal_bases", ["no-such-law"], ["administrative-penalty", "no-such-law"]),
        ("items/administrative-penalty/category", "C99", ["administrative-penalty", "C99", "C03"]),
        (
            "items/administrative-penalty/fields/1/code_list",
            "no_list",
            ["administrative-penalty", "no_list", "penalty_kind"],
        ),
        ("items/administrative-penalty/code", "fine", ["administrative-penalty", "fine"]),
        ("items/administrative-penalty/open_level", {"level": "secret"}, ["open_level", "secret", "public"]),
        ("items/administrative-penalty/retention", {"rule": "forever"}, ["retention", "forever", "archive"]),
        (
            "items/administrative-penalty/publicity",
            {"term": "licence-term"},
            ["publicity", "licence-term", "penalty-term"],
        ),
    ],
)
def test_a_wrong_value_is_refused_with_file_key_and_what_is_allowed(
    path: str, value: Any, says: list[str], content: dict[str, Any]
) -> None:
    _set(content, path, value)
    with pytest.raises(CatalogueInvalid) as refused:
        build_edition(content)
    for word in says:
        assert word in refused.value.message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", "第 3 行第 1 列"),
        ("rules:\n  - {days: 1, days: 2}\n", "days 重复"),
        ("a: [1, 2\n", "第 2 行"),
        ("a: !!python/object/apply:os.getcwd []\n", "YAML"),
        ("a: *nothing\n", "YAML"),
    ],
)
def test_text_that_is_no_strict_yaml_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(CatalogueInvalid, match=r"trial\.yaml") as refused:
        parse(text, "trial.yaml")
    assert says in refused.value.message


def test_dates_and_country_codes_stay_text() -> None:
    assert parse("from: 2026-04-01\non: no\nflag: true\n", "x") == {"from": "2026-04-01", "on": "no", "flag": True}


def test_the_shipped_catalogue_holds_together(edition: Edition) -> None:
    assert len(edition.categories) == 12
    assert {regime.key for regime in edition.regimes} == {"R2017", "R2019", "R2023", "R2026", "R-SAMR"}
    assert {"administrative-licence", "administrative-penalty"} <= {item.code for item in edition.items}
    assert {basis.rank.word for basis in edition.bases} >= {"law", "regulation", "party_state_policy", "project"}


def test_whatever_the_platform_made_up_is_marked_as_such(edition: Edition) -> None:
    for basis in edition.bases:
        assert (basis.instrument == "platform-conventions") == (basis.certainty is Certainty.PROJECT)
    groups = (edition.deadlines, edition.terms, edition.withheld, edition.retention, edition.masking)
    marks = [(rule.bases, rule.certainty) for group in groups for rule in group]
    for bases, certainty in marks:
        if all(key.startswith("platform-conventions") for key in bases):
            assert certainty is not Certainty.SURE


def test_an_edition_survives_json_unchanged(edition: Edition) -> None:
    assert build_edition(json.loads(json_text(national_content()))).hash == edition.hash


def test_the_hash_sees_every_value_and_no_order(content: dict[str, Any], edition: Edition) -> None:
    turned = dict(reversed(content.items()))
    assert content_hash(turned) == edition.hash
    content["retention"]["rules"][0]["days"] += 1
    assert content_hash(content) != edition.hash


@given(st.dictionaries(st.text(min_size=1, max_size=4), PLAIN, max_size=4))
def test_a_mapping_read_strictly_refuses_exactly_what_nobody_asked_for(raw: dict[str, Any]) -> None:
    with closed(Node(raw, "x")) as node:
        for key in raw:
            node.raw(key)
    if raw:
        with pytest.raises(CatalogueInvalid, match="可用的键"), closed(Node(raw, "x")):
            pass

"""Search: two characters are enough, writing does not matter, codes first, pages without gaps, nothing that may not be shown."""

from datetime import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from subject_cast import DAY, OPERATOR, code, firm, registration

from xinheng.kernel.names import bigrams, core
from xinheng.subjects import batch, door
from xinheng.subjects.load.index import index_names, vector, words_of
from xinheng.subjects.values import CursorInvalid, Scheme, SubjectKind

NOW = datetime.fromisoformat("2026-11-21T03:04:05+00:00")
NAMES = [
    "新蜀化工有限公司",
    "北京新蜀科技有限公司",
    "老新蜀贸易有限公司",
    "新余蜀新商行",
    "星河（北京）仪器股份有限公司",
    "ABC Industrial 仪器有限公司",
]


def load(names: list[str]) -> list[int]:
    """Enter firms of these names in this order; their ids."""
    batch.load_register([firm(n, name) for n, name in enumerate(names, 1)], source="登记簿", actor=OPERATOR, now=NOW)
    found = [door.by_code(code(n), actor=OPERATOR) for n in range(1, len(names) + 1)]
    return [page.id for page in found if page is not None]


def names(text: str) -> list[str]:
    return [hit.name for hit in door.search(text).items]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("新蜀", [NAMES[0], NAMES[1], NAMES[2]]),
        ("新蜀化工有限公司", [NAMES[0]]),
        ("北京新蜀科技", [NAMES[1]]),
        ("新蜀科", [NAMES[1]]),
        ("星河(北京)仪器股份有限公司", [NAMES[4]]),
        ("星 河 （北京） 仪器", [NAMES[4]]),
        ("星河仪器", [NAMES[4]]),
        ("ＡＢＣ　ｉｎｄｕｓｔｒｉａｌ", [NAMES[5]]),
        ("abc", [NAMES[5]]),
        ("仪器", [NAMES[4], NAMES[5]]),
        ("蜀新", [NAMES[3]]),
        ("仪", []),
        ("有限公司", []),
        ("没有这家", []),
        ("", []),
        ("\"' OR *()& | ! : <->", []),
    ],
)
def test_names_are_found_best_first(text: str, found: list[str]) -> None:
    load(NAMES)
    assert names(text) == found


@pytest.mark.django_db
def test_a_beginning_comes_before_a_part_and_a_part_before_scattered_words() -> None:
    load(["海红彩碧红彩碧海有限公司", "彩碧海边红彩碧有限公司", "老红彩碧海有限公司", "红彩碧海仪器有限公司"])
    assert names("红彩碧海") == [
        "红彩碧海仪器有限公司",
        "海红彩碧红彩碧海有限公司",
        "老红彩碧海有限公司",
        "彩碧海边红彩碧有限公司",
    ]


@pytest.mark.django_db
def test_the_exact_code_comes_first_whatever_its_writing() -> None:
    batch.load_register(
        [firm(1, more_codes=((Scheme.GS15, registration(1)),)), firm(2)], source="登记簿", actor=OPERATOR, now=NOW
    )
    for text in (code(1), code(1).lower(), f" {code(1)[:8]} {code(1)[8:]}", registration(1)):
        (hit,) = door.search(text).items
        assert (hit.code, hit.by_code) == (code(1), True)


@pytest.mark.django_db
def test_kinds_restrict_and_a_natural_person_cannot_be_asked_for() -> None:
    load(["新蜀化工有限公司"])
    shop = firm(7, "新蜀小吃店", kind=SubjectKind.INDIVIDUAL_BUSINESS, code=code(7, "92"))
    door.register_subject(draft=shop, actor=OPERATOR, now=NOW)
    assert [h.name for h in door.search("新蜀", kinds={SubjectKind.INDIVIDUAL_BUSINESS}).items] == ["新蜀小吃店"]
    assert door.search("新蜀", kinds={SubjectKind.NATURAL_PERSON}).items == ()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_pages_join_without_gap_or_repetition(size: int) -> None:
    ids = load(["新蜀", *[f"{'新蜀' if n % 3 else '老新蜀'}{n}号有限公司" for n in range(20)]])
    found: list[int] = []
    after = ""
    while True:
        page = door.search("新蜀", limit=size, after=after)
        assert len(page.items) <= size
        found += [hit.id for hit in page.items]
        after = page.after
        if not after:
            break
    assert len(found) == len(set(found)) == len(ids)
    assert found[0] == ids[0]
    assert found == [hit.id for hit in door.search("新蜀", limit=100).items]


@pytest.mark.django_db
@pytest.mark.parametrize("after", ["x", "MA", "OS45", "MC4tMQ", "没有"])
def test_a_cursor_that_is_none_is_refused(after: str) -> None:
    with pytest.raises(CursorInvalid):
        door.search("新蜀", after=after)


@pytest.mark.django_db
def test_a_search_row_without_a_visible_subject_shows_nothing() -> None:
    (subject_id,) = load(["新蜀化工有限公司"])
    with transaction.atomic():
        index_names([(subject_id + 1, "新蜀幽灵有限公司")])
    assert names("新蜀") == ["新蜀化工有限公司"]


@pytest.mark.django_db
def test_a_page_of_hits_takes_at_most_ten_queries() -> None:
    ids = load(NAMES)
    door.rename(subject_id=ids[4], name="银河光学有限公司", valid_from=DAY, actor=OPERATOR, now=NOW)
    for text in ("星河仪器", "仪器", "新蜀", code(1)):
        with CaptureQueriesContext(connection) as queries:
            assert door.search(text).items
        assert len(queries) <= 10


def test_no_phrase_runs_from_one_name_into_the_next() -> None:
    assert words_of(["甲乙", "丙丁"]) == ["000", "甲乙", "999", "000", "丙丁", "999"]
    assert vector(["000", "甲乙"]) == "'000':1 '甲乙':2"


HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
RARE = st.sampled_from("𬎆𪚥𠮷〇ABCxyz0159éß")
TEXT = st.text(alphabet=HAN | RARE, min_size=2, max_size=9)


class EveryTwoCharacters(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(TEXT, st.sampled_from(["", "有限公司", "（北京）有限公司", "股份有限公司"]), st.data())
    def test_any_two_neighbouring_characters_of_the_core_find_the_name(
        self, stem: str, form: str, data: st.DataObject
    ) -> None:
        name = stem + form
        subject_id = door.register_subject(draft=firm(1, name), actor=OPERATOR, now=NOW).subject_id
        pair = data.draw(st.sampled_from(bigrams(core(name))))
        assert subject_id in [hit.id for hit in door.search(pair, limit=100).items]
        assert subject_id in [hit.id for hit in door.search(name).items]

    @settings(max_examples=25, deadline=None)
    @given(st.lists(TEXT, min_size=1, max_size=6, unique=True), TEXT)
    def test_whatever_is_found_holds_every_bigram_and_whatever_holds_the_text_is_found(
        self, stems: list[str], text: str
    ) -> None:
        load([f"{stem}有限公司" for stem in stems])
        wanted = bigrams(core(text))
        found = {hit.name for hit in door.search(text, limit=100).items}
        holds = {f"{stem}有限公司" for stem in stems if set(wanted) <= set(bigrams(core(f"{stem}有限公司")))}
        exact = {f"{stem}有限公司" for stem in stems if f"{stem}有限公司" == text}
        assert found == holds | exact

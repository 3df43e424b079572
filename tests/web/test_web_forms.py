"""Forms keep what was typed, show what is wrong where it is wrong, and judge nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import Context, Template
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from xinheng.kernel.errors import Invalid
from xinheng.web.forms import STEP, Bound, Field, FieldError, FormSpec
from xinheng.web.style_page import ENTRY

TEXT_FIELDS = ["name", "code", "number", "decided", "amount", "facts"]
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


def draw(form: Bound, template: str = "{% error_summary form %}{% form_fields form %}") -> str:
    return Template("{% load xh %}" + template).render(Context({"form": form}))


@given(st.dictionaries(st.sampled_from(TEXT_FIELDS), TYPED))
def test_everything_typed_stands_in_the_form_again(typed: dict[str, str]) -> None:
    form = ENTRY.read_data(typed)
    page = draw(form)
    for name, value in typed.items():
        assert form.raw(name) == value
        assert escape(value) in page


@given(st.dictionaries(st.sampled_from(TEXT_FIELDS), TYPED), TYPED)
def test_the_review_page_carries_every_value_letter_for_letter(typed: dict[str, str], choice: str) -> None:
    form = ENTRY.read_data({**typed, "kind": choice})
    data = QueryDict(mutable=True)
    for name, value in form.hidden:
        data.appendlist(name, value)
    assert ENTRY.read_data(data).typed == form.typed


def test_a_choice_that_is_not_offered_stays_visible() -> None:
    page = draw(ENTRY.read_data({"kind": "吊销"}))
    assert '<option value="吊销" selected>吊销</option>' in page


def test_a_password_is_never_given_back() -> None:
    form = FormSpec("f", (("", (Field("p", "密码", "password"),)),)).read_data({"p": "geheim-1"})
    assert "geheim-1" not in draw(form)
    assert form.hidden == []
    assert form.text("p") == "geheim-1"


def test_a_chosen_file_is_named_and_asked_for_again() -> None:
    form = ENTRY.read_data({}, {"file": SimpleUploadedFile("决定书.pdf", b"x")})
    assert "请重新选择" in draw(form)
    assert {item.field: item.value for item in form.review()}["file"] == "决定书.pdf"


def test_errors_stand_in_the_summary_in_the_order_of_the_fields_and_lead_to_them() -> None:
    form = ENTRY.read_data({}).with_errors(
        [FieldError("facts", "丙"), Invalid("x.date", "乙", field="decided"), Invalid("x.whole", "甲", field="unknown")]
    )
    assert [(anchor, error.message) for anchor, error in form.summary] == [
        ("", "甲"),
        ("f-entry-decided", "乙"),
        ("f-entry-facts", "丙"),
    ]
    assert form.status == 422


def test_the_summary_takes_the_focus_and_every_anchor_exists() -> None:
    page = draw(ENTRY.read_data({}).require())
    assert 'tabindex="-1" autofocus' in page
    for name in ("name", "kind", "facts", "regime", "sure"):
        assert f'href="#f-entry-{name}"' in page
        assert f'id="f-entry-{name}"' in page


def test_an_error_stands_above_its_field_and_is_read_with_it() -> None:
    page = draw(ENTRY.read_data({"code": "9"}).with_errors([FieldError("code", "只有 1 位，应为 18 位")]))
    assert page.index("只有 1 位，应为 18 位</span></p>") < page.index('name="code"')
    assert 'aria-describedby="f-entry-code-hint f-entry-code-error" aria-invalid="true"' in page


def test_required_fields_left_empty_are_named_and_optional_ones_are_not() -> None:
    named = {error.field for error in ENTRY.read_data({"name": " ", "amount": ""}).require().errors}
    assert named == {"name", "code", "number", "decided", "kind", "facts", "regime", "sure"}


def test_unknown_fields_are_left_aside_and_the_step_is_read() -> None:
    form = ENTRY.read_data({"evil": "1", STEP: "confirm"})
    assert "evil" not in form.typed
    assert form.step == "confirm"
    assert ENTRY.read_data({STEP: "nonsense"}).step == ""


def test_markup_in_a_value_is_escaped() -> None:
    page = draw(ENTRY.read_data({"name": '"><script>alert(1)</script>', "facts": "</textarea><b>"}))
    assert "<script>" not in page
    assert "</textarea><b>" not in page


def test_a_review_shows_words_units_and_a_way_back() -> None:
    form = ENTRY.read_data({"kind": "fine", "amount": "3.5", "sure": "1"})
    page = draw(form, "{% review form '确认上报' %}")
    assert "罚款" in page
    assert "3.5 万元" in page
    assert 'name="_step" value="confirm"' in page
    assert 'name="_step" value="edit"' in page


@pytest.mark.parametrize("name", ["a", STEP])
def test_a_declaration_with_clashing_names_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must be distinct"):
        FormSpec("f", (("", (Field("a", "甲"), Field(name, "乙"))),))

"""Which records are certificates is declared in the catalogue; what makes no sense there is refused."""

from typing import Any

import pytest

from xinheng.catalogue.readers.edition import build_edition, package_edition
from xinheng.catalogue.readers.source import national_content
from xinheng.catalogue.values.errors import CatalogueInvalid


def changed(item: str, **section: Any) -> Any:
    content = national_content()
    content["items"][item] |= section
    return content


def test_the_package_declares_licences_and_which_penalty_names_one() -> None:
    edition = package_edition()
    terms = edition.item("administrative-licence").licence
    assert terms is not None
    assert (terms.title[0], terms.number[0], terms.in_effect) == ("XK_XKZS", "XK_XKBH", ("1",))
    assert edition.item("administrative-penalty").names_licence == "CF_NR_ZKDX"


@pytest.mark.parametrize(
    ("item", "section"),
    [
        ("administrative-licence", {"licence": {"title": ["NONE"], "number": ["XK_WSH"], "in_effect": ["1"]}}),
        ("administrative-licence", {"licence": {"title": ["XK_XKZS"], "number": [], "in_effect": ["1"]}}),
        ("administrative-licence", {"licence": {"title": ["XK_XKZS"], "number": ["XK_WSH"]}}),
        ("administrative-licence", {"polarity": "harm"}),
        ("administrative-penalty", {"licence": {"title": ["CF_WSH"], "number": ["CF_WSH"], "in_effect": ["1"]}}),
        ("administrative-penalty", {"names_licence": "NONE"}),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(item: str, section: dict[str, Any]) -> None:
    with pytest.raises(CatalogueInvalid):
        build_edition(changed(item, **section))

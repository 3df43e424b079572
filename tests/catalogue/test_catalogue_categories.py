"""The twelve categories of the national catalogue, and whom each of them may be about (domain digest, section 3)."""

import pytest

from xinheng.catalogue.door import package_edition

ALL = {"legal_person", "individual_business", "other_organisation", "natural_person"}
BUSINESSES = ALL - {"natural_person"}


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        *((code, ALL) for code in ("C01", "C02", "C03", "C06", "C07", "C08", "C10", "C11", "C12")),
        ("C04", {"natural_person"}),
        ("C05", BUSINESSES),
        ("C09", BUSINESSES),
    ],
)
def test_a_category_is_about_the_subjects_the_catalogue_names(code: str, kinds: set[str]) -> None:
    found = {one.code: one for one in package_edition("demo").categories}
    assert set(found[code].subject_kinds) == kinds
    assert len(found) == 12

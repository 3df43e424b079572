"""Generators of computed, therefore valid, synthetic identifiers. Divisions 99xxxx do not exist."""

from datetime import date

from hypothesis import strategies as st

from xinheng.kernel.identifiers import gs15, orgcode, resident, uscc


@st.composite
def organisation_codes(draw: st.DrawFn) -> str:
    body = draw(st.text(uscc.ALPHABET, min_size=8, max_size=8))
    return body + orgcode.check_character(body)


@st.composite
def usccs(draw: st.DrawFn, prefixes: frozenset[str] = uscc.KNOWN_PREFIXES) -> str:
    prefix = draw(st.sampled_from(sorted(prefixes)))
    division = draw(st.integers(990000, 999999))
    first17 = f"{prefix}{division}{draw(organisation_codes())}"
    return first17 + uscc.check_digit(first17)


@st.composite
def registration_numbers(draw: st.DrawFn) -> str:
    first14 = f"{draw(st.integers(990000, 999999))}{draw(st.integers(0, 99_999_999)):08d}"
    return first14 + gs15.check_digit(first14)


@st.composite
def resident_numbers(
    draw: st.DrawFn, earliest: date = date(1900, 1, 1), latest: date = date(2020, 12, 31), division: str | None = None
) -> str:
    born = draw(st.dates(earliest, latest))
    place = division or f"{draw(st.integers(110000, 659999))}"
    first17 = f"{place}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first17 + resident.check_character(first17)

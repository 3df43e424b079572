"""The search itself finds a number in every writing: a scan that could not find would prove nothing."""

import base64
import io
import json
import zipfile

import pytest

from intake.cast import resident_number
from privacy.searching import Search, old_form, packed

NUMBER = resident_number(11, "19710305")
FULL_WIDTH = NUMBER.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))


def in_zip(text: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", text)
    return target.getvalue()


WRITINGS: dict[str, object] = {
    "plain": NUMBER,
    "in a sentence": f"号码{NUMBER}。",
    "blanks": f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
    "hyphens": "-".join(NUMBER),
    "full width": FULL_WIDTH,
    "old form": old_form(NUMBER),
    "JSON escapes": json.dumps(FULL_WIDTH),
    "a number": int(NUMBER) if NUMBER.isdigit() else NUMBER,
    "small letters": NUMBER.lower(),
    "hexadecimal": NUMBER.encode().hex(),
    "bytea": f"\\x{NUMBER.encode().hex()}",
    "base64": base64.b64encode(f"the number is {NUMBER}".encode()).decode(),
    "bytes": f"x{NUMBER}".encode(),
    "GB18030": FULL_WIDTH.encode("gb18030"),
    "UTF-16 LE": NUMBER.encode("utf-16-le"),
    "UTF-16 BE": b"\x00" + NUMBER.encode("utf-16-be"),
    "packed page": b"page" + packed(f"in {NUMBER}"),
    "zip": in_zip(f"<c>{NUMBER}</c>"),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_every_writing_of_a_number_is_found(writing: str) -> None:
    search = Search([NUMBER])
    search.value("here", WRITINGS[writing])
    assert {number for found in search.found.values() for number in found} == {NUMBER}


@pytest.mark.parametrize(
    "value", [f"{NUMBER[:6]}********{NUMBER[-4:]}", "99010119710305", "91990101MB0000011A", b"\x00" * 99]
)
def test_what_is_masked_or_another_is_not(value: object) -> None:
    search = Search([NUMBER])
    search.value("here", value)
    assert (search.found, search.looked > 0) == ({}, True)

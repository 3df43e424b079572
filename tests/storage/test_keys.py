"""Key files are made once, for their owner only."""

import stat
from pathlib import Path

import pytest

from xinheng.storage.keys import NAMES, KeysMissing, make_keys, read_keys


def test_keys_are_made_with_mode_0600(tmp_path: Path) -> None:
    assert make_keys(tmp_path) == list(NAMES)
    assert {stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) for name in NAMES} == {0o600}
    assert len({getattr(read_keys(tmp_path), name) for name in NAMES}) == len(NAMES)


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    make_keys(tmp_path)
    before = read_keys(tmp_path)
    assert make_keys(tmp_path) == []
    assert read_keys(tmp_path) == before


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    make_keys(tmp_path)
    (tmp_path / "keys" / "master").chmod(0o640)
    with pytest.raises(KeysMissing) as refused:
        read_keys(tmp_path)
    assert refused.value.code == "storage.key_open"


@pytest.mark.parametrize("content", ["", "zz", "ab" * 31])
def test_a_malformed_key_is_refused(tmp_path: Path, content: str) -> None:
    make_keys(tmp_path)
    (tmp_path / "keys" / "files").write_text(content)
    with pytest.raises(KeysMissing) as refused:
        read_keys(tmp_path)
    assert refused.value.code == "storage.key_malformed"


def test_a_missing_key_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match="xinheng init"):
        read_keys(tmp_path)


def test_keys_do_not_show_in_a_representation(tmp_path: Path) -> None:
    make_keys(tmp_path)
    assert read_keys(tmp_path).master.hex() not in repr(read_keys(tmp_path))

"""A file that says it is a backup and cannot be read is refused with a sentence, whatever its directory claims."""

import struct
import zipfile
from pathlib import Path

import pytest

from xinheng.storage.backup.archive import MANIFEST, SIGNATURE, Opened
from xinheng.storage.backup.tables import BackupInvalid

ENTRY = b"PK\x01\x02"
FLAGS, METHOD = 8, 10
"""Where an entry of a zip's directory says that it is encrypted, and how it is packed."""


@pytest.mark.parametrize(("place", "value"), [(FLAGS, 1), (METHOD, 99), (METHOD, 6)])
def test_a_member_encrypted_or_packed_in_an_unknown_way_is_no_backup(tmp_path: Path, place: int, value: int) -> None:
    file = tmp_path / "a.backup"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(MANIFEST, "{}")
        made.writestr(SIGNATURE, "00")
    content = bytearray(file.read_bytes())
    struct.pack_into("<H", content, content.index(ENTRY) + place, value)
    file.write_bytes(content)
    with pytest.raises(BackupInvalid):
        Opened(file)

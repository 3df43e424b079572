"""What the ledger says of backups: that one was made, by whom, and how it is known; that this installation was restored from one."""

from dataclasses import dataclass
from datetime import datetime

from xinheng.kernel.actor import Actor
from xinheng.ledger.door import operation

MADE, RESTORED = "console.backup_made", "console.restored"


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup: the SHA-256 of its manifest, its size in bytes, the entries it holds."""

    digest: str
    size: int
    entries: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore: from which backup, made when by which version, with how many entries; whether something was there before."""

    digest: str
    made_at: datetime
    version: str
    entries: int
    replaced: bool


@operation(code=MADE, needs="system.backup")
def note_backup(*, made: BackupMade, actor: Actor, now: datetime) -> BackupMade:
    """Enter that a backup was made. Cost: the ledger's. Raises: NotAllowed."""
    return made


@operation(code=RESTORED, needs="system.restore")
def note_restore(*, done: Restored, actor: Actor, now: datetime) -> Restored:
    """Enter that this installation was restored. Cost: the ledger's. Raises: NotAllowed."""
    return done

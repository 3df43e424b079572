"""Signed checkpoints: a few lines of text that can be kept, printed or sent anywhere.

    xinheng-checkpoint/1
    origin <name of the installation>
    size <leaves in the tree>
    root <hex>
    at <UTC>

    sig ed25519 <base64>

The signature is over everything up to and including the empty line, in UTF-8.
"""

import base64
import binascii
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from xinheng.ledger.values import Checkpoint, CheckpointInvalid

FORMAT = "xinheng-checkpoint/1"


def public_key(seed: bytes) -> bytes:
    """The 32-byte Ed25519 public key of a seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def origin(seed: bytes) -> str:
    """The name an installation signs under: it follows from its key, so no two installations share it by accident."""
    return f"xinheng/{public_key(seed).hex()[:16]}"


def sign(size: int, root: bytes, at: datetime, *, origin: str, seed: bytes) -> Checkpoint:
    """Make a checkpoint."""
    moment = at.astimezone(UTC).replace(microsecond=0)
    body = f"{FORMAT}\norigin {origin}\nsize {size}\nroot {root.hex()}\nat {moment:%Y-%m-%dT%H:%M:%SZ}\n\n"
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(body.encode())
    return Checkpoint(size, root, moment, f"{body}sig ed25519 {base64.b64encode(signature).decode()}\n")


def read(text: str, *, key: bytes) -> Checkpoint:
    """Read a checkpoint and check its signature with the 32-byte public key.

    Raises: CheckpointInvalid.
    """
    body, separator, last = text.rpartition("\n\n")
    lines = dict(line.partition(" ")[::2] for line in body.splitlines()[1:])
    if not separator or not body.startswith(FORMAT + "\n") or not {"origin", "size", "root", "at"} <= lines.keys():
        raise CheckpointInvalid("ledger.checkpoint_malformed", "这不是信衡账本的检查点：缺少格式行、size、root 或签名")
    try:
        signature = base64.b64decode(last.removeprefix("sig ed25519 ").strip(), validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, f"{body}\n\n".encode())
        at = datetime.strptime(lines["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        return Checkpoint(int(lines["size"]), bytes.fromhex(lines["root"]), at, text)
    except InvalidSignature:
        raise CheckpointInvalid(
            "ledger.checkpoint_signature", "检查点的签名不对：内容被改动过，或公钥不是这一本账的"
        ) from None
    except (ValueError, binascii.Error):
        raise CheckpointInvalid(
            "ledger.checkpoint_malformed", "检查点内容无法读取：size、root、at 或签名不是应有的写法"
        ) from None

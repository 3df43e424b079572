"""Proofs for people outside: one entry is in the ledger, and the ledger only grew since an earlier checkpoint."""

from typing import Any

from django.apps import apps

from xinheng.kernel.canonical import canonical, text
from xinheng.ledger import models
from xinheng.ledger.queries.entries import run_of
from xinheng.ledger.queries.leaves import content_of, header_of, tile
from xinheng.ledger.rules.leaf import row_digest
from xinheng.ledger.rules.tree import Tree
from xinheng.ledger.values import ALGORITHM, Checkpoint, EntryUnknown, Header
from xinheng.storage.models import LedgeredModel

FORMAT = "xinheng-proof/1"


def prove(number: int, *, earlier_size: int, newer: Checkpoint) -> dict[str, Any]:
    """The proof of entry `number`: its content, its path into `newer`, and the path from the tree of `earlier_size` to `newer`.

    The row's fields are included where the row still is in the state this entry bound. Whoever checks it needs this value, an
    earlier checkpoint and the public key (tools/verify.py). Cost: a few queries and tiles.
    Raises: EntryUnknown when the number is not in the tree of `newer`; ValueError when `earlier_size` is greater.
    """
    if number > newer.size:
        raise EntryUnknown(number, newer.size)
    run = run_of(number)
    if run.first is None:
        raise EntryUnknown(number, newer.size)
    leaf = models.Leaf.objects.get(run_id=run.id, idx=number - run.first)
    tree = Tree(newer.size, tile)
    return {
        "format": FORMAT,
        "algorithm": ALGORITHM,
        "entry": {
            "number": number,
            "header": header_json(header_of(run)),
            "index": leaf.idx,
            "table": leaf.table_name,
            "row_id": leaf.row_id,
            "salt": bytes(leaf.salt).hex(),
            "digest": bytes(leaf.digest).hex(),
            "row": _row(leaf),
        },
        "inclusion": {"index": number - 1, "size": newer.size, "path": [h.hex() for h in tree.inclusion(number - 1)]},
        "consistency": {
            "from": earlier_size,
            "to": newer.size,
            "path": [h.hex() for h in tree.consistency(earlier_size)] if earlier_size else [],
        },
        "checkpoint": newer.text,
    }


def header_json(header: Header) -> list[list[str | None]]:
    """The header as [name, canonical text] pairs in hashing order."""
    return [
        ["kind", header.kind],
        ["operation", header.operation],
        ["at", text(header.at)],
        ["legal_date", text(header.legal_date)],
        ["actor_kind", header.actor_kind],
        ["actor_id", text(header.actor_id)],
        ["actor_name", header.actor_name],
        ["unit_id", text(header.unit_id)],
        ["behalf_id", text(header.behalf_id)],
        ["payload", header.payload],
    ]


def ledgered_models() -> dict[str, type[LedgeredModel]]:
    """Every ledgered model by the name of its table in the ledger, older versions of field lists included."""
    found: dict[str, type[LedgeredModel]] = {}
    for model in apps.get_models():
        if issubclass(model, LedgeredModel):
            found[model.ledger_table] = model
            found.update(dict.fromkeys(model.ledger_history, model))
    return found


def _row(leaf: models.Leaf) -> list[list[str | None]] | None:
    """The row's fields as [name, canonical text], where they still give the digest."""
    model = ledgered_models().get(leaf.table_name)
    row = model.objects.filter(pk=leaf.row_id).first() if model and leaf.row_id is not None else None
    if model is None or row is None:
        return None
    values = row.ledger_values(leaf.table_name)
    if row_digest(bytes(leaf.salt), canonical(values)) != content_of(leaf).digest:
        return None
    names = model.ledger_history.get(leaf.table_name, model.ledger_fields)
    return [[name, text(value)] for name, value in zip(names, values, strict=True)]

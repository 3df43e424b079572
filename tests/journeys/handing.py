"""How a unit of the world hands in a file of any item, and what the public then sees of it."""

import csv
import html
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from kinds import Row, Unit, clean
from world import World, publish
from xinheng.accounts.door import unit
from xinheng.catalogue.door import current_edition
from xinheng.catalogue.values.items import Item
from xinheng.intake.batch.load import Way, load_batch
from xinheng.intake.door import receive
from xinheng.intake.values.batches import UploadDraft
from xinheng.intake.values.receipts import Receipt
from xinheng.kernel.actor import Actor, system
from xinheng.kernel.dates import legal_date

SUBMITTERS = {"court": "court", "authorised": "water", "registrar": "market", "department": "market"}
"""Which unit of the world hands in an item that not everybody may."""


def reporter(world: World, key: str) -> Actor:
    """A program of a unit that may hand in, as a court's own system would."""
    own = unit(world.units[key])
    return replace(
        system("sender", "intake.load", "records.enter", "records.read_unpublished"), unit_id=own.id, unit_path=own.path
    )


def sender_of(world: World, item: str) -> str:
    """The unit of the world that hands in an item."""
    declared = current_edition(legal_date(world.now)).item(item)
    return SUBMITTERS[declared.submitters[0]] if declared.submitters else "market"


def row(world: World, item: str, number: int = 1, *, sender: str = "", **how: Any) -> Row:
    """A clean row of an item as its sender writes it."""
    key = sender or sender_of(world, item)
    own = unit(world.units[key])
    return clean(current_edition(legal_date(world.now)), item, number, unit=Unit(own.name, own.code), **how)


def hand_in(
    world: World,
    item: str,
    rows: Sequence[Row],
    *,
    sender: str = "",
    now: datetime | None = None,
    reason: str = "",
    more: Sequence[str] = (),
) -> Receipt:
    """Receive a file and load it, number it, and decide what of it is public. `more`: columns the item does not have."""
    now, key = now or world.now, sender or sender_of(world, item)
    declared = current_edition(legal_date(now)).item(item)
    content = as_csv(declared, rows, more)
    draft = UploadDraft(item, world.units[key], f"{declared.name}.csv", reason, job=False)
    received = receive(stream=BytesIO(content.encode()), draft=draft, actor=reporter(world, key), now=now)
    done = load_batch(received.batch_id, Way(lambda: now))
    publish(now)
    return done


def as_csv(item: Item, rows: Sequence[Row], more: Sequence[str] = ()) -> str:
    """Rows under the names of the item's fields, as a spreadsheet would write them."""
    used = [each for each in item.fields if each.is_obligatory or any(one.get(each.code) for one in rows)]
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([*(each.name for each in used), *more])
    writer.writerows([[one.get(code) or "" for code in (*(each.code for each in used), *more)] for one in rows])
    return target.getvalue()


def text(answer: Any) -> str:
    """What a reader sees of a page's own part, and the addresses in it."""
    found = re.search(r"<main.*?</main>", answer.content.decode(), flags=re.DOTALL)
    assert found is not None
    return " ".join(html.unescape(found[0]).split())

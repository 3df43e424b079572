"""Legal bases and categories from their files."""

import itertools

from xinheng.catalogue.readers.nodes import Node, closed, invalid, read_all, top
from xinheng.catalogue.readers.source import Raw
from xinheng.catalogue.values.items import Item
from xinheng.catalogue.values.law import SUBJECT_KINDS, Basis, Category, Certainty, Rank
from xinheng.kernel.periods import Period


def read_bases(raw: Raw, folder: str = "bases") -> tuple[Basis, ...]:
    """All bases of the instruments in `raw` (by file stem), sorted by key and day.

    An instrument as a whole (`whole`) is a basis of its own under its key; an article's key is `<instrument>.<name>`.
    Raises: CatalogueInvalid, also when two versions of one key overlap in time.
    """
    bases: list[Basis] = []
    for stem, entry in raw.items():
        with closed(top(entry, f"{folder}/{stem}.yaml")) as node:
            bases.extend(_instrument(node, stem))
    bases.sort(key=lambda basis: (basis.key, basis.in_force.start))
    for earlier, later in itertools.pairwise(bases):
        if earlier.key == later.key and earlier.in_force.overlaps(later.in_force):
            raise invalid(
                f"{folder}/{later.instrument}.yaml",
                later.key,
                str(later.in_force.start),
                f"晚于上一版本终止日（{earlier.in_force.end or '未终止'}）的日期",
            )
    return tuple(bases)


def _instrument(node: Node, stem: str) -> list[Basis]:
    key = node.text("key")
    if key != stem:
        raise invalid(node.where, node.at("key"), key, f"与文件名相同（{stem}）")
    rank = Rank.of(node.choice("rank", [rank.word for rank in Rank]))
    whole = node.word("whole")
    bases: list[Basis] = []
    for version in node.nodes("versions"):
        with closed(version):
            bases.extend(_version(version, key, rank, whole))
    if not bases:
        raise invalid(node.where, node.at("versions"), [], "至少一个版本，且 whole 与 articles 至少有其一")
    return bases


def _version(node: Node, key: str, rank: Rank, whole: str) -> list[Basis]:
    title, number, issuer = node.text("title"), node.word("number"), node.text("issuer")
    span, certainty, note = node.in_force(), node.certainty(), node.word("note")

    def basis(name: str, article: str, about: str, sure: Certainty, remark: str, within: Period) -> Basis:
        return Basis(name, key, title, number, issuer, article, about, rank, within, sure, remark)

    bases = [basis(key, "", whole, certainty, note, span)] if whole else []
    for name, article in node.items("articles"):
        with closed(article):
            within = article.in_force() if article.has("in_force") else span
            bases.append(
                basis(
                    f"{key}.{name}",
                    article.text("article"),
                    article.text("about"),
                    article.certainty(certainty),
                    article.text("note", note),
                    within,
                )
            )
    return bases


def read_categories(raw: Raw) -> tuple[Category, ...]:
    """The categories, in their order."""
    with closed(top(raw, "categories.yaml")) as node:
        return read_all(
            node.nodes("categories"),
            lambda entry: Category(
                entry.text("code"),
                entry.text("name"),
                entry.text("contents"),
                entry.strings("subject_kinds", known=SUBJECT_KINDS),
                entry.strings("bases"),
                entry.certainty(),
                entry.word("note"),
            ),
        )


def in_order(items: tuple[Item, ...], categories: tuple[Category, ...]) -> tuple[Item, ...]:
    """Items as the national catalogue names them: by category, within it in the order of its contents, then those it does not name."""
    place = {category.code: index for index, category in enumerate(categories)}
    contents = {category.code: category.contents for category in categories}

    def key(item: Item) -> tuple[int, bool, int, str]:
        named = contents.get(item.category, "").find(item.name)
        return place.get(item.category, len(place)), named < 0, named, item.code

    return tuple(sorted(items, key=key))

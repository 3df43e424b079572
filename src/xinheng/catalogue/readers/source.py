"""Raw content: the YAML files of this package as plain mappings, and their hash.

Dates stay text (`2026-04-01`), so that the content survives JSON, in which an edition is stored, without change.
"""

import hashlib
import re
from collections.abc import Hashable
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

import yaml

from xinheng.catalogue.readers.blocks import written_out
from xinheng.catalogue.values.errors import CatalogueInvalid, RegionUnknown
from xinheng.kernel.canonical import json_text

Raw = dict[str, Any]


if TYPE_CHECKING:
    _BaseLoader = yaml.SafeLoader
else:
    # The parser in C where PyYAML was built with it: the same language, several times as fast.
    _BaseLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_BaseLoader):
    """A safe loader without dates and without YAML 1.1's yes/no/on/off; doubled keys are refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"键 {key} 重复", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
# `true` and `false` only: a country code `no` or a key `on` must stay text.
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def parse(text: str, where: str) -> Any:
    """One YAML document as plain values.

    Raises: CatalogueInvalid naming file, line and column, also for a doubled key.
    """
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else "位置不明"
        raise CatalogueInvalid(
            "catalogue.yaml", f"{where}：{place}不是合格的 YAML（{error.problem}）；同一层的键不得重复"
        ) from error
    except yaml.YAMLError as error:
        raise CatalogueInvalid("catalogue.yaml", f"{where}：不是合格的 YAML（{error}）") from error


def content_hash(content: Any) -> str:
    """SHA-256, in hex, over the canonical JSON of the content: order of keys, blanks and comments do not count."""
    return hashlib.sha256(json_text(content).encode()).hexdigest()


def package_data() -> Traversable:
    """The folder with the YAML files of this package."""
    return files("xinheng.catalogue") / "data"


def national_content(root: Traversable | None = None) -> Raw:
    """Everything of the national catalogue: single files by their stem, folders `bases` and `items` as mappings of stems.

    Items stand written out: what they take from a block is in them.
    """
    root = root or package_data()
    content: Raw = {}
    for name in (
        "edition",
        "categories",
        "tiers",
        "publicity",
        "gate",
        "purposes",
        "retention",
        "code_lists",
        "limits",
        "repair",
    ):
        file = root / f"{name}.yaml"
        if not file.is_file():
            raise CatalogueInvalid("catalogue.file_missing", f"缺少目录文件 {name}.yaml")
        content[name] = parse(file.read_text(encoding="utf-8"), file.name)
    content["bases"] = _folder(root / "bases", "bases")
    content["items"] = items_written_out(_folder(root / "items", "items"), "items", root)
    return content


def items_written_out(items: Raw, where: str, root: Traversable | None = None) -> Raw:
    """Items as their files have them, with what they take from the blocks of this package.  Raises: CatalogueInvalid."""
    blocks = _folder((root or package_data()) / "blocks", "blocks")
    return {stem: written_out(entry, blocks, f"{where}/{stem}.yaml") for stem, entry in items.items()}


def region_content(region: str, root: Traversable | None = None) -> Raw:
    """The profile of a region.

    Raises: RegionUnknown when there is none; the message lists those present.
    """
    folder = (root or package_data()) / "profiles"
    present = regions(root)
    if region not in present:
        raise RegionUnknown("catalogue.region_unknown", f"没有地区“{region}”的配置；现有：{'、'.join(present) or '无'}")
    raw = parse((folder / f"{region}.yaml").read_text(encoding="utf-8"), f"profiles/{region}.yaml")
    if not isinstance(raw, dict):
        raise CatalogueInvalid("catalogue.shape", f"profiles/{region}.yaml：应为键值对（mapping）")
    added = raw.get("catalogue", {}).get("add", {}) if isinstance(raw.get("catalogue"), dict) else {}
    if isinstance(added, dict) and isinstance(added.get("items"), dict):
        added["items"] = items_written_out(added["items"], f"profiles/{region}.yaml：catalogue.add.items", root)
    return raw


def regions(root: Traversable | None = None) -> tuple[str, ...]:
    """The regions that have a profile, sorted."""
    return tuple(_folder_names((root or package_data()) / "profiles"))


def _folder(folder: Traversable, name: str) -> Raw:
    return {
        stem: parse((folder / f"{stem}.yaml").read_text(encoding="utf-8"), f"{name}/{stem}.yaml")
        for stem in _folder_names(folder)
    }


def _folder_names(folder: Traversable) -> list[str]:
    return sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))

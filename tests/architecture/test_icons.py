"""Icons that pages use are among those built at set-up; a missing one would be an empty square nobody notices."""

import re

from architecture.tree import ROOT

USED = re.compile(r"{%\s*icon\s+[\"']([a-z0-9-]+)[\"']")


def test_every_icon_in_a_template_is_built() -> None:
    listed = set((ROOT / "web" / "icons.txt").read_text(encoding="utf-8").split())
    pages = (ROOT / "src").rglob("*.html")
    used = {name for page in pages for name in USED.findall(page.read_text(encoding="utf-8"))}
    assert used
    assert used - listed == set()


def test_the_list_is_sorted_and_names_each_icon_once() -> None:
    names = (ROOT / "web" / "icons.txt").read_text(encoding="utf-8").split()
    assert names == sorted(set(names))

"""Looking at a page in a real browser as it stands, at every width: axe, sideways scroll, violated policies.

A page is loaded once and then made wider or narrower: what the server sends does not depend on the width and no script asks for it,
so the layouts differ by style sheets alone, and each of them is looked at whole.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (375, 768, 1440)
HEIGHT = 900

# Two frames later the layout of the new width is at rest.
SIDEWAYS = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    return document.documentElement.scrollWidth > document.documentElement.clientWidth;
}"""

# Only what is serious comes over the wire: the whole report of a page is a megabyte of what is in order.
SERIOUS = """async () => {
    const report = await axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        resultTypes: ['violations'],
    });
    if (report.passes.length + report.violations.length < 5) throw new Error('axe looked at nothing');
    return report.violations
        .filter(found => found.impact === 'serious' || found.impact === 'critical')
        .map(found => `${found.id} ${found.nodes[0].html}`);
}"""


def require_axe() -> None:
    """Skip the test where axe-core is not installed; fail it where `XINHENG_REQUIRE` names the browser."""
    if not AXE.is_file():
        if "chromium" in os.environ.get("XINHENG_REQUIRE", ""):
            pytest.fail("axe-core is not installed: npm ci with the development packages")
        # Part of the browser's equipment, so counted under its name; CI requires it and fails above.
        pytest.skip("chromium: axe-core is not installed")


def faults(page: Any, widths: Sequence[int] = WIDTHS) -> list[str]:
    """What is wrong with the open page at these widths (in CSS pixels): serious findings of axe, and a sideways scroll."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{page.url} at {width}: {each}" for each in faults_as_it_stands(page)]
    return found


def faults_as_it_stands(page: Any) -> list[str]:
    """What is wrong with the open page at its present width."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    sideways = ["scrolls sideways"] if page.evaluate(SIDEWAYS) else []
    return [*sideways, *page.evaluate(SERIOUS)]


def breaches(said: Sequence[str]) -> list[str]:
    """Messages of the console that speak of a violated content-security policy."""
    return [text for text in said if "Content Security Policy" in text or "Content-Security-Policy" in text]

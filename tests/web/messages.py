"""Finds messages and untranslated words in templates and Python sources of the front ends."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.template.base import Lexer, TokenType

SOURCE = Path(__file__).resolve().parents[2] / "src" / "xinheng"
FRONT_ENDS = ("web", "portal", "workbench")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAMPLES = {"style_page.py", "style.html", "style_body.html", "style_workbench.html"}
"""Sample content of the style page, which is never shown to users."""
OWN_NAMES = {"中文", "信衡"}
"""Names written in their own language on every page: the language switch and the mark's."""
_CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}


def templates() -> list[Path]:
    return sorted(path for name in FRONT_ENDS for path in (SOURCE / name).rglob("*.html"))


def sources() -> list[Path]:
    return sorted(path for name in FRONT_ENDS for path in (SOURCE / name).rglob("*.py"))


def template_messages(text: str) -> Iterator[str]:
    """The messages of `translate`, `blocktranslate` and `_("…")` in filters and arguments."""
    tokens = iter(Lexer(text).tokenize())
    for token in tokens:
        if token.token_type != TokenType.BLOCK:
            continue
        words = token.contents.split(None, 1)
        if words[0] in {"translate", "trans"}:
            found = re.match(r"\s*(\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)')", words[1])
            assert found, token.contents
            yield found["a"] if found["a"] is not None else found["b"]
        elif words[0] in {"blocktranslate", "blocktrans"}:
            yield _block(tokens, trimmed="trimmed" in token.split_contents())


def _block(tokens: Iterator[object], *, trimmed: bool) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.token_type == TokenType.VAR:  # type: ignore[attr-defined]
            parts.append(f"%({token.contents.strip()})s")  # type: ignore[attr-defined]
        elif token.token_type == TokenType.TEXT:  # type: ignore[attr-defined]
            parts.append(token.contents.replace("%", "%%"))  # type: ignore[attr-defined]
        else:
            break
    text = "".join(parts)
    return " ".join(line.strip() for line in text.strip().splitlines()) if trimmed else text


def bare_template_marks(text: str) -> list[str]:
    """Chinese commas, colons and brackets of a template that stand outside any translation."""
    found: list[str] = []
    inside = False
    for token in Lexer(text).tokenize():
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0]
            inside = name in {"blocktranslate", "blocktrans"} or (inside and not name.startswith("endblocktrans"))
        elif token.token_type == TokenType.TEXT and not inside:
            found += re.findall("[，。；：、（）？！]", token.contents)
    return found


def bare_template_words(text: str) -> list[str]:
    """Chinese words of a template that stand outside any translation."""
    found: list[str] = []
    inside = False
    for token in Lexer(text).tokenize():
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0]
            inside = name in {"blocktranslate", "blocktrans"} or (inside and not name.startswith("endblocktrans"))
            if name not in {"translate", "trans"} and CHINESE.search(token.contents):
                found.append(token.contents)
        elif token.token_type == TokenType.TEXT and not inside:
            found += [word for word in re.findall(r"[\u4e00-\u9fff]+", token.contents) if word not in OWN_NAMES]
    return found


def python_messages(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def bare_python_words(tree: ast.AST) -> list[str]:
    """Chinese string constants that stand outside `_()`, docstrings and help texts."""
    excused: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _CALLS:
            excused |= {id(each) for each in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            excused.add(id(node.value))
        elif isinstance(node, ast.AnnAssign):
            excused |= {id(each) for each in ast.walk(node.annotation)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CHINESE.search(node.value)
        and id(node) not in excused
    ]


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def all_messages() -> dict[str, set[str]]:
    """Message → names of the files that use it, over all front ends."""
    found: dict[str, set[str]] = {}
    for path in templates():
        for message in template_messages(path.read_text(encoding="utf-8")):
            found.setdefault(message, set()).add(path.name)
    for path in sources():
        for message in python_messages(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(message, set()).add(path.name)
    return {message: files for message, files in found.items() if not files <= SAMPLES}

"""What is particular to Chinese stands in policydiff/language and nowhere else."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from toy_language import TOY

import policydiff

PACKAGE = Path(policydiff.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "language" not in path.relative_to(PACKAGE).parts
}
#: Modules, or rooms, that still spell Chinese, and those that still reach for Chinese instead of
#: being handed a language. Nothing may join them; what is done is taken out.
STILL_SPELL_CHINESE = (
    "analysis.identity",
    "analysis.outline",
    "reading",
)
STILL_REACH_FOR_CHINESE = ("analysis.identity", "analysis.outline", "reading")
#: Where the language of reports is chosen as long as there is one.
CHOOSES_THE_LANGUAGE = "analysis.documents"

#: Han, Chinese marks, full-width forms; marks that other languages use as well do not count.
_CHINESE = re.compile("[\u3001-\u301f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff5e]")


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """The string constants of a module, docstrings left out, each with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    texts = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
            yield node.lineno, node.value


def within(name: str, excepted: Iterable[str]) -> bool:
    """Whether a module is one of some, or in one of some rooms."""
    return any(f"{name}.".startswith(f"{other}.") for other in excepted)


@pytest.mark.parametrize("name", MODULES)
def test_no_chinese_outside_the_language(name: str) -> None:
    spelt = [(line, text) for line, text in strings(MODULES[name]) if _CHINESE.search(text)]
    assert not spelt or within(name, STILL_SPELL_CHINESE), spelt


@pytest.mark.parametrize("name", MODULES)
def test_the_language_is_handed_over(name: str) -> None:
    reaches = "policydiff.language.zh" in {
        ".".join((node.module or "").split(".")[:3])
        for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    assert not reaches or within(name, (*STILL_REACH_FOR_CHINESE, CHOOSES_THE_LANGUAGE))


# --- another language -----------------------------------------------------------------------------


def test_a_language_travels_by_its_name() -> None:
    assert pickle.loads(pickle.dumps(TOY)) is TOY
    assert len(pickle.dumps(TOY)) < 100

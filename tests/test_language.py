"""What is particular to Chinese stands in policydiff/language and nowhere else."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from toy_language import TOY

import policydiff
from policydiff.language.zh import CHINESE

PACKAGE = Path(policydiff.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "language" not in path.relative_to(PACKAGE).parts
}
#: Modules, or rooms, that still spell Chinese, and those that still reach for Chinese instead of
#: being handed a language. Nothing may join them; what is done is taken out.
STILL_SPELL_CHINESE = ("reading",)
STILL_REACH_FOR_CHINESE = ("reading",)
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


OLD = """1# Orlu 2030
Mek dravo 10 tilk! Skon velm!
2# Zarn 2031
Mek dravo 20 tilk sup~ skon velm ef 2031! Zertak skon porta gan rilme!
Fonda sabo luma kirt!
"""
NEW = """1# Orlu 2031
Mek dravo 20 tilk! Skon velm!
2# Zarn 2032
Mek dravo 25 tilk sup~ skon velm ef 2032! Hoptu skon porta gan rilme!
Truva nelk osmi drun!
"""


class Refusing:
    """Stands for what is particular to Chinese where it must not be asked for."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"Chinese is asked for {name}")

    def __call__(self, *_: object) -> object:
        raise AssertionError("Chinese is asked")


@pytest.fixture
def no_chinese() -> Iterator[None]:
    """Chinese refuses all that it is asked."""
    kept = {field.name: getattr(CHINESE, field.name) for field in fields(CHINESE)}
    for name in kept.keys() - {"name"}:
        object.__setattr__(CHINESE, name, Refusing())
    yield
    for name, value in kept.items():
        object.__setattr__(CHINESE, name, value)


@pytest.mark.usefixtures("no_chinese")
def test_a_toy_language_goes_through_the_whole_pipeline() -> None:
    old = policydiff.parse(OLD, "old", language=TOY)
    new = policydiff.parse(NEW, "new", language=TOY)
    assert (old.year, new.year) == (2031, 2032)
    assert [(c.part, c.commits, c.strength) for c in old.clauses] == [
        *[("review", False, "plain")] * 2,
        ("plan", True, "plain"),
        ("plan", True, "firm"),
        ("plan", True, "plain"),
    ]
    (target,) = old.commitments[0].targets
    assert (target.indicator, str(target.value), target.unit, target.bound) == (
        *("mek dravo", "20", "tilk", "at_least"),
    )
    comparison = policydiff.compare(old, new)
    assert [(c.outcome, c.kinds) for c in comparison.changes] == [
        ("changed", ("target raised", "deadline moved")),
        ("changed", ("strength weakened", "reworded")),
        ("dropped", ()),
        ("added", ()),
    ]
    assert "mek dravo" in comparison.to_yaml()
    assert "1" in comparison.summary()
    assert len(comparison.rows()) >= len(comparison.changes)
    through = policydiff.trajectory([old, new])
    assert [(t.name, t.course) for t in through.threads if t.is_measured] == [
        ("mek dravo", "20tilk sup (2031) → 25tilk sup (2032)")
    ]


def test_a_language_travels_by_its_name() -> None:
    assert pickle.loads(pickle.dumps(TOY)) is TOY
    assert len(pickle.dumps(TOY)) < 100

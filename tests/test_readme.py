"""README and docs say what is true: every example in them is run, every quoted output compared.

``python -m tests.test_readme --refresh`` writes what the program prints now into the pages. What
is run and compared, by the language of a fenced block:

- ``python``: doctest prompts; the blocks of a page are one session.
- ``console``: lines that begin with ``$ `` go to a shell, together with both output streams.
- ``yaml``: must load. Behind ``<!-- output: COMMAND | SELECTION -->`` the block is a stretch of
  what the command prints: ``first 9`` lines, or ``entry TEXT``, the list entry that holds it.
- ``text`` behind ``<!-- file: PATH -->``: stands in that file.
- ``sh`` behind ``<!-- command: NAME -->``: for people, and for .ci/run, which runs it.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import get_args

import pytest

from policydiff.models import Bound, Kind, Part, Strength
from policydiff.output.schema import schema
from policydiff.years.result import Fate
from tests.written import from_yaml

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGE_NAMES = [page.name for page in PAGES]

_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>output|file|command): (?P<what>.+?)(?: \| (?P<selection>.+?))? -->\n)?"
    r"^```(?P<language>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_LANGUAGES = {"python", "console", "yaml", "text", "sh"}


@dataclass(frozen=True)
class Block:
    """A fenced block: where its body stands in the page, and what its marker asks for."""

    language: str
    body: str
    start: int
    mark: str | None
    what: str | None
    selection: str | None


def blocks(page: str) -> list[Block]:
    return [
        Block(m["language"], m["body"], m.start("body"), m["mark"], m["what"], m["selection"])
        for m in _BLOCK.finditer(page)
    ]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def output_of(command: str, *, errors: bool = False) -> str:
    """What a shell command prints; ``python`` and ``policydiff`` are those of this run."""
    names = 'python() { "$PYTHON" "$@"; }\npolicydiff() { python -m policydiff "$@"; }\n'
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        ["/bin/sh", "-c", names + command],
        cwd=ROOT,
        env=os.environ
        | {"PYTHON": sys.executable, "PYTHONPATH": path, "COLUMNS": "100", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if errors else subprocess.PIPE,
        check=False,
        timeout=120,
    )
    return done.stdout.decode("utf-8")


def selected(block: Block) -> str:
    """The stretch of the command's output that an ``output`` block quotes."""
    assert block.what is not None
    lines = output_of(block.what).splitlines()
    how, _, which = (block.selection or "").partition(" ")
    if how == "first":
        chosen = lines[: int(which)]
    elif how == "entry":
        # An entry begins with "- " and goes on in deeper lines.
        hit = next(i for i, line in enumerate(lines) if which in line)
        begin = max(i for i in range(hit + 1) if lines[i].startswith("- "))
        chosen = [
            lines[begin],
            *takewhile(lambda line: line.startswith("  "), lines[begin + 1 :]),
        ]
    else:
        chosen = lines
    return "".join(f"{line}\n" for line in chosen)


def rerun(block: Block) -> str:
    """A console block with the output that its commands give now."""
    commands = [line for line in block.body.splitlines() if line.startswith("$ ")]
    return "".join(f"{line}\n{output_of(line[2:], errors=True)}" for line in commands)


class _Collector(doctest.DocTestRunner):
    """Keeps what each failed example really gave."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.got: list[tuple[doctest.Example, str]] = []

    def report_failure(self, out, test, example, got):  # type: ignore[no-untyped-def]
        self.got.append((example, got))

    def report_unexpected_exception(self, out, test, example, exc_info):  # type: ignore[no-untyped-def]
        self.got.append((example, f"{exc_info[0].__name__}: {exc_info[1]}\n"))


def session_failures(page: str) -> list[tuple[doctest.Example, str]]:
    """Run the Python blocks of a page as one session; line numbers are those of the page."""
    kept = ["\n"] * page.count("\n")
    for block in blocks(page):
        if block.language == "python":
            first = page.count("\n", 0, block.start)
            lines = block.body.splitlines(keepends=True)
            kept[first : first + len(lines)] = lines
    test = doctest.DocTestParser().get_doctest("".join(kept), {}, "page", None, 0)
    runner = _Collector()
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        runner.run(test, out=lambda _: None)
    finally:
        os.chdir(before)
    return runner.got


def refreshed(page: str) -> str:
    """The page with the outputs that the program gives now; prose is left alone."""
    for block in reversed(blocks(page)):
        if block.mark == "output":
            body = selected(block)
        elif block.language == "console":
            body = rerun(block)
        else:
            continue
        page = page[: block.start] + body + page[block.start + len(block.body) :]
    lines = page.splitlines(keepends=True)
    for example, got in sorted(session_failures(page), key=lambda f: f[0].lineno, reverse=True):
        behind = example.lineno + example.source.count("\n")
        lines[behind : behind + example.want.count("\n")] = got.splitlines(keepends=True)
    return "".join(lines)


# --- tests ----------------------------------------------------------------------------------------


@pytest.fixture(params=PAGES, ids=PAGE_NAMES)
def page(request: pytest.FixtureRequest) -> str:
    return text_of(request.param)


def test_every_page_is_there() -> None:
    assert {"README.md", "how-it-works.md", "yaml-format.md", "glossary.md", "tricky-cases.md"} <= {
        *PAGE_NAMES
    }


def test_every_block_is_checked_by_something(page: str) -> None:
    assert page.count("\n```") == 2 * len(blocks(page))
    for block in blocks(page):
        assert block.language in _LANGUAGES, block.body
        assert block.language != "text" or block.mark == "file", block.body
        assert block.language != "sh" or block.mark == "command", block.body
        assert block.language != "python" or ">>> " in block.body, block.body


def test_python_sessions_give_what_they_show(page: str) -> None:
    wrong = [
        f"line {example.lineno + 1}: {example.source}shown: {example.want}given: {got}"
        for example, got in session_failures(page)
    ]
    assert not wrong, "\n".join(wrong)


def test_console_blocks_print_what_they_show(page: str) -> None:
    for block in blocks(page):
        if block.language == "console":
            assert block.body == rerun(block)


def test_quoted_outputs_are_what_the_program_prints(page: str) -> None:
    for block in blocks(page):
        if block.mark == "output":
            assert block.body.strip()
            assert block.body == selected(block)
            assert f"\n{block.body}" in f"\n{output_of(block.what or '')}"


def test_a_quoted_entry_is_a_whole_one(page: str) -> None:
    for block in blocks(page):
        if (block.selection or "").startswith("entry "):
            (entry,) = from_yaml(block.body)
            lists = from_yaml(output_of(block.what or "")).values()
            assert any(entry in entries for entries in lists if isinstance(entries, list))


def test_quoted_inputs_stand_in_their_files(page: str) -> None:
    for block in blocks(page):
        if block.mark == "file":
            source = text_of(ROOT / (block.what or ""))
            assert all(line in source for line in block.body.splitlines())


def test_yaml_blocks_load(page: str) -> None:
    for block in blocks(page):
        if block.language == "yaml":
            assert from_yaml(block.body) is not None


def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page):
        assert (ROOT / target).exists() or (ROOT / "docs" / target).exists(), target


def test_the_page_of_options_explains_every_one_and_no_other() -> None:
    known = set(re.findall(r"--[a-z][a-z-]*", output_of("python -m policydiff --help")))
    said = text_of(ROOT / "docs" / "command-line.md")
    assert set(re.findall(r"--[a-z][a-z-]*", said)) == known


def test_readme_begins_with_what_it_is_how_to_install_it_and_the_page() -> None:
    for name, first in (("README.md", "## For a review meeting"), ("README.zh.md", "## 开会")):
        page = text_of(ROOT / name)
        top = page[: page.index(first)]
        places = [top.index(said) for said in ("pip install", "2024.txt", "docs/page.png")]
        assert places == sorted(places)
        assert top.count("\n") < 40
        assert page.count("\n") < 260


def _properties(node: object) -> set[str]:
    """The names of all keys that a schema allows."""
    if isinstance(node, list):
        return set().union(*map(_properties, node))
    if not isinstance(node, dict):
        return set()
    named = node.get("properties", {})
    return set(named).union(*map(_properties, node.values()), *map(_properties, named.values()))


def test_yaml_page_explains_every_key() -> None:
    allowed = _properties(schema())
    assert {"span", "masked", "rival", "own_years", "firmness"} <= allowed
    assert allowed <= set(re.findall(r"`([a-z_0-9]+)`", text_of(ROOT / "docs/yaml-format.md")))


@pytest.mark.parametrize("name", sum(map(get_args, (Kind, Bound, Part, Strength, Fate)), ()))
def test_glossary_has_every_word_of_the_output(name: str) -> None:
    assert f"`{name}`" in text_of(ROOT / "docs/glossary.md")


def test_ci_takes_its_commands_out_of_the_readme() -> None:
    """The script finds the same blocks that people copy, and brings no command of its own."""
    commands = {b.what: b.body for b in blocks(text_of(ROOT / "README.md")) if b.mark == "command"}
    assert set(commands) == {"run", "test"}
    script = ROOT / ".ci" / "run"
    for name, body in commands.items():
        printed = subprocess.run(
            ["bash", script, "--print", name], capture_output=True, check=True, timeout=60
        )
        assert printed.stdout.decode("utf-8") == body
    said = re.sub(r"(?m)^\s*#.*$", "", text_of(script))
    assert not re.search(r"\bpip\b|pytest|ruff|mypy|-m venv", said)
    assert os.access(script, os.X_OK)


def test_commands_are_complete() -> None:
    commands = {b.what: b.body for b in blocks(text_of(ROOT / "README.md")) if b.mark == "command"}
    for part in ("-m venv", "install", "corpora/"):
        assert part in commands["run"]
    for part in ("-m venv", "[dev]", "ruff check", "ruff format --check", "mypy", "pytest"):
        assert part in commands["test"]


def refresh() -> None:
    """Write current outputs into the pages and say which pages should be read again."""
    for page in PAGES:
        before = text_of(page)
        after = refreshed(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(f"{page.relative_to(ROOT)}: outputs refreshed; read its prose again")


if __name__ == "__main__":
    if sys.argv[1:] != ["--refresh"]:
        sys.exit("usage: python -m tests.test_readme --refresh")
    refresh()

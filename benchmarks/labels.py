"""The labels that live outside the project, and the truth files of tests/, for every benchmark."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import policydiff

ROOT = Path(policydiff.__file__).resolve().parent.parent
#: What was planted in the fictional pairs of corpora/.
TRUTH = sorted((ROOT / "tests" / "truth").glob("*.yaml"))


def load_score(labels: Path) -> ModuleType:
    """The labels' own score.py."""
    sys.path.insert(0, str(labels.resolve().parent))
    return importlib.import_module("score")


def labelled(labels: Path) -> list[Path]:
    """The files of labelled pairs: those that say which clauses of two reports are linked."""
    return [path for path in sorted(labels.glob("*.json")) if _holds_links(path)]


def _holds_links(path: Path) -> bool:
    """Whether a file labels the plans of two reports; others label targets, kinds, follow-up."""
    label = json.loads(path.read_text(encoding="utf-8"))
    return isinstance(label, dict) and all("plan" in label.get(side, ()) for side in ("old", "new"))


def put_numbers(table: Path, section: str, before: str, values: Mapping[str, float]) -> None:
    """Put numbers into a section of a table, in the place of those that it has.

    ``before``: what stands before a number in the table, {} for its name.
    """
    head, mark, rest = table.read_text(encoding="utf-8").partition(f"\n{section}:\n")
    body, *behind = re.split(r"(?m)^(?=\w+:$)", rest, maxsplit=1)
    for name, value in values.items():
        pattern = f"({re.escape(before.format(name))})[^,\\s]+"
        body, n = re.subn(pattern, rf"\g<1>{value:.4g}", body)
        assert n == 1, (section, name)
    table.write_text("".join((head, mark, body, *behind)), encoding="utf-8")


def quoted(document: policydiff.Document, quote: str) -> list[policydiff.Clause]:
    """The clause in which a quotation of a truth file begins; none where there is no such text."""
    at = document.source.find(quote)
    return [clause for clause in document.clauses if clause.start <= at < clause.end]

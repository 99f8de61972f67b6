"""Results that were saved as YAML or JSON, read again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from policydiff.errors import ReadError, UsageError
from policydiff.language.yaml_text import from_yaml
from policydiff.output.data import FORMAT, ORDER
from policydiff.output.files import Plain, ResultKind, check_suffix, suffix_of
from policydiff.output.lines import comparison_lines, corpus_lines
from policydiff.output.result import Result
from policydiff.output.text import to_json
from policydiff.years.result import trajectory_lines

#: What a JSON file of a result begins with, and no YAML file that policydiff writes.
_JSON: Final = "{"
#: The larger of the results of a thousand reports have less.
MAX_BYTES: Final = 500_000_000


#: The kinds of file that hold all of a result.
_SAVED_AS: Final = (".yaml", ".yml", ".json")


@dataclass(frozen=True, eq=False, repr=False)
class SavedResult(Result):
    """A result as its file has it: data without the reports that it was made from.

    It saves the same bytes again, as YAML and as JSON. It holds what was saved: ``all`` and
    ``repairs`` change nothing. Pages, Office files and rows need the reports themselves.
    """

    kind: ClassVar[ResultKind]
    data: dict[str, Any]

    def to_dict(self, *, all: bool = True, repairs: bool = False) -> dict[str, Any]:
        """The data that was saved."""
        return deepcopy(self.data)

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        all: bool = True,
        repairs: bool = False,
        lang: str = "zh",
    ) -> None:
        """Write YAML or JSON again. Raises UsageError for any other kind, before any work."""
        check_suffix(path)
        if suffix_of(path) not in _SAVED_AS:
            self.rows()
        super().save(path, all=all, repairs=repairs, lang=lang)

    def rows(self, *, all: bool = True) -> list[dict[str, Plain]]:
        """Raises UsageError: a saved result has no rows."""
        raise UsageError(
            where="a result that was loaded",
            what="holds no reports, which rows and pages are made from",
            remedy="compare the reports again; YAML and JSON can be saved",
        )

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.data == self.data

    def __hash__(self) -> int:
        return hash(to_json(self.data))

    def _named(self, *keys: str) -> str:
        return " → ".join(str(self.data[key]["name"]) for key in keys)


class SavedComparison(SavedResult):
    """A comparison of two reports that was saved."""

    kind = "comparison"

    def summary(self) -> str:
        """A dozen lines for people, one printable line each."""
        return comparison_lines(self.data)

    def _title(self) -> str:
        return self._named("old", "new")

    def _counts(self) -> dict[str, int]:
        return {name: self.data["summary"][name] for name in (*ORDER, "unsure")}


class SavedCorpusComparison(SavedResult):
    """A comparison of a report with a corpus that was saved."""

    kind = "corpus"

    def summary(self) -> str:
        """A dozen lines for people, one printable line each."""
        return corpus_lines(self.data)

    def _title(self) -> str:
        return f"{self._named('report')} in {self.data['corpus']['folder']}"

    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.data["summary"]
        return {"commitments": len(self.data["commitments"])} | {
            name.replace("_", " "): number for name, number in counts.items()
        }


class SavedTrajectory(SavedResult):
    """Commitments through several years that were saved."""

    kind = "trajectory"

    def summary(self) -> str:
        """A dozen lines for people, one printable line each."""
        return trajectory_lines(self.data)

    def _title(self) -> str:
        years = [report["year"] for report in self.data["reports"]]
        return f"{years[0]} to {years[-1]}"

    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.data["summary"]
        return {name.replace("_", " "): number for name, number in counts.items()}


_KINDS: Final[dict[str, Callable[[dict[str, Any]], SavedResult]]] = {
    kind.kind: kind for kind in (SavedComparison, SavedCorpusComparison, SavedTrajectory)
}


def load(path: str | os.PathLike[str]) -> SavedResult:
    """A result that was saved as YAML or JSON; it saves the same bytes again.

    Raises ReadError where the file cannot be read or holds no result of this format.
    """
    name = os.fspath(path)
    try:
        written = Path(path).read_bytes()
    except OSError as error:
        raise _wrong(name, f"cannot be read ({error.strerror})", "check the path") from error
    if len(written) > MAX_BYTES:
        raise _wrong(name, f"is larger than {MAX_BYTES:,} bytes")
    try:
        text = written.decode("utf-8")
        data = json.loads(text) if text.startswith(_JSON) else from_yaml(text)
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, or no YAML
        raise _wrong(name, f"is neither YAML nor JSON ({error})") from error
    head = data.get("policydiff") if isinstance(data, dict) else None
    kind = head.get("kind") if isinstance(head, dict) else None
    if not isinstance(head, dict) or not isinstance(kind, str) or kind not in _KINDS:
        raise _wrong(name, "holds no result of policydiff")
    if head.get("format") != FORMAT:
        raise _wrong(
            name,
            f"has format {head.get('format')}, and this version reads {FORMAT}",
            "compare the reports again",
        )
    return _KINDS[kind](data)


def _wrong(
    name: str, what: str, remedy: str = "give a .yaml or .json file of a result"
) -> ReadError:
    return ReadError(where=name, what=what, remedy=remedy)

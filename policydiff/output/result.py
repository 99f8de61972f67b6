"""What the three results share: as data, as text, as rows, as a file."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from policydiff.output import files
from policydiff.output.files import Plain, ResultKind
from policydiff.output.text import to_json, to_yaml


class Result(ABC):
    """Base of Comparison, CorpusComparison and Trajectory. Equal results hold equal values."""

    __slots__ = ()
    kind: ClassVar[ResultKind]

    @abstractmethod
    def to_dict(self, *, all: bool = True, repairs: bool = False) -> dict[str, Any]:
        """The result as dicts, lists, strings and numbers, as ``policydiff.schema()`` says.

        ``all=False`` keeps it short; ``repairs=True`` lists every repair of the reports.
        """

    @abstractmethod
    def rows(self, *, all: bool = True) -> list[dict[str, Plain]]:
        """The result as a table: flat dicts of plain values, all with the same keys in one order.

        ``all=False`` leaves out the rows of what ``to_dict(all=False)`` leaves out.
        """

    @abstractmethod
    def summary(self) -> str:
        """A dozen lines for people, one printable line each."""

    @abstractmethod
    def _title(self) -> str:
        """What was compared, in one line."""

    @abstractmethod
    def _counts(self) -> dict[str, int]:
        """How many of what there are."""

    def to_yaml(self, *, all: bool = True, repairs: bool = False) -> str:
        """The result as YAML text: the same bytes for the same input. Parameters as ``to_dict``."""
        return to_yaml(self.to_dict(all=all, repairs=repairs))

    def to_json(self, *, all: bool = True, repairs: bool = False) -> str:
        """The result as JSON text with the same content as the YAML."""
        return to_json(self.to_dict(all=all, repairs=repairs))

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        all: bool = True,
        repairs: bool = False,
        lang: str = "zh",
    ) -> None:
        """Write the result to a file, whole or not at all; the suffix names the kind.

        .html (a page), .xlsx, .docx, .md (tables; their words are in ``lang``, 'zh' or 'en'),
        .yaml, .json, .csv (the ``rows``). Raises UsageError for any other suffix or language,
        before any work; WriteError where the file cannot be written.
        """
        files.save(self, path, all=all, repairs=repairs, lang=lang)

    def __repr__(self) -> str:
        counts = ", ".join(f"{number} {what}" for what, number in self._counts().items())
        return f"<{type(self).__name__} {self._title()}: {counts}>"

    def _repr_html_(self) -> str:
        """For notebooks: a short table of counts."""
        from html import escape

        counts = self._counts()
        heads = "".join(f"<th>{escape(what)}</th>" for what in counts)
        cells = "".join(f"<td>{number}</td>" for number in counts.values())
        return (
            f"<table><caption>{escape(self._title())}</caption>"
            f"<thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody></table>"
        )

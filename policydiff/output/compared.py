"""What a page or table of two reports is made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from policydiff.decisions import Filled
from policydiff.models import Change, Document, FollowUp, IndicatorRow


@runtime_checkable
class Compared(Protocol):
    """A ``policydiff.Comparison``, as far as it is shown."""

    @property
    def old(self) -> Document: ...
    @property
    def new(self) -> Document: ...
    @property
    def changes(self) -> Sequence[Change]: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def followups(self) -> Sequence[FollowUp]: ...
    @property
    def indicators(self) -> Sequence[IndicatorRow]: ...
    @property
    def filled(self) -> Sequence[Filled]: ...
    @property
    def decisions(self) -> tuple[str, str] | None: ...
    @property
    def semantic(self) -> str | None: ...


def report_name(document: Document) -> str:
    """What people call a report: its region and year, else its title, else the file's name."""
    about = " ".join(str(x) for x in (document.region, document.year) if x is not None)
    return about or document.title or document.name

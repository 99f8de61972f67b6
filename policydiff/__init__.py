"""Compare policy documents: what was promised, dropped, added and changed between work reports.

>>> import policydiff
>>> old = policydiff.parse("一、2024年工作安排\\n新增规上企业20家以上。")
>>> new = policydiff.parse("一、2025年工作安排\\n新增规上企业25家以上。")
>>> policydiff.compare(old, new).changed[0].kinds
('target raised',)
"""

from importlib import import_module
from typing import TYPE_CHECKING

from policydiff.version import __version__ as __version__

if TYPE_CHECKING:
    from policydiff.analysis.documents import parse, read
    from policydiff.comparison import Comparison, compare
    from policydiff.corpus.comparison import compare_corpus
    from policydiff.corpus.records import Missing, Place, Shared, Standing
    from policydiff.corpus.result import CorpusComparison
    from policydiff.decisions import Decision, Decisions, read_decisions
    from policydiff.errors import (
        DecisionsError,
        EmptyReportError,
        EncodingError,
        PolicydiffError,
        ReadError,
        TooLargeError,
        UsageError,
        WriteError,
    )
    from policydiff.many import PairResult, compare_many
    from policydiff.models import (
        Change,
        Clause,
        Document,
        Evidence,
        FollowUp,
        IndicatorRow,
        Moved,
        Repair,
        Span,
        Target,
        TargetChange,
        TargetFollowUp,
    )
    from policydiff.output.columns import Column, columns
    from policydiff.output.schema import schema
    from policydiff.panel.indicators import indicators
    from policydiff.panel.levels import Levels, levels
    from policydiff.panel.reading import ReadResult, read_many
    from policydiff.panel.targets import targets
    from policydiff.saved import SavedComparison, SavedCorpusComparison, SavedTrajectory, load
    from policydiff.years.result import Step, Thread, Trajectory
    from policydiff.years.threads import trajectory

__all__ = [
    "Change",
    "Clause",
    "Column",
    "Comparison",
    "CorpusComparison",
    "Decision",
    "Decisions",
    "DecisionsError",
    "Document",
    "EmptyReportError",
    "EncodingError",
    "Evidence",
    "FollowUp",
    "IndicatorRow",
    "Levels",
    "Missing",
    "Moved",
    "PairResult",
    "Place",
    "PolicydiffError",
    "ReadError",
    "ReadResult",
    "Repair",
    "SavedComparison",
    "SavedCorpusComparison",
    "SavedTrajectory",
    "Shared",
    "Span",
    "Standing",
    "Step",
    "Target",
    "TargetChange",
    "TargetFollowUp",
    "Thread",
    "TooLargeError",
    "Trajectory",
    "UsageError",
    "WriteError",
    "columns",
    "compare",
    "compare_corpus",
    "compare_many",
    "indicators",
    "levels",
    "load",
    "parse",
    "read",
    "read_decisions",
    "read_many",
    "schema",
    "targets",
    "trajectory",
]

#: Where each name stands. Imported when it is first asked for, so that whoever needs little waits
#: for little.
_PLACES = {
    "analysis.documents": ("parse", "read"),
    "comparison": ("Comparison", "compare"),
    "corpus.comparison": ("compare_corpus",),
    "corpus.records": ("Missing", "Place", "Shared", "Standing"),
    "corpus.result": ("CorpusComparison",),
    "decisions": ("Decision", "Decisions", "read_decisions"),
    "errors": (
        "DecisionsError",
        "EmptyReportError",
        "EncodingError",
        "PolicydiffError",
        "ReadError",
        "TooLargeError",
        "UsageError",
        "WriteError",
    ),
    "many": ("PairResult", "compare_many"),
    "models": (
        *(
            "Change",
            "Clause",
            "Document",
            "Evidence",
            "FollowUp",
            "IndicatorRow",
            "Moved",
            "Repair",
            "Span",
            "Target",
        ),
        "TargetChange",
        "TargetFollowUp",
    ),
    "output.columns": ("Column", "columns"),
    "output.schema": ("schema",),
    "panel.indicators": ("indicators",),
    "panel.levels": ("Levels", "levels"),
    "panel.reading": ("ReadResult", "read_many"),
    "panel.targets": ("targets",),
    "saved": ("SavedComparison", "SavedCorpusComparison", "SavedTrajectory", "load"),
    "years.result": ("Step", "Thread", "Trajectory"),
    "years.threads": ("trajectory",),
}
_PLACE_OF = {name: place for place, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _PLACE_OF:
        raise AttributeError(f"module 'policydiff' has no attribute {name!r}")
    value = getattr(import_module(f"policydiff.{_PLACE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])

"""Compare policy documents: what was promised, dropped, added and changed between work reports.

>>> import policydiff
>>> old = policydiff.parse("一、2024年工作安排\\n新增规上企业20家以上。")
>>> new = policydiff.parse("一、2025年工作安排\\n新增规上企业25家以上。")
>>> policydiff.compare(old, new).changed[0].kinds
('target raised',)
"""

from importlib import import_module
from typing import TYPE_CHECKING

from policydiff.analysis.documents import parse, read
from policydiff.comparison import Comparison, compare
from policydiff.errors import PolicydiffError
from policydiff.models import Change, Clause, Document, Repair, Target

if TYPE_CHECKING:
    from policydiff.corpus.comparison import compare_corpus
    from policydiff.corpus.result import CorpusComparison
    from policydiff.many import PairResult, compare_many
    from policydiff.years.result import Thread, Trajectory
    from policydiff.years.threads import trajectory

__all__ = [
    "Change",
    "Clause",
    "Comparison",
    "CorpusComparison",
    "Document",
    "PairResult",
    "PolicydiffError",
    "Repair",
    "Target",
    "Thread",
    "Trajectory",
    "compare",
    "compare_corpus",
    "compare_many",
    "parse",
    "read",
    "trajectory",
]

#: Where to find what comparing two reports does without; imported when it is first asked for.
_LATER = {
    "CorpusComparison": "corpus.result",
    "PairResult": "many",
    "Thread": "years.result",
    "Trajectory": "years.result",
    "compare_corpus": "corpus.comparison",
    "compare_many": "many",
    "trajectory": "years.threads",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module 'policydiff' has no attribute {name!r}")
    return getattr(import_module(f"policydiff.{_LATER[name]}"), name)

"""Compare policy documents: what was promised, dropped, added and changed between work reports.

>>> import policydiff
>>> old = policydiff.parse("一、2024年工作安排\\n新增规上企业20家以上。")
>>> new = policydiff.parse("一、2025年工作安排\\n新增规上企业25家以上。")
>>> policydiff.compare(old, new).changed[0].kinds
('target raised',)
"""

from policydiff.comparison import Comparison, compare
from policydiff.documents import parse, read
from policydiff.errors import PolicydiffError
from policydiff.models import Change, Clause, Document, Repair, Target

__all__ = [
    "Change",
    "Clause",
    "Comparison",
    "Document",
    "PolicydiffError",
    "Repair",
    "Target",
    "compare",
    "parse",
    "read",
]

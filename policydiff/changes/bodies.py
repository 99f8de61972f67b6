"""Who is responsible for a commitment: bodies that its text or its row names."""

from __future__ import annotations

from policydiff.analysis.clause import AnalysedClause


def bodies_of(clause: AnalysedClause) -> list[str]:
    """The bodies that a clause names, each once, in the order of the patterns of the table; that
    of its row in a table last.

    >>> from policydiff import parse
    >>> plan = "一、2030年工作安排\\n由县住建局牵头，改造老旧小区6个。"
    >>> bodies_of(parse(plan).commitments[0])
    ['县住建局']
    """
    patterns = clause.language.tables.patterns("changes", "bodies")
    named = [m["name"] for pattern in patterns for m in pattern.finditer(clause.folded)]
    return list(dict.fromkeys([*named, *([clause.body] if clause.body else [])]))

"""Whether a clause of a review names the very thing that was promised, or another of its kind.

Two reports may be short, and one project stands in one line of each: 建成城北水厂, 城北水厂通水.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from policydiff.analysis.clause import AnalysedClause, ClausePart
from policydiff.changes.beside import alike, parts_of
from policydiff.changes.exchanged import exchanged
from policydiff.changes.stages import without_stages
from policydiff.changes.statements import without_spans
from policydiff.language.language import Language

#: Words by which a thing is known have so many characters at least.
_A_NAME: Final = 4


def names_the_object(clause: AnalysedClause, told: AnalysedClause) -> bool:
    """Whether a comma part of a review's clause has the words of a commitment, or is of the one
    thing that it names, whatever it says of how far that got.

    >>> from policydiff import parse
    >>> plan = parse("一、2030年工作安排\\n年内建成城北水厂。").commitments[0]
    >>> told = ("城北水厂建成通水，惠及6万人。", "城北水厂管网向乡镇延伸。")
    >>> clauses = [parse(f"一、2030年工作安排\\n{text}").clauses[-1] for text in told]
    >>> [names_the_object(plan, clause) for clause in clauses]
    [True, False]
    """
    words = clause.key.text
    if words == told.key.text:
        return True
    if len(words) < _A_NAME:
        return False
    if any(part.words == words for part in told.parts):
        return True
    if len(clause.parts) > 1:
        return False
    name = _bare(clause, clause.parts[0])
    if len(name) < _A_NAME or name[: _A_NAME // 2] not in told.folded:
        return False
    return any(_bare(told, part) == name for part in told.parts)


def _bare(clause: AnalysedClause, part: ClausePart) -> str:
    """The object words of a comma part, without dates, stages, and that it failed."""
    language = clause.language
    text = without_spans(clause.folded, part.start, part.end, part.deadlines)
    for section in ("failed", "nothing_bad"):
        text = language.tables.one_of("followup", section).sub("", text)
    words = "".join(language.object_words(without_stages(text, language)))
    said_of_it = language.tables.word("changes", "predicates")
    while m := said_of_it.search(words):
        words = words[: m.start()] + words[m.end() :]
    return words


def of_another(clause: AnalysedClause, told: AnalysedClause) -> bool:
    """Whether a commitment of one thing and a clause of a review differ in the name of the thing.

    >>> from policydiff import parse
    >>> plan = parse("一、2030年工作安排\\n完成石门水库除险加固。").commitments[0]
    >>> told = ("完成龙潭水库除险加固。", "完成石门水库、龙潭水库除险加固。")
    >>> clauses = [parse(f"一、2030年工作安排\\n{text}").clauses[-1] for text in told]
    >>> [of_another(plan, clause) for clause in clauses]
    [True, False]
    """
    if len(clause.parts) > 1 or clause.targets:
        return False  # of 西山路等6条断头路 others may be named
    (part,) = clause.parts
    others = alike(clause.folded[part.start : part.end], parts_of([told]))
    names = [clause.folded[slice(*span)] for span in exchanged(clause, part, others)]
    if any(name not in told.folded for name in names):
        return True
    return _other_numbers(clause.folded, [other for _, other in others], clause.language)


def _other_numbers(text: str, others: Sequence[str], language: Language) -> bool:
    """Whether the things of a text have numbers for names, 县道218线, and those of other texts have
    none of them but others of the same kind."""
    for kind in language.tables.patterns("followup", "numbered"):
        ours, theirs = set(kind.findall(text)), {n for other in others for n in kind.findall(other)}
        if ours and theirs and ours.isdisjoint(theirs):
            return True
    return False

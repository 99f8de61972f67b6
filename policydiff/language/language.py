"""What is particular to a language, in one object that is built once and passed along."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from policydiff.language.tables import Tables

Span = tuple[int, int]


class WrittenNumber(NamedTuple):
    """A number as written in a folded text, with its unit: ``text[start:end]``.

    ``value`` and ``upper`` are as written, in ``unit``; both are None where the number is
    ``masked``. ``ranged``: it is written as a range, the end of which is ``upper``. ``behind``: the
    word of bound behind the unit, which the span includes, or ''. ``approximate``: a word between
    number and unit says that it is about so much. ``doubtful``: it may be part of a name, and
    counts only where a word of bound stands before it.
    """

    start: int
    end: int
    value: Decimal | None
    upper: Decimal | None
    unit: str
    masked: bool = False
    ranged: bool = False
    behind: str = ""
    approximate: bool = False
    doubtful: bool = False


@dataclass(frozen=True, eq=False)
class Language:
    """How the reports of one language are read. Two languages are equal only if they are the same.

    Every function but ``fold`` takes folded text; spans are half-open pairs of code-point offsets
    into it.
    """

    name: str
    #: The word lists, patterns and weights of the language.
    tables: Tables
    #: Characters that words are made of: the inside of a character class of regular expressions.
    letters: str
    #: The text as rules see it, of the same length: one spelling for each character and mark.
    fold: Callable[[str], str]
    #: The lines of a text that hold more than white space.
    paragraphs: Callable[[str], Iterator[Span]]
    #: A paragraph, ``text[start:end]``, cut behind each sentence and semicolon.
    pieces: Callable[[str, int, int], list[Span]]
    #: A clause cut at its commas and colons.
    comma_parts: Callable[[str], Sequence[Span]]
    #: The quotations and titles of a clause.
    quotations: Callable[[str], list[Span]]
    #: The words of a stretch that name objects, without numbers, verbs of doing and padding.
    object_words: Callable[[str], list[str]]
    #: The numbers of a clause that have a unit, in order.
    numbers: Callable[[str], Iterator[WrittenNumber]]
    #: The characters that numerals are written with, and the value of such a numeral.
    numeral_characters: str
    numeral_value: Callable[[str], Decimal | None]
    #: A number from 1 to 99 as headings count.
    spelt: Callable[[int], str]

    def __reduce__(self) -> tuple[object, ...]:
        """Travels between processes by its name."""
        return language_named, (self.name,)


_REGISTERED: dict[str, Language] = {}


def register(language: Language) -> Language:
    """Make a language known by its name; returns it."""
    _REGISTERED[language.name] = language
    return language


def language_named(name: str) -> Language:
    """The registered language of this name. Raises KeyError where there is none."""
    return _REGISTERED[name]

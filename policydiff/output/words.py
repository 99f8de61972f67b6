"""Words for people, in their language: what stands on pages, in tables and in summaries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from policydiff.errors import UsageError
from policydiff.language.compiled import load
from policydiff.language.patterns import compile_pattern
from policydiff.models import Target
from policydiff.output.languages import LANGUAGES


@dataclass(frozen=True)
class Words:
    """The words of one language, by section of words.yaml and English name."""

    lang: str
    sections: dict[str, dict[str, str]]

    def __call__(self, name: str, /, **values: object) -> str:
        """A word or sentence of the section 'words', with values put in.

        >>> words_in("en")("line", n=3)
        'line 3'
        """
        return self.sections["words"][name].format(**values)

    def of(self, section: str, name: str) -> str:
        """The word for a kind, doubt, verdict or other name; the name itself where there is none.

        >>> words_in("zh").of("kinds", "target raised"), words_in("zh").of("doubts", "new kind")
        ('指标上调', 'new kind')
        """
        return self.sections[section].get(name, name)

    def say(self, sentence: str) -> str:
        """A sentence that policydiff says in English, in this language where words.yaml has it.

        What varies in it (names, numbers) is carried over.

        >>> words_in("zh").say("2.txt: no commitment was found")
        '2.txt：没有找到承诺'
        """
        for pattern, template in _sentences(self.lang):
            same = pattern.fullmatch(sentence)
            if same:
                parts = {k: self.say(v) for k, v in same.groupdict().items()}
                return template.format(**parts)
        return sentence


@cache
def words_in(lang: str) -> Words:
    """The words of a language, one of ``LANGUAGES``. Raises UsageError for any other."""
    if lang not in LANGUAGES:
        raise UsageError(
            where="lang", what=f"is {lang!r}", remedy=f"give one of {', '.join(LANGUAGES)}"
        )
    table = load(Path(__file__).parent, "words")
    sections = {
        section: {entry["name"]: entry.get(lang, entry["name"]) for entry in entries}
        for section, entries in table.items()
    }
    return Words(lang, sections)


@cache
def _sentences(lang: str) -> list[tuple[re.Pattern[str], str]]:
    """The sentences of words.yaml: what matches the English one, and the one of the language.

    Those that begin with words go before those that begin with a blank, the longer before the
    shorter: 'note: {note}' before '{name}: {n} decisions used'.
    """
    told = words_in(lang).sections["sentences"].items()
    return [
        (compile_pattern(_BLANK.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL), said)
        for english, said in sorted(told, key=lambda pair: (pair[0][0] == "{", -len(pair[0])))
        if english != said
    ]


#: A blank of a template, as ``re.escape`` writes it.
_BLANK: Final = compile_pattern(r"\\{(\w+)\\}")


def amount(target: Target, words: Words) -> str:
    """The number of a target with its unit and bound; what is no number as it is worded.

    >>> from policydiff import parse
    >>> plan = parse("一、2030年工作安排\\n新增就业800人以上，财政收入增长5%-6%。")
    >>> [amount(target, words_in("zh")) for target in plan.commitments[0].targets]
    ['800人以上', '5—6%']
    """
    if target.value is None:
        return target.text
    value = {"value": f"{target.value:f}", "unit": target.unit or "", "bound": target.bound}
    if target.upper is not None:
        value["upper"] = f"{target.upper:f}"
    return number_text(value, words)


def number_text(target: Mapping[str, Any], words: Words) -> str:
    """The same of a target as plain data, which has a value."""
    number = str(target["value"])
    if "upper" in target:
        number += f"—{target['upper']}"
    shape = words.sections["bounds"].get(target["bound"], "{}")
    return shape.format(f"{number}{target.get('unit') or ''}")

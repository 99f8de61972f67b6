"""What of a stretch of text names objects: the words that comparison keys are made of."""

from __future__ import annotations

import re
from functools import cache

from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import alternatives
from policydiff.language.zh.data import TABLES
from policydiff.language.zh.numerals import CHARACTERS

_WORDS = compile_pattern("[\u4e00-\u9fff]+|[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*")


@cache
def _rewrites() -> tuple[re.Pattern[str], dict[str, str]]:
    terms = TABLES.load("synonyms")["terms"]
    to = {word: entry["to"] for entry in terms for word in entry["words"]}
    return compile_pattern(alternatives(to)), to


@cache
def _light() -> re.Pattern[str]:
    return compile_pattern(TABLES.any_of("synonyms", "light"))


#: A name of a letter or two with digits, which is a word and no number: 5G, 4A, G107, PM10.
_DESIGNATOR = "(?<![A-Za-z0-9.])(?P<name>[0-9]{1,2}[A-Z]|[A-Z]{1,2}[0-9]{1,3})(?![A-Za-z0-9.])"


@cache
def _number() -> re.Pattern[str]:
    """Numbers, years and multiples, with the measures behind them: keys are for objects alone."""
    measures = TABLES.any_of("targets", "measures")
    # What any of them begins with is looked at first: most places of a text end there.
    return compile_pattern(
        rf"(?=[0-9A-Zx*百到比翻])(?:{_DESIGNATOR}|百分之[{CHARACTERS}点]+|(?:到|比)?[0-9]{{4}}年|翻[一两二三四]?番"
        rf"|[0-9x*]+(?:[.·][0-9x*]+)?(?:[百千万亿]*{measures})?)"
    )


def object_words(text: str) -> list[str]:
    """The words of a folded text that name objects: numbers, light words and marks taken out.

    >>> object_words("大力推进规上工业企业技改,新增省级企业技术中心3家。")
    ['规模以上工业企业技术改造', '省级企业技术中心']
    >>> object_words("建设5G基站300个")
    ['建设', '5G', '基站']
    """
    pattern, to = _rewrites()
    text = pattern.sub(lambda m: to[m.group()], text)
    text = _number().sub(lambda m: f"|{m['name'] or ''}|", text)
    text = _light().sub("|", text)
    return _WORDS.findall(text)

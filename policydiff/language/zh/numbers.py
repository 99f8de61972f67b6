"""Numbers with units as Chinese reports write them: digits, numerals, per cent, ranges, blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from policydiff.language.language import WrittenNumber
from policydiff.language.tables import alternatives
from policydiff.language.zh.data import TABLES
from policydiff.language.zh.numerals import CHARACTERS, chinese_number

#: Arabic, with thousands separators; a middle dot is a decimal point only before a unit or percent.
#: A run of more than 18 digits is a serial number.
_ARABIC = r"[0-9]{1,18}(?:,[0-9]{3}){0,5}(?:[.·][0-9]{1,9})?"
_MASKED = r"[x*]+(?:\.[x*]+)?"
_MASKS = "x*"
#: A longer run of numerals is no number that anyone would write.
_HAN_NUMBER = rf"[{CHARACTERS}][{CHARACTERS}点]{{0,15}}"
#: What every number has some of.
_WORTH_A_LOOK = re.compile(
    rf"[0-9x*番]|百分之|[{CHARACTERS}][{CHARACTERS}]|[二两三四五六七八九十百千万亿]"
)
#: How far before a numeral a verb may stand that makes it a count: 新建学校三所.
_HEAD_REACH = 24
#: What may stand between a verb and its numeral: 办好了十件实事.
_PERFECTIVE = "了"
#: From this power of ten on a numeral's last character is read as part of the unit: 万, 亿.
_MAGNITUDE_OF_UNITS = 4


def _bound_words(side: str) -> str:
    entries = TABLES.load("targets")["bounds"]
    return alternatives(word for e in entries if e["side"] == side for word in e["words"])


@cache
def _powers() -> dict[str, int]:
    return {e["word"]: e["power"] for e in TABLES.load("targets")["magnitudes"]}


@cache
def _magnitude() -> re.Pattern[str]:
    return re.compile(alternatives(_powers()))


@cache
def _number_pattern() -> re.Pattern[str]:
    magnitude = alternatives(_powers())
    unit = f"(?:{magnitude})?{TABLES.any_of('targets', 'measures')}|{magnitude}"
    number = f"{_ARABIC}|{_MASKED}"
    dash = TABLES.any_of("targets", "ranges")
    more = _bound_words("inside")
    return re.compile(
        rf"(?:百分之(?P<percent>{_HAN_NUMBER}|{number})"
        rf"(?:{dash}(?:百分之)?(?P<percenthigh>{_HAN_NUMBER}|{number}))?"
        rf"|(?<![0-9A-Za-z.*])(?P<low>{number})(?:(?P<lowunit>{unit})?{dash}(?P<high>{number}))?"
        rf"(?P<more>{more})?(?P<unit>{unit})(?P<per>/{TABLES.any_of('targets', 'per')})?"
        rf"|(?<![{CHARACTERS}点])(?P<han>{_HAN_NUMBER})(?:{dash}(?P<hanhigh>{_HAN_NUMBER}))?"
        rf"(?P<hanmore>{more})?(?P<hanunit>{unit})"
        rf"|翻(?P<doubled>[{CHARACTERS}])?番)"
        rf"(?P<behind>{_bound_words('behind')})?"
    )


def numbers(text: str) -> Iterator[WrittenNumber]:
    """The numbers of a folded clause that have a unit, in order.

    >>> [(str(n.value), n.unit, n.behind) for n in numbers("增长百分之八,新增三百户以上")]
    [('8', '%', ''), ('300', '户', '以上')]
    >>> [(str(n.value), str(n.upper), n.unit) for n in numbers("投资5000-1万元,达到2.6万亿元")]
    [('0.5', '1', '万元'), ('2.6', 'None', '万亿元')]
    >>> [n.masked for n in numbers("增长xx.x%")]
    [True]
    """
    if _WORTH_A_LOOK.search(text):
        for m in _number_pattern().finditer(text):
            number = _number(text, m)
            if number is not None:
                yield number


def _number(text: str, m: re.Match[str]) -> WrittenNumber | None:
    """The number of a match, unless it has no value or is part of a name."""
    low, high, unit = _as_written(m)
    value = _value(low)
    upper = _value(high) if high else None
    masked = low[0] in _MASKS or (high or "1")[0] in _MASKS
    doubtful = False
    if masked:
        if low == "x" and text[m.end() : m.end() + 1] in ("+", "＋"):
            return None  # 互联网+ and the like, with a letter for any of them
        value = upper = None
    elif value is None or (high and upper is None):
        return None
    if m["han"]:
        if _never_counts(text, m):
            return None
        doubtful = not _counts(text, m)
        value, upper, unit = _split_magnitude(low, value, upper, unit)
    if upper is not None and value is not None and value > upper and not m["lowunit"]:
        value = _in_unit(value, upper, unit)
    return WrittenNumber(
        *m.span(),
        value,
        upper,
        unit,
        masked=masked,
        ranged=bool(high),
        behind=m["behind"] or "",
        approximate=bool(m["more"] or m["hanmore"]),
        doubtful=doubtful,
    )


def _as_written(m: re.Match[str]) -> tuple[str, str | None, str]:
    """The number, the upper end of its range, and its unit."""
    if m["percent"]:
        if m["percent"] == "百":
            return "一百", None, "%"
        return m["percent"], m["percenthigh"], "%"
    if m["low"]:
        return m["low"], m["high"], m["unit"] + (m["per"] or "")
    if m["han"]:
        return m["han"], m["hanhigh"], m["hanunit"]
    return m["doubled"] or "一", None, "番"


def _value(written: str) -> Decimal | None:
    """The value of a number as written, in either script; None for a masked one."""
    if written[0] in _MASKS:
        return None
    if written[0] in CHARACTERS:
        return chinese_number(written)
    return Decimal(written.replace(",", "").replace("·", "."))


def _in_unit(value: Decimal, upper: Decimal, unit: str) -> Decimal:
    """5000-1万人: a lower end written without the magnitude of the upper one, brought to it."""
    m = _magnitude().match(unit)
    scaled = value / Decimal(10) ** _powers()[m.group()] if m else value
    return scaled if scaled <= upper else value


def _split_magnitude(
    written: str, value: Decimal | None, upper: Decimal | None, unit: str
) -> tuple[Decimal | None, Decimal | None, str]:
    """三百家 is 300 of 家; 两万亩 is 2 of 万亩, as the same number in digits would be written."""
    last, powers = written[-1], _powers()
    ends_in_magnitude = powers.get(last, 0) >= _MAGNITUDE_OF_UNITS and unit[0] not in powers
    if value is None or upper is not None or not ends_in_magnitude:
        return value, upper, unit
    bare = chinese_number(written[:-1])
    return (value, upper, unit) if bare is None else (bare, None, last + unit)


def _never_counts(text: str, m: re.Match[str]) -> bool:
    """Whether a numeral counts nothing whatever stands before it: 一 alone is an article."""
    written = m["han"]
    if written[-1] == "点" or written[0] in _powers():
        return True
    if m["behind"]:
        return False
    if written == "两":
        return m["hanunit"] not in ("番", "倍") and not _behind_shared_verb(text, m)
    return written in ("一", "零")


def _counts(text: str, m: re.Match[str]) -> bool:
    """Whether a numeral counts also without a word of bound: 三大 and 八项规定 are names."""
    if m["behind"] or m["han"] == "两":
        return True
    if len(m["han"]) > 1 and not text[m.end() : m.end() + 1].isalnum():
        # 技术工人三百名: the count stands behind what is counted. 十九届二中全会 goes on.
        return True
    reach = _verb_reach("counted_by") + len(_PERFECTIVE)
    made = text[max(0, m.start() - reach) : m.start()].removesuffix(_PERFECTIVE)
    if TABLES.last_word("targets", "counted_by").search(made):
        return True
    # 新建学校三所: verb, noun and count, with nothing behind that the count could name.
    part_break = TABLES.role("targets", "breaks", "part")
    head = part_break.split(text[max(0, m.start() - _HEAD_REACH) : m.start()])[-1]
    item_break = TABLES.role("targets", "breaks", "item")
    ends = m.end() == len(text) or item_break.match(text, m.end()) is not None
    return ends and TABLES.word("targets", "shared_verbs").search(head) is not None


def _behind_shared_verb(text: str, m: re.Match[str]) -> bool:
    reach = max(0, m.start() - _verb_reach("shared_verbs"))
    verb = TABLES.last_word("targets", "shared_verbs")
    return verb.search(text, reach, m.start()) is not None


@cache
def _verb_reach(section: str) -> int:
    """The length of the longest verb of a section."""
    return max(map(len, TABLES.words("targets", section)))

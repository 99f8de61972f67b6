"""Numbers with units as Chinese reports write them: digits, numerals, per cent, ranges, blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Final

from policydiff.language.language import WrittenNumber
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import alternatives
from policydiff.language.zh.data import TABLES
from policydiff.language.zh.numerals import CHARACTERS, chinese_number

#: Arabic, with thousands separators; a middle dot is a decimal point only before a unit or percent.
#: A run of more than 18 digits is a serial number.
_ARABIC = r"[0-9]{1,18}(?:,[0-9]{3}){0,5}(?:[.·][0-9]{1,9})?"
_MASKED = r"[x*]+(?:\.[x*]+)?"
_MASKS = "x*"
#: 2亿3000万元, 13万2千人次, 1万2000户: a second number in a smaller magnitude, or of enough digits
#: to fill the places below the first.
_SECOND = r"[0-9]{1,4}(?:\.[0-9]+)?"
_SECOND_IN_FULL = r"[0-9]{3,8}"
#: A longer run of numerals is no number that anyone would write.
_LONGEST_NUMERAL: Final = 16
#: What every number has some of.
_WORTH_A_LOOK = compile_pattern(
    rf"[0-9x*番]|分之|[{CHARACTERS}][{CHARACTERS}]|[二两三四五六七八九十百千万亿]|一[倍成]"
)
#: How far before a numeral a verb may stand that makes it a count: 新建学校三所.
_HEAD_REACH = 24
#: What may stand between a verb and its numeral: 办好了十件实事.
_PERFECTIVE = "了"
#: The longest verb of rising with the words that may follow it: 提高不超过5个点.
_RISE_REACH = 8
#: The unit of tenths, which a numeral behind it may divide further.
_TENTHS, _BASE = ("成",), 10
#: What a magnitude alone is once: 百亿 is 一百亿.
_ONE: Final = "一"
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
    return compile_pattern(alternatives(_powers()))


@cache
def _measures() -> dict[str, str]:
    """The measures, each with its kind."""
    entries = TABLES.load("targets")["measures"]
    return {word: e["kind"] for e in entries for word in e["words"]}


@cache
def _ratios() -> dict[str, str]:
    """百分之 and the like, each with its unit."""
    return {e["word"]: e["unit"] for e in TABLES.load("targets")["ratios"]}


@cache
def _with_own_magnitude() -> str:
    """Any measure that begins with a magnitude: 千瓦时, never 千 of 瓦时."""
    return f"(?:{alternatives(word for word in _measures() if word[0] in CHARACTERS)})"


@cache
def _lumps() -> dict[str, str]:
    """个亿 and the like, each with its unit."""
    return {e["word"]: e["unit"] for e in TABLES.load("targets")["lumps"]}


def _measure_pattern() -> str:
    """Any measure; one in Latin letters does not go on with others: 5m, but not 5mini."""
    per = TABLES.any_of("targets", "per")
    latin = rf"(?!(?<=[A-Za-z])(?:[A-Za-z0-9]|/(?!{per})[A-Za-z]))"
    return f"(?:{TABLES.any_of('targets', 'measures')}{latin})"


@cache
def _number_pattern() -> re.Pattern[str]:
    magnitude = alternatives(_powers())
    measure = _measure_pattern()
    own = _with_own_magnitude()
    lumps = "|".join(e["pattern"] for e in TABLES.load("targets")["lumps"])
    unit = f"{lumps}|(?:(?!{own})(?:{magnitude}))?{measure}|{magnitude}"
    number = f"{_ARABIC}|{_MASKED}"
    numeral = rf"(?!{own})[{CHARACTERS}](?:(?!{own})[{CHARACTERS}点]){{0,{_LONGEST_NUMERAL - 1}}}"
    dash = TABLES.any_of("targets", "ranges")
    more = _bound_words("inside")
    off = TABLES.load("targets")["tolerances"][0]
    ratio = alternatives(_ratios())
    # 增长百分之五到二十亿元: a rate and a level, no range, as what ends it has a unit.
    no_unit = rf"(?![{CHARACTERS}点0-9.]|{unit})"
    # 新建住房500套（间）以上: another unit for the same things.
    other = f"(?:（{TABLES.any_of('targets', 'measures')}）)?"
    # What any number begins with is looked at first: most places of a text end there.
    return compile_pattern(
        rf"(?=[0-9{_MASKS}翻{CHARACTERS}])"
        rf"(?:(?P<ratio>{ratio})(?P<percent>{numeral}|{number})"
        rf"(?:{dash}(?:{ratio})?(?P<percenthigh>{numeral}|{number}){no_unit})?"
        rf"|(?<![0-9A-Za-z.*])(?<![0-9]\+)(?:"
        rf"(?P<middle>{_ARABIC}){off['unit']}?{off['word']}(?P<off>{_ARABIC}){off['unit']}?"
        rf"|(?P<first>{number})(?P<firstunit>{magnitude})"
        rf"(?:(?P<second>{_SECOND})(?P<secondunit>{magnitude})|(?P<full>{_SECOND_IN_FULL})"
        rf"|(?={more}))"
        rf"(?P<more2>{more})?(?P<measure>{measure})"
        rf"|(?P<low>{number})(?:(?P<lowunit>{unit})?{dash}(?P<high>{number}))?"
        rf" ?(?P<more>{more})?(?P<unit>{unit})(?P<per>/{TABLES.any_of('targets', 'per')})?)"
        rf"|(?<![{CHARACTERS}点数几])(?P<han>{numeral})(?:{dash}(?P<hanhigh>{numeral}))?"
        rf"(?P<hanmore>{more})?(?P<hanunit>{unit})"
        rf"|翻(?P<doubled>[{CHARACTERS}])?番)"
        rf"{other}(?: ?(?P<behind>{_bound_words('behind')}))?"
    )


def numbers(text: str) -> Iterator[WrittenNumber]:
    """The numbers of a folded clause that have a unit, in order.

    >>> [(str(n.value), n.unit, n.behind) for n in numbers("增长百分之八,新增三百户以上")]
    [('8', '%', ''), ('300', '户', '以上')]
    >>> [(str(n.value), str(n.upper), n.unit) for n in numbers("投资5000-1万元,达到2.6万亿元")]
    [('0.5', '1', '万元'), ('2.6', 'None', '万亿元')]
    >>> [(str(n.value), n.unit) for n in numbers("投资2亿3000万元,装机三万千瓦,发病率千分之三")]
    [('2.3', '亿元'), ('3', '万千瓦'), ('3', '‰')]
    >>> [(str(n.value), n.unit) for n in numbers("利润增长6.8%到230亿元,税收一亿二千万元")]
    [('6.8', '%'), ('230', '亿元'), ('1.2', '亿元')]
    >>> [(str(n.value), n.unit, n.approximate) for n in numbers("惠及1万余户")]
    [('1', '万户', True)]
    >>> [n.masked for n in numbers("增长xx.x%")]
    [True]
    """
    if not _WORTH_A_LOOK.search(text):
        return
    pattern, at = _number_pattern(), 0
    while (m := pattern.search(text, at)) is not None:
        number = _rate_before_level(m) or _number(text, m)
        if number is not None:
            yield number
        at = m.end() if number is None else number.end


def _rate_before_level(m: re.Match[str]) -> WrittenNumber | None:
    """增长6.8%到230亿元: a rate and a level, not a range; the rate, or None where it is a range."""
    if not m["lowunit"] or m["low"][0] in _MASKS:
        return None
    bare, bare_of_range = _bare(m["lowunit"]), _bare(m["unit"])
    if not bare or bare == bare_of_range:
        return None
    return WrittenNumber(m.start("low"), m.end("lowunit"), _value(m["low"]), None, m["lowunit"])


def _bare(unit: str) -> str:
    """A unit without its magnitude."""
    m = _magnitude().match(unit)
    return unit[m.end() :] if m and unit not in _measures() else unit


def _number(text: str, m: re.Match[str]) -> WrittenNumber | None:
    """The number of a match, unless it has no value or is part of a name."""
    if m["middle"]:
        return _around(m)
    if m["first"]:
        return _in_two_magnitudes(m)
    low, high, unit = _as_written(m)
    if m["han"] and low[0] in _powers() and _is_round(text, m, unit):
        low = f"{_ONE}{low}"
    value = _value(low)
    upper = _value(high) if high else None
    masked = low[0] in _MASKS or (high or "1")[0] in _MASKS
    doubtful, more = False, m["more"] or m["hanmore"] or ""
    if masked:
        if low == "x" and text[m.end("low") : m.end("low") + 1] in ("+", "＋"):
            return None  # 互联网+ and the like, with a letter for any of them
        value = upper = None
    elif value is None or (high and upper is None):
        return None
    if m["han"]:
        if _never_counts(text, m, low, unit):
            return None
        doubtful = not _counts(text, m, low, unit)
        if value is not None and upper is None:
            value, unit = _split_magnitude(low, value, unit)
        elif value is not None and upper is not None and high:
            value, upper, unit = _range_split(low, value, high, upper, unit)
    if upper is not None and value is not None:
        if m["lowunit"]:
            value = _in_same_magnitude(value, m["lowunit"], unit)
        elif value > upper:
            value = _in_unit(value, upper, unit)
    end, behind = m.end(), m["behind"] or ""
    more_tenths = _hundredths(text, m, unit) if value is not None and upper is None else None
    if value is not None and more_tenths is not None:
        value, end = value + more_tenths, end + 1
    if not behind:
        short = _another_unit(text, m.start(), unit)
        end, unit = end - len(unit) + len(short), short
    return WrittenNumber(
        m.start(),
        end,
        value,
        upper,
        unit,
        masked=masked,
        ranged=bool(high),
        behind=behind or (more if more in _floors_inside() else ""),
        approximate=bool(more),
        doubtful=doubtful,
    )


def _hundredths(text: str, m: re.Match[str], unit: str) -> Decimal | None:
    """八成五 is 8.5成: what the numeral behind it adds, or None."""
    behind = chinese_number(text[m.end() : m.end() + 1]) if m["han"] and not m["behind"] else None
    ends = not text[m.end() + 1 : m.end() + 2].isalnum()
    few = unit in _TENTHS and behind is not None and 0 < behind < _BASE and ends
    return behind / _BASE if few and behind is not None else None


@cache
def _floors_inside() -> frozenset[str]:
    """The words between a number and its unit that set a floor."""
    entries = TABLES.load("targets")["bounds"]
    inside = [e for e in entries if e["side"] == "inside" and e["bound"] == "at_least"]
    return frozenset(word for e in inside for word in e["words"])


def _around(m: re.Match[str]) -> WrittenNumber:
    """2%±0.5 as the range that it is."""
    middle, off = Decimal(m["middle"].replace(",", "")), Decimal(m["off"])
    unit = TABLES.load("targets")["tolerances"][0]["unit"]
    return WrittenNumber(*m.span(), middle - off, middle + off, unit, ranged=True)


def _in_two_magnitudes(m: re.Match[str]) -> WrittenNumber | None:
    """2亿3000万元 as 2.3 of 亿元, 1万余亩 as 1 of 万亩; None where the second number is not below
    the first.
    """
    power = _powers()[m["firstunit"]]
    power_of_second = _powers()[m["secondunit"]] if m["second"] else 0
    second = Decimal(m["second"] or m["full"] or 0) / Decimal(10) ** (power - power_of_second)
    value, more = _value(m["first"]), m["more2"] or ""
    whole = value is not None and value == value.to_integral_value()
    if second >= 1 or (second and not whole):
        return None
    return WrittenNumber(
        *m.span(),
        None if value is None else value + second,
        None,
        m["firstunit"] + m["measure"],
        masked=value is None,
        behind=m["behind"] or (more if more in _floors_inside() else ""),
        approximate=bool(more),
    )


def _another_unit(text: str, start: int, unit: str) -> str:
    """建成5个点位 counts 个: the unit that is meant by the words before a number."""
    for entry in TABLES.load("targets")["other_units"]:
        if unit == entry["unit"]:
            rises = TABLES.one_of("targets", "other_units")
            if not rises.search(text[max(0, start - _RISE_REACH) : start]):
                return str(entry["otherwise"])
    return unit


def _as_written(m: re.Match[str]) -> tuple[str, str | None, str]:
    """The number, the upper end of its range, and its unit."""
    if m["percent"]:
        unit = _ratios()[m["ratio"]]
        if m["percent"] == "百":
            return "一百", None, unit
        return m["percent"], m["percenthigh"], unit
    if m["low"]:
        unit = _lumps().get(m["unit"], m["unit"])
        return m["low"], m["high"], unit + (m["per"] or "")
    if m["han"]:
        return m["han"], m["hanhigh"], _lumps().get(m["hanunit"], m["hanunit"])
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


def _in_same_magnitude(value: Decimal, own: str, unit: str) -> Decimal:
    """5000万—1亿元: a lower end with a magnitude of its own, brought to that of the upper one."""
    powers = [_powers()[m.group()] if (m := _magnitude().match(u)) else 0 for u in (own, unit)]
    smaller = powers[1] - powers[0]
    # Division keeps no zeros behind the point, as no one would write them.
    factor = Decimal(10) ** abs(smaller)
    return value / factor if smaller > 0 else value * factor


def _split_magnitude(written: str, value: Decimal, unit: str) -> tuple[Decimal, str]:
    """三百家 is 300 of 家, 两万亩 is 2 of 万亩, 一亿二千万元 is 1.2 of 亿元: as the same number in
    digits would be written.
    """
    powers, bare = _powers(), _bare(unit)
    whole = written + unit.removesuffix(bare) if bare else written + unit
    magnitudes = [c for c in whole if powers.get(c, 0) >= _MAGNITUDE_OF_UNITS]
    number = chinese_number(whole)
    if not magnitudes or whole[-1] not in magnitudes or number is None:
        return value, unit
    largest = max(magnitudes, key=lambda c: powers[c])
    return number / Decimal(10) ** powers[largest], largest + bare


def _range_split(
    low: str, value: Decimal, high: str, upper: Decimal, unit: str
) -> tuple[Decimal, Decimal, str]:
    """五千万到一亿元 is 0.5 to 1 of 亿元, 三到五亿元 3 to 5: both ends in the unit of the upper."""
    scaled, larger = _split_magnitude(high, upper, unit)
    factor = upper / scaled if scaled else Decimal(1)
    own = any(_powers().get(c, 0) >= _MAGNITUDE_OF_UNITS for c in low)
    return value / factor if own or value > scaled else value, scaled, larger


def _never_counts(text: str, m: re.Match[str], written: str, unit: str) -> bool:
    """Whether a numeral counts nothing whatever stands before it: 一 alone is an article."""
    if written[-1] == "点":
        return True
    if written[0] in _powers():
        return True
    if m["behind"]:
        return False
    rises = TABLES.one_of("targets", "other_units")
    before = text[max(0, m.start() - _RISE_REACH) : m.start()]
    if _measures().get(unit) == "rate" and rises.search(before):
        return written == "零"
    if written == "两":
        return unit not in _GROWS_BY and not _behind_shared_verb(text, m)
    if written == "一":
        # 增长一倍, 提高一成 count; 一倍 alone may be anything.
        return unit not in _GROWS_BY or not _made(text, m)
    return written == "零"


def _is_round(text: str, m: re.Match[str], unit: str) -> bool:
    """Whether a magnitude alone is an amount: 产值超千亿元, but not 超千亿元企业."""
    if _measures().get(_bare(unit)) is None:
        return False
    before = text[max(0, m.start() - _RISE_REACH) : m.start()]
    return (
        TABLES.role("targets", "round_figures", "before").search(before) is not None
        and TABLES.role("targets", "round_figures", "behind").match(text, m.end()) is not None
    )


#: Kinds of units with which a numeral of several characters is an amount: 三千万元, 二十万亩.
_AMOUNTS: Final = frozenset({"money", "mass", "area", "length", "volume", "power"})
_GROWS_BY: Final = ("倍", "番", "成")


def _made(text: str, m: re.Match[str]) -> bool:
    """Whether a verb stands right before a numeral that makes it a count."""
    reach = _verb_reach("counted_by") + len(_PERFECTIVE)
    before = text[max(0, m.start() - reach) : m.start()].removesuffix(_PERFECTIVE)
    return TABLES.last_word("targets", "counted_by").search(before) is not None


def _counts(text: str, m: re.Match[str], written: str, unit: str) -> bool:
    """Whether a numeral counts also without a word of bound: 三大 and 八项规定 are names."""
    if m["behind"] or m["hanmore"] or written == "两" or m["hanunit"] in _lumps():
        return True
    if len(m["han"]) > 1 or m["hanhigh"] or m["hanunit"][0] in CHARACTERS:
        # 技术工人三百名: the count stands behind what is counted. 十九届二中全会 goes on.
        amount = _measures().get(_bare(unit)) in _AMOUNTS
        ends = not text[m.end() : m.end() + 1].isalnum()
        if amount or (ends and (len(m["han"]) > 1 or not m["hanhigh"])):
            return True
    if _made(text, m):
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

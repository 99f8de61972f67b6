"""Targets: the numbers and relative goals of a clause, with indicator, bound, unit and deadline.

Works on the folded text of one clause; offsets are relative to it. What words mean stands in
language/zh/targets.yaml; this module says how they combine.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from policydiff.analysis import units
from policydiff.analysis.deadlines import deadline_spans
from policydiff.analysis.units import powers
from policydiff.language.tables import alternatives, words
from policydiff.language.zh import CHINESE
from policydiff.language.zh.boundaries import Span, comma_parts, quotations
from policydiff.language.zh.data import load, patterns
from policydiff.language.zh.folding import CLAUSES_REMEMBERED
from policydiff.language.zh.numerals import CHARACTERS, chinese_number
from policydiff.models import Bound

#: How far before a number the words reach that say it is no target, and those that bound it. The
#: longest phrase in the tables plus the words that may stand between.
_REACH = 24
_BOUND_REACH = 8
#: How far the name of what is counted reaches back from the number, and on behind it.
_LONGEST_HEAD = 60
_LONGEST_NOUN = 24
#: A part of a sentence that names the indicator of the next part is short: 地区生产总值,确保增长6%.
_LONGEST_SUBJECT = 20
#: A relative goal is one short statement; longer parts only happen to end in such words.
_LONGEST_RELATIVE = 46

#: Full-width commas and half-width ones have been folded; these end the reach of an indicator.
_ITEM_BREAK = re.compile("[,:;。；、（）]")
_PART_BREAK = re.compile("[,:;。；]")

#: Arabic, with thousands separators; a middle dot is a decimal point only before a unit or percent.
#: A run of more than 18 digits is a serial number.
_ARABIC = r"[0-9]{1,18}(?:,[0-9]{3}){0,5}(?:[.·][0-9]{1,9})?"
_MASKED = r"[x*]+(?:\.[x*]+)?"
#: A longer run of numerals is no number that anyone would write.
_HAN_NUMBER = rf"[{CHARACTERS}][{CHARACTERS}点]{{0,15}}"


@dataclass(frozen=True, slots=True)
class Found:
    """A target in a clause; see models.Target for the fields. Offsets are into the clause."""

    indicator: str
    value: Decimal | None
    upper: Decimal | None
    unit: str | None
    bound: Bound
    deadline: str | None
    masked: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    end: int  # behind the unit and what bounds the number
    value: Decimal | None
    upper: Decimal | None
    unit: str
    bound: Bound
    own_bound: bool  # a word bounds it


# --- the tables, compiled -----------------------------------------------------------------------


def _any_of(section: str) -> str:
    """A pattern for any word of a section of the table."""
    return f"(?:{alternatives(words(load('targets')[section]))})"


def _bound_words(side: str) -> tuple[str, ...]:
    return tuple(w for e in load("targets")["bounds"] if e["side"] == side for w in e["words"])


@cache
def _number_pattern() -> re.Pattern[str]:
    table = load("targets")
    magnitude = alternatives(powers(CHINESE))
    unit = f"(?:{magnitude})?(?:{alternatives(words(table['measures']))})|{magnitude}"
    number = f"{_ARABIC}|{_MASKED}"
    dash = _any_of("ranges")
    more = alternatives(_bound_words("inside"))
    return re.compile(
        rf"(?:百分之(?P<percent>{_HAN_NUMBER}|{number})"
        rf"(?:{dash}(?:百分之)?(?P<percenthigh>{_HAN_NUMBER}|{number}))?"
        rf"|(?<![0-9A-Za-z.*])(?P<low>{number})(?:(?P<lowunit>{unit})?{dash}(?P<high>{number}))?"
        rf"(?P<more>{more})?(?P<unit>{unit})(?P<per>/{_any_of('per')})?"
        rf"|(?<![{CHARACTERS}点])(?P<han>{_HAN_NUMBER})(?:{dash}(?P<hanhigh>{_HAN_NUMBER}))?"
        rf"(?P<hanmore>{more})?(?P<hanunit>{unit})"
        rf"|翻(?P<doubled>[{CHARACTERS}])?番)"
        rf"(?P<behind>{alternatives(_bound_words('behind'))})?"
    )


@cache
def _before_pattern() -> re.Pattern[str]:
    bounds = alternatives(_bound_words("before"))
    return re.compile(f"(?:{_any_of('not_bounds')}|(?P<bound>{bounds}))(?:了|到|在)?$")


@cache
def _bound_of() -> dict[str, Bound]:
    return {w: e["bound"] for e in load("targets")["bounds"] for w in e["words"]}


@cache
def _one_of(section: str) -> re.Pattern[str]:
    """One pattern for all patterns of a section."""
    return re.compile("|".join(f"(?:{e['pattern']})" for e in load("targets")[section]))


@cache
def _bases() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    entries = load("targets")["bases"]
    return tuple((re.compile(e["pattern"]), re.compile(e["follows"])) for e in entries)


@cache
def _qualifiers() -> dict[str, re.Pattern[str]]:
    entries = load("targets")["qualifiers"]
    return {kind: re.compile(e["pattern"]) for e in entries for kind in e["kinds"]}


@cache
def _at_start(section: str) -> re.Pattern[str]:
    return re.compile(_any_of(section))


@cache
def _at_end(section: str) -> re.Pattern[str]:
    return re.compile(f"{_any_of(section)}$")


@cache
def _whole_name() -> re.Pattern[str]:
    return re.compile(f"(?:{_any_of('whole_names')}|{_any_of('not_bounds')})$")


@cache
def _rims(of: str) -> re.Pattern[str]:
    entries = load("targets")["name_rims"]
    return re.compile("|".join(f"(?:{e['pattern']})" for e in entries if e["of"] == of))


@cache
def _joints(*places: str) -> frozenset[str]:
    return frozenset(
        w for e in load("targets")["joints"] if e["place"] in places for w in e["words"]
    )


@cache
def _name_joint() -> re.Pattern[str]:
    return re.compile(alternatives(_joints("names and numbers")))


@cache
def _distributors() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Each with whether it deals the numbers out in turn."""
    entries = load("targets")["distributors"]
    return tuple((re.compile(e["pattern"]), e["role"] == "in turn") for e in entries)


@cache
def _shared_tail() -> re.Pattern[str]:
    return re.compile(
        "(?:" + "|".join(f"(?:{e['pattern']})" for e in load("targets")["shared_tails"]) + ")$"
    )


@cache
def _action_verbs() -> str:
    return alternatives({*words(load("verbs")["action"]), *words(load("targets")["shared_verbs"])})


@cache
def _ends_in_verb() -> re.Pattern[str]:
    return re.compile(f"(?:{_action_verbs()})$")


@cache
def _opens_with_verb() -> re.Pattern[str]:
    return re.compile(f"(?:{_action_verbs()})")


@cache
def _only_verbs() -> re.Pattern[str]:
    verbs, table = load("verbs"), load("targets")
    lists = (verbs["action"], verbs["padding"], table["predicates"], table["shared_verbs"])
    names = {name for entries in lists for name in words(entries)}
    return re.compile(f"(?:{alternatives(names)})+")


# --- units, deadlines -----------------------------------------------------------------------------


def unit_kind(unit: str) -> str:
    """As in units.py, of Chinese."""
    return units.unit_kind(unit, CHINESE)


def magnitude(unit: str) -> tuple[Decimal, str]:
    """As in units.py, of Chinese."""
    return units.magnitude(unit, CHINESE)


def find_deadlines(text: str) -> list[str]:
    """The deadlines that a clause names, in order, as written."""
    return [text[a:b] for a, b in deadline_spans(text, CHINESE)]


# --- numbers ------------------------------------------------------------------------------------

_WORTH_A_LOOK = re.compile(
    rf"[0-9x*番]|百分之|[{CHARACTERS}][{CHARACTERS}]|[二两三四五六七八九十百千万亿]"
)


@lru_cache(maxsize=CLAUSES_REMEMBERED)
def find_targets(text: str) -> tuple[Found, ...]:
    """The targets of a clause, in order.

    >>> def show(t):
    ...     return [(f.indicator, str(f.value or f.unit), f.unit, f.bound) for f in find_targets(t)]
    >>> show("城镇新增就业1100万人以上，城镇登记失业率4.5%以内。".replace("，", ","))
    [('城镇新增就业', '1100', '万人', 'at_least'), ('城镇登记失业率', '4.5', '%', 'at_most')]
    >>> show("城乡居民收入分别增长5%、6.5%左右")
    [('城镇居民收入', '5', '%', 'about'), ('农村居民收入', '6.5', '%', 'about')]
    >>> show("新增国家级企业技术中心3家,省企业技术中心20家")
    [('新增国家级企业技术中心', '3', '家', 'exact'), ('新增省企业技术中心', '20', '家', 'exact')]
    """
    if not _WORTH_A_LOOK.search(text):
        return tuple(_relative_goals(text, []))
    deadlines = deadline_spans(text, CHINESE)
    numbers = _numbers(text, deadlines)
    starts = [a for a, _ in deadlines]
    found = []
    for n, indicator, start in _with_indicators(text, numbers):
        # The nearest deadline before the number; one behind it belongs to what follows.
        k = bisect_left(starts, n.start) - 1
        found.append(
            Found(
                indicator=indicator,
                value=n.value,
                upper=n.upper,
                unit=n.unit,
                bound=n.bound,
                deadline=text[slice(*deadlines[k])] if k >= 0 else None,
                masked=n.value is None,
                start=start,
                end=n.end,
            )
        )
    return tuple(_relative_goals(text, found))


def _inside(at: int, spans: list[Span]) -> bool:
    """Whether ``at`` lies in one of the spans, which are sorted and do not overlap."""
    i = bisect_right(spans, (at, len(spans) and spans[-1][1])) - 1
    return i >= 0 and at < spans[i][1]


def _numbers(text: str, deadlines: list[Span]) -> list[_Number]:
    quoted = quotations(text)
    found: list[_Number] = []
    for m in _number_pattern().finditer(text):
        if _inside(m.start(), quoted) or _inside(m.start(), deadlines):
            continue
        number = _number(text, m, first=not found)
        if number is None:
            continue
        if number.bound == "range" and number.upper is None and number.value is not None:
            number = _joined_range(text, found, number)
        found.append(number)
    return found


def _joined_range(text: str, found: list[_Number], last: _Number) -> _Number:
    """在5%和6%之间: the number before is the lower end."""
    if found and text[found[-1].end : last.start] in _joints("names and numbers"):
        lower = found[-1]
        if lower.value is not None and last.value is not None and lower.upper is None:
            found.pop()
            return replace(last, start=lower.start, value=lower.value, upper=last.value)
    return replace(last, bound="exact", own_bound=False)


def _value(written: str) -> Decimal | None:
    """The value of a number as written, in either script; None for a masked one."""
    if written[0] in "x*":
        return None
    if written[0] in CHARACTERS:
        return chinese_number(written)
    return Decimal(written.replace(",", "").replace("·", "."))


def _number(text: str, m: re.Match[str], *, first: bool) -> _Number | None:
    """The number of a match, unless it is part of a name or describes something.

    ``first``: no number stands before it in the clause.
    """
    low, high, unit = _as_written(m)
    if unit_kind(unit) == "name" or _is_name(text, m) or _describes(text, m, first=first):
        return None
    value = _value(low)
    upper = _value(high) if high else None
    masked = low[0] in "x*" or (high or "1")[0] in "x*"
    if masked:
        if low == "x" and text[m.end() : m.end() + 1] in ("+", "＋"):
            return None
        value = upper = None
    elif value is None or (high and upper is None):
        return None
    if m["han"]:
        if not _counts(text, m):
            return None
        value, upper, unit = _split_magnitude(low, value, upper, unit)
    if upper is not None and value is not None and value > upper and not m["lowunit"]:
        value = _in_unit(value, upper, unit)
    number = _bounded(text, m, value, upper, unit, ranged=bool(high))
    return None if _qualifies(text, number, m) else number


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


def _in_unit(value: Decimal, upper: Decimal, unit: str) -> Decimal:
    """5000-1万人: a lower end written without the magnitude of the upper one, brought to it."""
    scaled = value / magnitude(unit)[0]
    return scaled if scaled <= upper else value


def _is_name(text: str, m: re.Match[str]) -> bool:
    return _one_of("no_targets").match(text, m.start()) is not None


def _describes(text: str, m: re.Match[str], *, first: bool) -> bool:
    """Whether what stands before the number says that it compares or describes."""
    before = text[max(0, m.start() - _REACH) : m.start()]
    if _one_of("compared").search(before):
        return True
    if not first and _one_of("repeated").search(before):
        return True
    return any(rule.search(before) and then.match(text, m.end()) for rule, then in _bases())


def _qualifies(text: str, number: _Number, m: re.Match[str]) -> bool:
    """65岁以上老年人, 5000万元以上项目: the bound number belongs to a noun behind it."""
    if not m["behind"] or number.bound not in ("at_least", "at_most"):
        return False
    rule = _qualifiers().get(unit_kind(number.unit))
    if rule is None or not rule.match(text, m.end()):
        return False
    return not _opens_with_verb().match(text, m.end())


def _split_magnitude(
    written: str, value: Decimal | None, upper: Decimal | None, unit: str
) -> tuple[Decimal | None, Decimal | None, str]:
    """三百家 is 300 of 家; 两万亩 is 2 of 万亩, as the same number in digits would be written."""
    last = written[-1]
    if (
        value is None
        or upper is not None
        or powers(CHINESE).get(last, 0) < 4
        or unit[0] in powers(CHINESE)
    ):
        return value, upper, unit
    bare = chinese_number(written[:-1])
    return (value, upper, unit) if bare is None else (bare, None, last + unit)


def _counts(text: str, m: re.Match[str]) -> bool:
    """Whether a Chinese numeral counts: 一 alone is an article, 三大 and 八项规定 are names."""
    written = m["han"]
    if written[-1] == "点" or written[0] in powers(CHINESE):
        return False
    reach = max(0, m.start() - _BOUND_REACH)
    if written in ("一", "零") and not m["behind"]:
        return False
    if written == "两" and not m["behind"]:
        return m["hanunit"] in ("番", "倍") or bool(
            _at_end("shared_verbs").search(text, reach, m.start())
        )
    if m["behind"]:
        return True
    if len(written) > 1 and not text[m.end() : m.end() + 1].isalnum():
        # 技术工人三百名: the count stands behind what is counted. 十九届二中全会 goes on.
        return True
    bound = _before_pattern().search(text, reach, m.start())
    if bound and bound["bound"]:
        return True
    made = text[reach : m.start()].removesuffix("了")
    if _at_end("counted_by").search(made):
        return True
    # 新建学校三所: verb, noun and count, with nothing behind that the count could name.
    head = _PART_BREAK.split(text[max(0, m.start() - _REACH) : m.start()])[-1]
    ends = m.end() == len(text) or _ITEM_BREAK.match(text, m.end()) is not None
    return ends and _at_start("shared_verbs").search(head) is not None


def _bounded(
    text: str,
    m: re.Match[str],
    value: Decimal | None,
    upper: Decimal | None,
    unit: str,
    *,
    ranged: bool,
) -> _Number:
    start, end = m.span()
    behind = m["behind"]
    before = _before_pattern().search(text, max(0, start - _BOUND_REACH), start)
    bound: Bound | None = None
    if behind:
        bound = _bound_of()[behind]
    elif unit_kind(unit) == "duration":
        within = next((w for w in _bound_words("behind a duration") if text.startswith(w, end)), "")
        if within:
            bound, end = _bound_of()[within], end + len(within)
    if before and before["bound"]:
        start = before.start()
        bound = bound or _bound_of()[before["bound"]]
    if bound is None and (m["more"] or m["hanmore"]):
        bound = "about"
    if ranged:
        bound = "range"
    return _Number(start, end, value, upper, unit, bound or "exact", bound is not None)


# --- indicators ---------------------------------------------------------------------------------


def _with_indicators(text: str, numbers: list[_Number]) -> list[tuple[_Number, str, int]]:
    """Each number with the name of what it counts and where the words for it begin."""
    out: list[tuple[_Number, str, int]] = []
    carried = ""  # the verb that a list of counts shares
    i = 0
    while i < len(numbers):
        number = numbers[i]
        head_start = _head_start(text, numbers, i)
        head = text[head_start : number.start]
        subjects, in_turn = _dealt(head)
        group = _listed_group(text, numbers, i) if in_turn and subjects else [number]
        if len(group) > 1:
            for k, n in enumerate(_sharing_bounds(group)):
                name = subjects[min(k, len(subjects) - 1)]
                out.append((n, name, head_start if k == 0 else n.start))
            i += len(group)
            continue
        i += 1
        if len(subjects) > 1:
            # 分别下降3%, 都要减少2%: one number for several subjects.
            out += [(number, name, head_start) for name in subjects]
            continue
        name = _indicator(text, head_start, number)
        verb = _at_start("shared_verbs").match(name)
        if not name:
            name = out[-1][1] if out else _earlier_subject(text, head_start)
            name = name or head.strip() or text[number.start : number.end]
        elif verb:
            carried = verb.group()
        elif _only_verbs().fullmatch(name):
            carried = ""
        elif carried and out and _same_list(text, out[-1][0], number, head_start):
            name = carried + name
        else:
            carried = ""
        out.append((number, name, head_start))
    return out


def _head_start(text: str, numbers: list[_Number], i: int) -> int:
    """Where the words that belong to number ``i`` begin: behind the last break or number."""
    start, at = numbers[i - 1].end if i else 0, numbers[i].start
    for m in _PART_BREAK.finditer(text, start, at):
        start = m.end()
    start = max(start, at - _LONGEST_HEAD)
    while start < at and (text[start] == " " or text[start] in _joints("names and numbers")):
        start += 1
    return start


def _listed_group(text: str, numbers: list[_Number], i: int) -> list[_Number]:
    """The numbers that follow each other with nothing but a joint between them."""
    joints = _joints("names and numbers", "numbers")
    end = i + 1
    while end < len(numbers):
        if text[numbers[end - 1].end : numbers[end].start].strip() not in joints:
            break
        end += 1
    return numbers[i:end]


def _sharing_bounds(group: list[_Number]) -> list[_Number]:
    """增长5%、6.5%左右: the last bound in a list holds for those without one of their own."""
    shared = list(group)
    for i in range(len(shared) - 2, -1, -1):
        here, following = shared[i], shared[i + 1]
        if not here.own_bound and following.bound in ("at_least", "at_most", "about"):
            shared[i] = replace(here, bound=following.bound, own_bound=True)
    return shared


def _same_list(text: str, last: _Number, here: _Number, head_start: int) -> bool:
    """Whether two counts are members of one list, so that the verb of the first holds for both."""
    between = text[last.end : head_start].strip(" ,")
    head = text[head_start : here.start]
    return (
        (not between or between in _joints("names and numbers"))
        and unit_kind(last.unit) == unit_kind(here.unit)
        and not _at_start("own_predicates").search(head)
    )


def _dealt(head: str) -> tuple[list[str], bool]:
    """The subjects among which a number is dealt out, and whether each gets one in turn."""
    for rule, in_turn in _distributors():
        m = rule.search(head)
        if m and (in_turn or not _strip_predicates(head[m.end() :])):
            subjects = _subjects(head[: m.start()])
            return (subjects, in_turn) if in_turn or len(subjects) > 1 else ([], False)
    return [], False


def _subjects(listed: str) -> list[str]:
    """The listed subjects: A、B和C…… share what the last of them ends with.

    >>> _subjects("城镇、农村居民人均可支配收入")
    ['城镇居民人均可支配收入', '农村居民人均可支配收入']
    >>> _subjects("广义货币M2和社会融资规模余额")
    ['广义货币M2', '社会融资规模余额']
    """
    listed = _strip_predicates(_strip_leads(listed.strip()))
    for entry, rule in zip(
        load("targets")["short_subjects"], patterns("targets", "short_subjects"), strict=True
    ):
        m = rule.match(listed)
        if m:
            return [name + listed[m.end() :] for name in entry["names"]]
    names = [name for name in _name_joint().split(listed) if name]
    tail = _tail_of(names)
    return [n if _one_of("complete_names").search(n) else n + tail for n in names[:-1]] + names[-1:]


def _tail_of(names: list[str]) -> str:
    """What the last of several names ends with on behalf of all, or ''."""
    if len(names) < 2:
        return ""
    m = _shared_tail().search(names[-1])
    if m and m.start():
        return m.group()
    # Names in a list are of a length: what the last has more than the others is shared.
    lengths = {len(name) for name in names[:-1]}
    return names[-1][max(lengths) :] if len(lengths) == 1 else ""


def _strip_leads(text: str) -> str:
    """Without the words of time, place and effort at its head."""
    text = _strip_heads(text)
    m = _one_of("head_cuts").match(text)
    return _strip_heads(text[m.end() :]) if m and _strip_predicates(text[m.end() :]) else text


def _strip_heads(text: str) -> str:
    while True:
        m = next((d for rule in patterns("targets", "deadlines") if (d := rule.match(text))), None)
        m = m or _at_start("leads").match(text)
        if not m or m.end() >= len(text):
            return text
        text = text[m.end() :].lstrip(", ")


def _strip_predicates(text: str) -> str:
    """Without the words of growth, level and bound at its end; all of it may be such words."""
    while text and not _whole_name().search(text):
        m = _at_end("predicates").search(text) or _rims("number").search(text)
        if not m or not m.group():
            break
        text = text[: m.start()].rstrip(" 、")
    return text


def _cleaned(head: str) -> str:
    """The name in a head: no leads, no predicates, no stray brackets."""
    name = _strip_predicates(_strip_leads(head.strip())).strip(" 、")
    for left, right in ("“”", "（）", "《》"):
        if name.count(left) != name.count(right):
            name = name.strip(left + right)
    empty = _at_start("leads").fullmatch(name) or _at_start("object_openers").fullmatch(name)
    return "" if empty else name


def _indicator(text: str, head_start: int, number: _Number) -> str:
    """What the number counts: the words before it, or, where none are, the noun behind it."""
    head = text[head_start : number.start]
    name = _cleaned(head)
    noun = _noun_behind(text, number)
    names_something = noun and not _at_start("empty_nouns").fullmatch(noun)
    if not name or _only_verbs().fullmatch(name):
        verb = _at_start("shared_verbs").match(_strip_leads(head.strip()))
        # 完成 is only a lead to its object; 新增 tells a flow from a stock.
        keeps = verb and not _at_start("leads").fullmatch(verb.group())
        return (verb.group() if verb and keeps else "") + noun if names_something else name or noun
    verb = _ends_in_verb().search(name)
    rate = unit_kind(number.unit) == "rate"
    if names_something and verb and not rate and _at_start("object_openers").match(name):
        # 支持某厂改造4000吨热模锻生产线 counts the line.
        shared = _at_start("shared_verbs").fullmatch(verb.group())
        return (verb.group() if shared else "") + noun
    return name


def _noun_behind(text: str, number: _Number) -> str:
    """The noun that follows a number directly, or ''."""
    limit = min(len(text), number.end + _LONGEST_NOUN)
    m = _ITEM_BREAK.search(text, number.end, limit)
    noun = text[number.end : m.start() if m else limit].strip(" 的。")
    noun = re.split("[0-9x]", noun, maxsplit=1)[0]
    return "" if _at_start("leads").match(noun) else noun


def _earlier_subject(text: str, head_start: int) -> str:
    """The short part of the sentence before a part that has a predicate only, or ''."""
    before = text[max(0, head_start - _LONGEST_SUBJECT - 1) : head_start].rstrip(", ")
    part = _PART_BREAK.split(before)[-1]
    return _cleaned(part) if len(part) < _LONGEST_SUBJECT else ""


# --- relative goals -----------------------------------------------------------------------------

_CLAUSE_END = re.compile("[。;；!！?？ ]+$")


def _relative_goals(text: str, found: list[Found]) -> list[Found]:
    """Goals without a number, one comma part each; a part that has a number has no other goal."""
    goals = []
    k = 0
    for start, end in comma_parts(text):
        while k < len(found) and found[k].end <= start:
            k += 1
        if k < len(found) and found[k].start < end:
            continue
        if end - start > _LONGEST_RELATIVE + 1:
            continue
        part = _CLAUSE_END.sub("", text[start:end])
        subject = _relative_subject(part)
        if subject:
            goals.append(
                Found(
                    indicator=subject,
                    value=None,
                    upper=None,
                    unit=None,
                    bound="relative",
                    deadline=None,
                    masked=False,
                    start=start,
                    end=start + len(part),
                )
            )
    return sorted(found + goals, key=lambda f: (f.start, f.end))


def _relative_subject(part: str) -> str | None:
    """What a relative goal is about; None when the part states no such goal."""
    if len(part) > _LONGEST_RELATIVE:
        return None
    for rule in patterns("targets", "relative"):
        m = rule.search(part)
        if m:
            subject = m.groupdict().get("subject") or _strip_leads(part[: m.start()].strip())
            subject = _rims("relative").sub("", subject) or subject
            return subject if len(subject) > 1 else None
    return None

"""Targets: the numbers and relative goals of a clause, with indicator, bound, unit and deadline.

Works on the folded text of one clause; offsets are relative to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from policydiff.boundaries import Span, comma_parts
from policydiff.models import Bound
from policydiff.numerals import CHARACTERS, chinese_number
from policydiff.tables import load, words

_MAGNITUDE = "万亿|[百千]万|[百千]亿|[百千万亿]"
#: Arabic, with thousands separators; a middle dot is a decimal point only before a unit or percent.
_ARABIC = r"[0-9]+(?:,[0-9]{3})*(?:[.·][0-9]+)?"
_MASKED = r"[x*]+(?:\.[x*]+)?"
_DASH = r"[-—~至到]|--|——"
#: A numeral 一 alone is an article (一批, 一个), not a count.
_HAN_NUMBER = rf"[{CHARACTERS}][{CHARACTERS}点]*"


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


def _alternatives(names: tuple[str, ...]) -> str:
    return "|".join(re.escape(name) for name in names)


@cache
def _number_pattern() -> re.Pattern[str]:
    table = load("targets")
    unit = f"(?:{_MAGNITUDE})?(?:{_alternatives(words(table['measures']))})|{_MAGNITUDE}"
    number = f"{_ARABIC}|{_MASKED}"
    behind = tuple(w for e in table["bounds"] if e["side"] == "behind" for w in e["words"])
    return re.compile(
        rf"(?:百分之(?P<percent>{_HAN_NUMBER}|{_MASKED})"
        rf"|(?<![0-9A-Za-z.*])(?P<low>{number})(?:(?P<lowunit>{unit})?(?:{_DASH})(?P<high>{number}))?"
        rf"(?P<more>多|余|几)?(?P<unit>{unit})(?P<per>/[亩人户年家])?"
        rf"|(?P<han>{_HAN_NUMBER})(?P<hanmore>多|余|几)?(?P<hanunit>{unit})"
        rf"|翻(?P<doubled>[一两二三])?番)"
        rf"(?P<behind>{_alternatives(tuple(sorted(behind, key=len, reverse=True)))})?"
    )


@cache
def _before_pattern() -> re.Pattern[str]:
    entries = [e for e in load("targets")["bounds"] if e["side"] == "before"]
    names = sorted((w for e in entries for w in e["words"]), key=len, reverse=True)
    return re.compile(f"({_alternatives(tuple(names))})(?:了|到|在)?$")


@cache
def _bound_of() -> dict[str, Bound]:
    return {w: e["bound"] for e in load("targets")["bounds"] for w in e["words"]}


@cache
def _patterns(section: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(e["pattern"]) for e in load("targets")[section])


@cache
def _tails() -> tuple[str, ...]:
    return words(load("targets")["predicates"])


@cache
def _leads() -> re.Pattern[str]:
    return re.compile(f"(?:{_alternatives(words(load('targets')['leads']))})")


@cache
def _measure_kinds() -> dict[str, str]:
    return {w: e["kind"] for e in load("targets")["measures"] for w in e["words"]}


def unit_kind(unit: str) -> str:
    """What a unit measures: 'money' for 亿元, 'count' for 家; magnitudes alone are 'count'.

    >>> unit_kind("万亿元"), unit_kind("万")
    ('money', 'count')
    """
    bare = re.sub(f"^(?:{_MAGNITUDE})", "", unit)
    return _measure_kinds().get(bare, "count")


_SCALE = {"百": 2, "千": 3, "万": 4, "亿": 8}


def magnitude(unit: str) -> tuple[Decimal, str]:
    """The factor and the bare measure of a unit, so that 9000万 and 0.9亿 can be compared.

    >>> magnitude("万亿元")
    (Decimal('1000000000000'), '元')
    """
    m = re.match(f"(?:{_MAGNITUDE})", unit)
    # 亩 of 万亩 is the measure; a unit that only looks like a magnitude keeps its name.
    if not m:
        return Decimal(1), unit
    power = sum(_SCALE[c] for c in m.group())
    return Decimal(10) ** power, unit[m.end() :]


#: Full-width commas and half-width ones have been folded; these end the reach of an indicator.
_ITEM_BREAK = re.compile("[,:;。；、（）]")
_QUOTED = re.compile("“[^”]*”|《[^》]*》|‘[^’]*’")
_LISTED = re.compile("分别|各自")
_CONJUNCTION = re.compile("、|和|与|及|以及")


def find_targets(text: str) -> list[Found]:
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
        return _relative_goals(text, [])
    quoted = [m.span() for m in _QUOTED.finditer(text)]
    numbers = _numbers(text, quoted)
    deadlines = _deadlines(text)
    found = [
        Found(
            indicator=indicator,
            value=n.value,
            upper=n.upper,
            unit=n.unit,
            bound=n.bound,
            deadline=_deadline_for(deadlines, n.start),
            masked=n.value is None,
            start=start,
            end=n.end,
        )
        for n, indicator, start in _with_indicators(text, numbers)
    ]
    return _relative_goals(text, found)


_WORTH_A_LOOK = re.compile(
    rf"[0-9x*番]|百分之|[{CHARACTERS}][{CHARACTERS}]|[二两三四五六七八九十百千万亿]"
)


def _inside(at: int, spans: list[Span]) -> bool:
    return any(a <= at < b for a, b in spans)


def _numbers(text: str, quoted: list[Span]) -> list[_Number]:
    found: list[_Number] = []
    for m in _number_pattern().finditer(text):
        if _inside(m.start(), quoted):
            continue
        number = _number(text, m)
        if number is not None:
            found.append(number)
    return _share_listed_bounds(text, found)


def _decimal(text: str) -> Decimal | None:
    """The value as written; None for a masked number."""
    if text[0] in "x*":
        return None
    return Decimal(text.replace(",", "").replace("·", "."))


def _number(text: str, m: re.Match[str]) -> _Number | None:
    upper: Decimal | None = None
    if m["percent"]:
        unit = "%"
        value = None if m["percent"][0] in "x*" else chinese_number(m["percent"])
        if value is None and m["percent"][0] not in "x*":
            return None
    elif m["low"]:
        unit = m["unit"] + (m["per"] or "")
        value = _decimal(m["low"])
        if m["high"]:
            upper = _decimal(m["high"])
            if (value is None) != (upper is None):
                value = upper = None
        if value is None and len(m["low"]) == 1 and not _masks(text, m):
            return None
    elif m["han"]:
        unit = m["hanunit"]
        value = _han_value(m)
        if value is None or not _counts(text, m):
            return None
        if m["han"][-1] in "万亿百千" and unit and unit[0] not in "百千万亿":
            value, unit = _split_magnitude(m["han"], value, unit)
    else:
        unit, value = "番", chinese_number(m["doubled"] or "一")
    if unit_kind(unit) == "name":
        return None
    before = text[max(0, m.start() - 24) : m.start()]
    if any(rule.search(before) for rule in _patterns("compared")):
        return None
    return _bounded(text, m, value, upper, unit)


def _masks(text: str, m: re.Match[str]) -> bool:
    """A single x masks a digit when a measure follows (x家); x大 or x+N is a name."""
    return bool(m["unit"]) and not re.match(r"[+＋]", text[m.end() : m.end() + 1] or " ")


def _han_value(m: re.Match[str]) -> Decimal | None:
    return chinese_number(m["han"])


def _split_magnitude(written: str, value: Decimal, unit: str) -> tuple[Decimal, str]:
    """三百家 is 300 of 家; 两万亩 is 2 of 万亩, as the same number in digits would be written."""
    if written[-1] in "百千":
        return value, unit
    bare = chinese_number(written[:-1])
    return (bare, written[-1] + unit) if bare is not None else (value, unit)


def _counts(text: str, m: re.Match[str]) -> bool:
    """Whether a Chinese numeral counts: 一 alone is an article, 三大 and 八项规定 are names."""
    written = m["han"]
    if written in ("一", "两", "零") and not m["behind"]:
        return written == "两" and m["hanunit"] in ("番", "倍")
    if written[-1] == "点" or written[0] in "万亿百千":
        return False
    if m["behind"] or _before_pattern().search(text, 0, m.start()):
        return True
    before = text[max(0, m.start() - 8) : m.start()]
    return bool(_COUNTED_BEFORE.search(before))


#: A Chinese numeral counts when a verb of making stands right before it.
_COUNTED_BEFORE = re.compile(
    "(?:新增|新建|建成|建设|完成|实施|办好|打造|培育|引进|达到?|增加|实现|创建|开工|竣工|减少|提高|增长|改造|下降|降低|推进|到|抓好)了?$"
)


def _bounded(
    text: str, m: re.Match[str], value: Decimal | None, upper: Decimal | None, unit: str
) -> _Number | None:
    behind = m["behind"]
    before = _before_pattern().search(text, max(0, m.start() - 8), m.start())
    start, bound, own = m.start(), "exact", True
    if behind:
        bound = _bound_of()[behind]
    elif before:
        bound = _bound_of()[before.group(1)]
    elif m["more"] or m["hanmore"]:
        bound = "about"
    else:
        own = False
    if upper is not None:
        bound = "range"
    if before:
        start = before.start()
    return _Number(start, m.end(), value, upper, unit, bound, own)  # type: ignore[arg-type]


def _share_listed_bounds(text: str, numbers: list[_Number]) -> list[_Number]:
    """增长5%、6.5%左右: the bound of the last in a list holds for those without one of their own."""
    shared = list(numbers)
    for i in range(len(shared) - 2, -1, -1):
        here, following = shared[i], shared[i + 1]
        between = text[here.end : following.start]
        listed = between in ("、", "和", "与", "以及", ",") and _LISTED.search(text, 0, here.start)
        if listed and not here.own_bound and following.bound in ("at_least", "at_most", "about"):
            shared[i] = _Number(
                here.start, here.end, here.value, here.upper, here.unit, following.bound, True
            )
    return shared


def _deadlines(text: str) -> list[tuple[int, str]]:
    found = {}
    for rule in reversed(_patterns("deadlines")):
        for m in rule.finditer(text):
            found[m.start()] = m.group()
    spans = sorted((at, at + len(words_)) for at, words_ in found.items())
    kept: list[Span] = []
    for a, b in spans:
        if kept and a < kept[-1][1]:
            if b - a > kept[-1][1] - kept[-1][0]:
                kept[-1] = (a, b)
        else:
            kept.append((a, b))
    return [(a, text[a:b]) for a, b in kept]


def find_deadlines(text: str) -> list[str]:
    """The deadlines that a clause names, in order, as written.

    >>> find_deadlines("年底前建成,到2025年全面达产")
    ['年底前', '到2025年']
    """
    return [words_ for _, words_ in _deadlines(text)]


def _deadline_for(deadlines: list[tuple[int, str]], at: int) -> str | None:
    """The nearest deadline before the number, else the first one behind it."""
    before = [words_ for start, words_ in deadlines if start < at]
    return before[-1] if before else None


def _with_indicators(text: str, numbers: list[_Number]) -> list[tuple[_Number, str, int]]:
    out: list[tuple[_Number, str, int]] = []
    carried = ""  # the verb that a list of counts shares
    i = 0
    while i < len(numbers):
        group = _listed_group(text, numbers, i)
        head_start = _head_start(text, numbers, i)
        head = text[head_start : numbers[i].start]
        subjects = _subjects(head) if _LISTED.search(head) else []
        if len(group) > 1 and subjects:
            for k, n in enumerate(group):
                name = subjects[k] if k < len(subjects) else subjects[-1]
                out.append((n, name, head_start if k == 0 else n.start))
            i += len(group)
            continue
        if len(subjects) > 1:
            # 分别下降3%: one number for several subjects.
            out += [(numbers[i], name, head_start) for name in subjects]
            i += 1
            continue
        name, start = _indicator(text, head_start, numbers[i])
        verb = _GROWING.match(name)
        if verb:
            carried = verb.group()
        elif carried and out and _same_list(text, out[-1][0], numbers[i], head_start):
            name = carried + name
        else:
            carried = ""
        out.append((numbers[i], name, start))
        i += 1
    return out


#: Verbs that a list of counts shares: 新增国家级中心3家,省级中心20家.
_GROWING = re.compile(
    "新增|新建|新认定|建成|培育|认定|建立|引进|新引进|新培育|完成|实施|创建|净增|开工|新开工|建设|新建改建|改造"
)


def _same_list(text: str, last: _Number, here: _Number, head_start: int) -> bool:
    between = text[last.end : head_start]
    return (
        not between.strip(" ,、和及与以")
        and unit_kind(last.unit) == unit_kind(here.unit)
        and not re.search("增长|达到|控制|下降|提高|占|实现|率", text[head_start : here.start])
    )


def _listed_group(text: str, numbers: list[_Number], i: int) -> list[_Number]:
    """The numbers that follow each other with nothing but a joint between them."""
    group = [numbers[i]]
    for following in numbers[i + 1 :]:
        if text[group[-1].end : following.start].strip() not in (
            "、",
            "和",
            "与",
            ",",
            "以及",
            "及",
        ):
            break
        group.append(following)
    return group


def _head_start(text: str, numbers: list[_Number], i: int) -> int:
    """Where the words that belong to number ``i`` begin: behind the last break or number."""
    floor = numbers[i - 1].end if i else 0
    at = numbers[i].start
    breaks = [m.end() for m in re.finditer("[,:;。；]", text[floor:at])]
    start = floor + (breaks[-1] if breaks else 0)
    while start < at and text[start] in " 、和及与,":
        start += 1
    return start


def _subjects(head: str) -> list[str]:
    """The listed subjects before 分别: A、B和C…… share what follows the last of them.

    >>> _subjects("城镇、农村居民人均可支配收入分别增长")
    ['城镇居民人均可支配收入', '农村居民人均可支配收入']
    """
    listed = _LISTED.split(head)[0]
    listed = _strip_leads(listed.strip())
    listed = _strip_predicates(listed)
    if listed.startswith("城乡"):
        return ["城镇" + listed[2:], "农村" + listed[2:]]
    ordinal = re.match("(一二三|一、二、三)(?:次)?(产业?)", listed)
    if ordinal:
        rest = listed[ordinal.end() :]
        return [f"{n}{ordinal.group(2)}{rest}" for n in "一二三"]
    names = [name for name in _CONJUNCTION.split(listed) if name]
    if len(names) < 2:
        return names
    last = names[-1]
    shortest = min(len(name) for name in names[:-1])
    # The last name carries the common tail: it is longer than the others by that tail.
    tail = last[shortest:] if len(last) > shortest + 1 else ""
    return [name if name.endswith(tail) else name + tail for name in names[:-1]] + [last]


def _strip_leads(text: str) -> str:
    changed = True
    while changed and text:
        changed = False
        m = _leads().match(text)
        if m and m.end() < len(text):
            text, changed = text[m.end() :], True
        for rule in _patterns("deadlines"):
            d = rule.match(text)
            if d and d.end() < len(text):
                text, changed = text[d.end() :].lstrip(", "), True
    return text


def _strip_predicates(text: str) -> str:
    changed = True
    while changed and text:
        changed = False
        for tail in _tails():
            if text.endswith(tail) and len(text) > len(tail):
                text, changed = text[: -len(tail)].rstrip(), True
                break
    return text


def _indicator(text: str, head_start: int, number: _Number) -> tuple[str, int]:
    """What the number counts: the words before it, or, where none are, the noun behind it."""
    head = text[head_start : number.start].strip()
    name = _strip_predicates(_strip_leads(head)) if head else ""
    name = re.sub("(?:的|地)$", "", name).strip(" 、（）“”")
    bare_verb = not name or name in _tails() or _only_verbs().fullmatch(name)
    if bare_verb:
        m = _ITEM_BREAK.search(text, number.end)
        noun = text[number.end : m.start() if m else len(text)].strip(" 的。")
        follows = re.split("[0-9x]", noun)[0][:24]
        name = (name if name and _GROWING.match(name) else "") + follows or name or head
    return name, head_start


@cache
def _only_verbs() -> re.Pattern[str]:
    table = load("verbs")
    names = (*words(table["action"]), *words(table["padding"]), *_tails())
    return re.compile(f"(?:{_alternatives(tuple(sorted(names, key=len, reverse=True)))})+")


_CLAUSE_END = re.compile("[。;；!！?？ ]+$")


def _relative_goals(text: str, found: list[Found]) -> list[Found]:
    """Goals without a number, one comma part each; a part that has a number has no other goal."""
    goals = []
    for start, end in comma_parts(text):
        if any(f.start < end and f.end > start for f in found):
            continue
        part = _CLAUSE_END.sub("", text[start:end])
        if len(part) > _LONGEST_RELATIVE:
            continue
        for rule in _patterns("relative"):
            m = rule.search(part)
            if m:
                named = m.groupdict().get("subject")
                subject = named or _strip_leads(part[: m.start()].strip())
                subject = re.sub("(?:增速|增长|的?指标|等|水平|要|保持)$", "", subject) or subject
                if len(subject) < 2:
                    break
                goals.append(
                    Found(
                        subject, None, None, None, "relative", None, False, start, start + len(part)
                    )
                )
                break
    return sorted(found + goals, key=lambda f: (f.start, f.end))


#: A relative goal is one short statement; longer parts only happen to end in such words.
_LONGEST_RELATIVE = 46

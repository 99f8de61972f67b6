"""Names of what is counted: cut free of leads, predicates and marks, and dealt out in lists.

Works on parts of folded text. What the words mean stands in the table targets of the language.
"""

from __future__ import annotations

import re
from functools import cache

from policydiff.analysis.numbers import deed, far_bound, joints
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import alternatives, either
from policydiff.language.words import WordRun


def cleaned(head: str, language: Language) -> str:
    """The name in a head: no leads, no predicates, no stray brackets; '' where none is left.

    >>> from policydiff.language.zh import CHINESE
    >>> cleaned("确保全年城镇新增就业达到", CHINESE)
    '城镇新增就业'
    """
    tables = language.tables
    marks = rims(language, "name")
    far = far_bound(head, 0, len(head), language)
    if far is not None:
        share = language.tables.one_of("targets", "shares").match(head, far.start)
        (of,) = language.tables.words("targets", "share_of")[-1:]
        # 支出不低于财政收入的10%: how much of it; 至少 says nothing of what.
        head = head[: far.start] + (of if share else "") + head[far.end :]
    mark = tables.load("targets")["joints"][0]["words"][0]
    bare = strip_leads(head.strip(), language).rstrip(mark)  # 总额正增长、突破50亿元
    name = strip_predicates(bare, language).strip(marks)
    for pair in tables.load("targets")["brackets"]:
        if name.count(pair["opening"]) != name.count(pair["closing"]):
            name = strip_leads(name.strip(pair["opening"] + pair["closing"]), language)
            opened = name.rfind(pair["opening"])
            if opened > name.rfind(pair["closing"]):  # 助老服务(上门理发30次
                name = strip_leads(name[opened + 1 :], language)
    manner = tables.word("targets", "lead_manner").match(name)
    if manner and tables.word("targets", "leads").fullmatch(name[manner.end() :]):
        return ""  # 分步推进9座水库清淤
    empty = any(
        tables.word("targets", section).fullmatch(name) for section in ("leads", "object_openers")
    )
    return "" if empty or tables.one_of("targets", "items").fullmatch(name) else name


def strip_leads(text: str, language: Language) -> str:
    """The text without the words of time, place and effort at its head."""
    text = _strip_heads(language.tables.one_of("targets", "decided").sub("", text), language)
    framed = _frame(language).match(text)
    if framed:
        return _strip_heads(text[framed.end() :], language)
    m = language.tables.one_of("targets", "head_cuts").match(text)
    if m and strip_predicates(text[m.end() :], language):
        return _strip_heads(text[m.end() :], language)
    return text


@cache
def _frame(language: Language) -> re.Pattern[str]:
    """依托农业园区 before 新建冷库: where or by what means, up to the verb of building."""
    verbs = alternatives(language.tables.words("targets", "shared_verbs"))
    frames = alternatives(language.tables.words("targets", "frames"))
    return compile_pattern(f"(?:{frames})[^,;]{{2,}}?(?=(?:{verbs})..)")


def _strip_heads(text: str, language: Language) -> str:
    deadlines = language.tables.patterns("targets", "deadlines")
    lead = language.tables.word("targets", "leads")
    kept = language.tables.word("targets", "kept_heads")
    while not kept.match(text):
        m = next((due for rule in deadlines if (due := rule.match(text))), None) or lead.match(text)
        if not m:
            # 全面抓好某类企业: a word of manner goes with the lead that follows it.
            manner = language.tables.word("targets", "lead_manner").match(text)
            behind = manner.end() if manner else 0
            m = lead.match(text, behind) if behind and not kept.match(text, behind) else None
            if not m and behind and deed(language).match(text, behind):
                m = manner  # 用心办好实事 keeps its verb
        if not m or m.end() >= len(text):
            break
        text = text[m.end() :].lstrip(", ")
    return text


def strip_predicates(text: str, language: Language) -> str:
    """The text without the words of growth, level and bound at its end; '' if it has no others."""
    predicate = language.tables.last_word("targets", "predicates")
    while text and not _whole_name(language).search(text):
        m = predicate.search(text) or name_rim(language, "number").search(text)
        if not m or not m.group():
            break
        text = text[: m.start()].rstrip(rims(language, "name"))
    return text


@cache
def rims(language: Language, of: str) -> str:
    """The characters that are taken off both ends of a name or a noun."""
    entries = language.tables.load("targets")["rims"]
    return "".join(e["characters"] for e in entries if e["of"] == of)


@cache
def name_rim(language: Language, of: str) -> re.Pattern[str]:
    """What is cut from the end of the name of a number or of a relative goal."""
    entries = language.tables.load("targets")["name_rims"]
    return compile_pattern(either(e["pattern"] for e in entries if e["of"] == of))


@cache
def _whole_name(language: Language) -> re.Pattern[str]:
    any_of = language.tables.any_of
    return compile_pattern(
        f"(?:{any_of('targets', 'whole_names')}|{any_of('targets', 'not_bounds')})$"
    )


@cache
def only_verbs(language: Language) -> WordRun:
    """Verbs, padding and predicates, one after the other."""
    tables = language.tables
    names = {
        *(word for section in ("action", "padding") for word in tables.words("verbs", section)),
        *tables.words("targets", "predicates"),
        *tables.words("targets", "shared_verbs"),
        *tables.words("targets", "manner"),
    }
    return WordRun(names)


# --- lists ----------------------------------------------------------------------------------------


def dealt(head: str, language: Language) -> tuple[list[str], bool]:
    """The subjects among which a number is dealt out, and whether each gets one in turn."""
    for rule, in_turn in _distributors(language):
        m = rule.search(head)
        if m and (in_turn or not strip_predicates(head[m.end() :], language)):
            subjects = subjects_of(head[: m.start()], language)
            return (subjects, in_turn) if in_turn or len(subjects) > 1 else ([], False)
    return [], False


def dealt_silently(head: str, wanted: int, language: Language) -> list[str]:
    """The subjects among which ``wanted`` numbers are dealt out without a word that says so.

    >>> from policydiff.language.zh import CHINESE
    >>> [dealt_silently("城镇居民收入和农民收入可比增长", n, CHINESE) for n in (2, 1)]
    [['城镇居民收入', '农民收入'], []]
    """
    m = language.tables.one_of("targets", "dealt_silently").search(head) if wanted > 1 else None
    subjects = subjects_of(head[: m.start()], language) if m else []
    return subjects if len(subjects) == wanted else []


@cache
def _distributors(language: Language) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Each with whether it deals the numbers out in turn."""
    entries = language.tables.load("targets")["distributors"]
    return tuple((compile_pattern(e["pattern"]), e["role"] == "in turn") for e in entries)


def subjects_of(listed: str, language: Language) -> list[str]:
    """The listed subjects: A、B和C…… share what the last of them ends with.

    >>> from policydiff.language.zh import CHINESE
    >>> subjects_of("城镇、农村居民人均可支配收入", CHINESE)
    ['城镇居民人均可支配收入', '农村居民人均可支配收入']
    >>> subjects_of("广义货币M2和社会融资规模余额", CHINESE)
    ['广义货币M2', '社会融资规模余额']
    """
    tables = language.tables
    listed = strip_predicates(strip_leads(listed.strip(), language), language)
    for entry, rule in zip(
        tables.load("targets")["short_subjects"],
        tables.patterns("targets", "short_subjects"),
        strict=True,
    ):
        m = rule.match(listed)
        if m:
            return [name + listed[m.end() :] for name in entry["names"]]
    closer = tables.one_of("targets", "list_closers").search(listed)
    names = [n for n in _unquoted(listed[: closer.start()] if closer else listed, language) if n]
    if closer and closer["measured"]:  # 建材、食品两个产业集群年营收
        return [name + closer["measured"] for name in names]
    bare = [name if k == 0 else strip_leads(name, language) for k, name in enumerate(names)]
    return _completed(names, language) if bare == names else bare  # 接待游客、实现收入


def _unquoted(listed: str, language: Language) -> list[str]:
    """The members of a list; a mark within a quotation or a bracket divides nothing.

    >>> from policydiff.language.zh import CHINESE
    >>> _unquoted("体育场“开放共享、一键预约”、停车场", CHINESE)
    ['体育场“开放共享、一键预约”', '停车场']
    """
    pairs = [(p["opening"], p["closing"]) for p in language.tables.load("targets")["brackets"]]
    names: list[str] = []
    start = 0
    for m in name_joint(language).finditer(listed):
        name = listed[start : m.start()]
        if all(name.count(opening) == name.count(closing) for opening, closing in pairs):
            names.append(name)
            start = m.end()
    return [*names, listed[start:]]


def _completed(names: list[str], language: Language) -> list[str]:
    """Listed names, each with what the first begins and the last ends with on behalf of all."""
    tail = _tail_of(names, language)
    complete = language.tables.one_of("targets", "complete_names")
    short = [n for n in names[:-1] if not (complete.search(n) or n.endswith(tail))]
    names = [n + tail if n in short else n for n in names]
    return names[:1] + [shared_head(names[0], name, language) + name for name in names[1:]]


def shared_head(first: str, name: str, language: Language) -> str:
    """What a text begins with on behalf of a name that follows in its list or in the next part, or
    ''.

    >>> from policydiff.language.zh import CHINESE
    >>> shared_head("万元GDP能耗完成市定任务", "水耗", CHINESE)
    '万元GDP'
    """
    for head, follows in _shared_heads(language):
        m = head.match(first)
        if m and follows.fullmatch(name):
            return m.group()
    return ""


@cache
def _shared_heads(language: Language) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    entries = language.tables.load("targets")["shared_heads"]
    return tuple((compile_pattern(e["pattern"]), compile_pattern(e["follows"])) for e in entries)


def listed_under(head: str, subjects: list[str], wanted: int, language: Language) -> list[str]:
    """The subjects of a list of ``wanted`` numbers, each with what is measured of all of them.

    ``head``: what stands before the first number, with the word that deals them out. The list is
    cut at its marks alone where that makes as many names as there are numbers.

    >>> from policydiff.language.zh import CHINESE
    >>> head = "汽车及零部件、索具两大主导产业分别实现产值"
    >>> listed_under(head, dealt(head, CHINESE)[0], 2, CHINESE)
    ['汽车及零部件产值', '索具产值']
    """
    m = next((m for rule, _ in _distributors(language) if (m := rule.search(head))), None)
    if m is None:
        return subjects
    if len(subjects) != wanted:
        subjects = as_many(head[: m.start()], wanted, language)
    measured = cleaned(head[m.end() :], language)
    return [name + measured for name in subjects]


def as_many(listed: str, wanted: int, language: Language) -> list[str]:
    """The listed subjects, cut at the marks alone where that makes as many as are wanted.

    >>> from policydiff.language.zh import CHINESE
    >>> as_many("汽车及零部件、索具", 2, CHINESE)
    ['汽车及零部件', '索具']
    """
    subjects = subjects_of(listed, language)
    if len(subjects) == wanted:
        return subjects
    listed = strip_leads(listed.strip(), language)
    closer = language.tables.one_of("targets", "list_closers").search(listed)
    mark = language.tables.load("targets")["joints"][0]["words"][0]
    at_marks = [name for name in listed[: closer and closer.start()].split(mark) if name]
    return _completed(at_marks, language) if len(at_marks) == wanted else subjects


@cache
def name_joint(language: Language) -> re.Pattern[str]:
    kept = language.tables.any_of("targets", "kept_heads")
    return compile_pattern(f"(?!{kept})(?:{alternatives(joints(language, 'names and numbers'))})")


def _tail_of(names: list[str], language: Language) -> str:
    """What the last of several names ends with on behalf of all, or ''."""
    if len(names) < 2:
        return ""
    m = _shared_tail(language).search(names[-1])
    if m and m.start():
        return m.group()
    # Names in a list are of a length: what the last has more than the others is shared.
    lengths = {len(name) for name in names[:-1]}
    tail = names[-1][max(lengths) :] if len(lengths) == 1 else ""
    if language.tables.one_of("targets", "no_tails").match(tail):
        return ""  # 农贸市场、大中型超市检测
    # One character is rather part of a longer name (糖料、水产品), unless it says what is measured.
    measured = language.tables.one_of("targets", "complete_names").search(tail)
    return tail if len(tail) > 1 or measured else ""


@cache
def _shared_tail(language: Language) -> re.Pattern[str]:
    entries = language.tables.load("targets")["shared_tails"]
    return compile_pattern(f"(?:{either(e['pattern'] for e in entries)})$")

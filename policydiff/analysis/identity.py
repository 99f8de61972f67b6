"""What a report is: its title, the place and the level of the body that reports, the year planned.

Every source votes: the title, what is said in the opening (on whose behalf the report is given, at
which meeting), headings, the names of the file and its folder, the words of thanks. Works on folded
text; patterns and weights lie in the table ``identity``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from policydiff.analysis.layout import OUTERMOST, Line, parts_named, shows
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import Entry
from policydiff.models import Level

#: How far into a report its opening reaches: title, date, speaker and salutation.
_OPENING = 3000
#: How many lines the title stands below the top at most: pages begin with menus and labels.
_TITLE_WITHIN = 400
#: A line that may be half of a title has at most so many characters.
_LONGEST_HALF = 24
#: Those who are thanked are named before the word of thanks, within so many characters.
_LEAD_UP = 300
#: A name that occurs less often in a whole report is hardly that of the reporting place.
_OFTEN = 8
#: A report names the towns below its city so often at least.
_TOWNS = 2
#: With its ending a place is named at least so often.
_NAMED_IN_FULL = 2

#: What a year is worth to each source that names it. A title says it outright; headings and the
#: meeting's date agree with it nearly always; a file may be named for the year of publication.
_VOTES = {"title": 3.0, "plan": 2.0, "review": 2.0, "both": 1.0, "meeting": 1.5, "name": 1.5}
#: A date without a meeting may be that of a web page; it tells more than a count of years.
_DATED = 1.2
#: The years that the text names most often tell it when nothing else does.
_COUNTED = 1.0
#: A congress that meets so late in the year speaks of the next one.
_LATE_MONTH = 11


class Identity(NamedTuple):
    """``title`` as written; ``level`` of the reporting body; each None where nothing tells it."""

    title: str | None
    region: str | None
    level: Level | None
    year: int | None


class _Rules(dict[str, re.Pattern[str]]):
    """Patterns by their roles, each compiled when it is first asked for; ``sources``: of all."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        super().__init__()
        self.sources: dict[str, str] = {e["role"]: e["pattern"] for e in entries}

    def __missing__(self, role: str) -> re.Pattern[str]:
        pattern = self[role] = compile_pattern(self.sources[role], re.M)
        return pattern


@cache
def _rules(language: Language, section: str) -> _Rules:
    return _Rules(language.tables.load("identity")[section])


def identify(
    text: str,
    shown: str,
    lines: Sequence[Line],
    language: Language,
    name: str | None = None,
    folder: str | None = None,
    title: str | None = None,
) -> Identity:
    """Title, region, level and year of a report; ``shown``: its text as people see it.

    ``name`` and ``folder``: of the file, folded; ``title``: one that the file holds
    beside the text.
    """
    plain = with_digits(text, language)
    region = region_in_opening(text, language)
    if title is None:
        span = title_of(plain, shown, lines, language, region)
        title = shown[span[0] : span[1]].replace("\n", "").strip() if span else None
    folded = with_digits(language.fold(title), language).replace(" ", "") if title else None
    named = region_of(language, folded)
    if named is None:
        named = region or region_of(language, name, folder) or region_in_thanks(text, language)
    return Identity(
        title=title,
        region=named,
        level=level_of(named, folded or "", text, language),
        year=year_of(plain, lines, language, folded, name),
    )


def with_digits(text: str, language: Language) -> str:
    """The text with years that are spelt digit by digit in digits; of the same length."""
    spelt = _rules(language, "year")["spelt"]
    digits = {
        ord(c): str(i) for i, c in enumerate(language.tables.load("identity")["digits"][0]["words"])
    }
    return spelt.sub(lambda m: m[0].translate(digits), text)


# --- the place


def region_of(language: Language, *sources: str | None) -> str | None:
    """The first place name in the given texts (a title, a file name, a folder name).

    >>> from policydiff.language.zh import CHINESE
    >>> region_of(CHINESE, "2026年安徽省政府工作报告"), region_of(CHINESE, "2026-广西.txt")
    ('安徽省', '广西壮族自治区')
    >>> region_of(CHINESE, "政府工作报告"), region_of(CHINESE, "全县工作总结")
    (None, None)
    """
    rules = _rules(language, "region")
    ending = rules.sources["ending"]
    name = compile_pattern(rf"(?:{rules.sources['letter']}{{1,9}}?{ending}+){{1,3}}")
    for source in sources:
        for run in rules["run"].findall(rules["year"].sub(" ", source or "")):
            run = rules["leads"].sub("", run)
            m = name.match(run)
            if m and m.end() > 1 and not rules["no name"].match(run):
                return m.group()
            short = next(
                (e for e in language.tables.load("identity")["short"] if run.startswith(e["name"])),
                None,
            )
            if short and not run.startswith(short["no"]):
                return str(short["full"])
    return None


def region_in_opening(text: str, language: Language) -> str | None:
    """The place on whose behalf the report is given, or where the congress meets."""
    opening = text[:_OPENING]
    rules = _rules(language, "region")
    if rules["national"].search(opening):
        return str(language.tables.load("identity")["nation"][0]["name"])
    in_opening = _rules(language, "opening")
    for role in in_opening.sources:
        for m in in_opening[role].finditer(opening):
            region = m[1].strip()
            if rules["whole name"].fullmatch(region) and not rules["no name"].match(region):
                return region
    return None


def region_in_thanks(text: str, language: Language) -> str | None:
    """The place whose friends are thanked for their support: reports that only say 'the county'."""
    rules = _rules(language, "thanks")
    names = dict.fromkeys(
        m[1]
        for thanks in rules["thanks"].finditer(text)
        for m in rules["supported"].finditer(text, max(0, thanks.start() - _LEAD_UP), thanks.end())
    )
    kind = next((m[1] for m in rules["kind"].finditer(text[:_OPENING])), None)
    whole = Counter(rules["whole"].findall(text)).most_common(1)
    best: list[tuple[int, str]] = []
    for name in names:
        often = text.count(name)
        if often < _OFTEN or rules["kind alone"].fullmatch(name):
            continue
        if rules["has kind"].search(name):
            best.append((often, name))
        elif kind:
            best.append((often, name + kind))
        else:
            full = [
                (text.count(name + e), name + e) for e in language.tables.words("identity", "kinds")
            ]
            full = [pair for pair in full if pair[0] >= _NAMED_IN_FULL]
            best += full or [(1, name + end) for end, _ in whole]
    if best:
        return max(best)[1]
    zones = Counter(rules["zone"].findall(text)).most_common(1)
    return str(zones[0][0]) if zones and zones[0][1] >= _OFTEN else None


def level_of(region: str | None, title: str, text: str, language: Language) -> Level | None:
    """The level of the body that reports, by what its name ends in and how it speaks (``text``).

    >>> from policydiff.language.zh import CHINESE
    >>> towns = "全市12个乡镇全部达标。各乡镇、街道办事处都要抓好落实。"
    >>> [level_of(name, "", towns, CHINESE) for name in ("河北省保定市", "河北省云岭市")]
    ['city', 'county']
    """
    entries = language.tables.load("identity")["levels"]
    for entry in entries:
        subject = title if entry["of"] == "title" else region or ""
        if compile_pattern(entry["pattern"]).search(subject):
            level: Level = entry["level"]
            if level == "city" and _of_county_rank(subject, text, language):
                return "county"
            return level
    return None


def _of_county_rank(city: str, text: str, language: Language) -> bool:
    """Whether a city has towns below it, and no counties and districts, and is not known."""
    ending = _rules(language, "city").sources["ending"]
    if not city.endswith(ending):
        return False
    if city.removesuffix(ending).endswith(tuple(language.tables.words("identity", "cities"))):
        return False
    towns, counties = (
        len(_rules(language, "city")[role].findall(text)) for role in ("towns", "counties")
    )
    return towns >= _TOWNS and towns > counties


# --- the title


def title_of(
    text: str, shown: str, lines: Sequence[Line], language: Language, region: str | None
) -> tuple[int, int] | None:
    """The span of the title: a line of the front matter, or the two that it is spread over."""
    rules = _rules(language, "title")
    best: tuple[tuple[bool, bool, bool, bool], int, int] | None = None
    before: Line | None = None
    for line in (line for line in lines[:_TITLE_WITHIN] if not line.furniture):
        if rules["salutation"].match(text, line.start):
            break
        start = rules["label"].match(text, line.start, line.end)
        at = start.end() if start else line.start
        body = text[at : line.end].replace(" ", "")
        usual = rules["title line"].match(body) is not None
        if usual or rules["report on"].match(body):
            if usual and before is not None and not rules["names a body"].search(body):
                half = _half(text, before, rules)
                at = at if half is None else half
                body = text[at : line.end].replace(" ", "")
            rank = (
                usual,
                bool(region and region in body),
                bool(rules["named"].search(body)),
                bool(rules["of a government"].search(body)),
            )
            if best is None or rank > best[0]:
                best = rank, at, line.end
        before = line
    return best[1:] if best else None


def _half(text: str, line: Line, rules: dict[str, re.Pattern[str]]) -> int | None:
    """Where the line begins, if it is the first half of a title: it names a body or a year."""
    body = text[line.start : line.end].replace(" ", "")
    if len(body) > _LONGEST_HALF or not rules["half"].search(body):
        return None
    return line.start


# --- the year


def year_of(
    text: str,
    lines: Sequence[Line],
    language: Language,
    title: str | None = None,
    name: str | None = None,
) -> int | None:
    """The year that the report plans: the one for which most speaks. None where nothing does."""
    votes: Counter[int] = Counter()
    for year, weight in _votes(text, lines, language, title, name):
        votes[year] += weight  # type: ignore[assignment]
    return max(votes, key=lambda y: (votes[y], y), default=None)


def year_in_name(name: str | None, language: Language) -> int | None:
    """The year in the name of a file or folder.

    >>> from policydiff.language.zh import CHINESE
    >>> year_in_name("2026-安徽省.txt", CHINESE), year_in_name("安徽省.txt", CHINESE)
    (2026, None)
    """
    years = _rules(language, "year")["in a name"].findall(name or "")
    return int(years[-1]) if years else None


def _votes(
    text: str, lines: Sequence[Line], language: Language, title: str | None, name: str | None
) -> Iterator[tuple[int, float]]:
    rules = _rules(language, "year")
    in_title = rules["in text"].findall(title or "")
    if in_title:
        yield int(in_title[-1]), _VOTES["title"]
    in_name = year_in_name(name, language)
    if in_name is not None:
        yield in_name, _VOTES["name"]
    yield from _heading_votes(text, lines, language)
    for role, weight in (("meeting", _VOTES["meeting"]), ("dated", _DATED)):
        m = rules[role].search(text[:_OPENING])
        if m:
            year, month = (int(n) for n in m.groups() if n)
            yield year + (month >= _LATE_MONTH), weight
            break
    counts = Counter(int(y) for y in rules["in text"].findall(text))
    if counts:
        yield _counted(counts), _COUNTED


def _heading_votes(
    text: str, lines: Iterable[Line], language: Language
) -> Iterator[tuple[int, float]]:
    """A plan's heading names its year, a review's the one before."""
    for line in lines:
        if not line.heading or line.level not in (None, OUTERMOST, 1):
            continue
        body = text[line.body : line.end].replace(" ", "")
        years = [int(y) for y in _rules(language, "year")["in text"].findall(body)]
        if not years:
            continue
        named = parts_named(body, language) & {"plan", "review"}
        if named == {"plan"} or (not named and _is_list_of_promises(body, language)):
            yield max(years), _VOTES["plan"]
        elif named == {"review"}:
            yield max(years) + 1, _VOTES["review"]
        elif named:
            yield max(years), _VOTES["both"]


def _is_list_of_promises(heading: str, language: Language) -> bool:
    """Whether a heading stands over the projects of a year, and not over what became of them."""
    promises = shows(language, "promising annex").search(heading) is not None
    return promises and not shows(language, "annex of results").search(heading)


def _counted(counts: Counter[int]) -> int:
    """The year that with the one before is named most often; of two the earlier one."""
    candidates = [y + k for y in counts for k in (0, 1) if counts[y + k - 1]] or list(counts)
    return max(candidates, key=lambda y: (counts[y - 1] + counts[y], -y))

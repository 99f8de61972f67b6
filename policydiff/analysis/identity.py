"""Title, region and year of a report, from its text and its file name, where they are there."""

from __future__ import annotations

import re
from functools import cache

from policydiff.analysis.outline import Stretch
from policydiff.language.zh.data import load

NATIONAL = "全国"


@cache
def _rules(section: str) -> dict[str, re.Pattern[str]]:
    return {e["role"]: re.compile(e["pattern"]) for e in load("identity")[section]}


def title_of(text: str, shown: str, stretches: list[Stretch]) -> str | None:
    """The title line in the front matter, as written, or None."""
    rule = _rules("title")["title line"]
    for s in stretches:
        if s.part != "other":
            return None
        if rule.match(text[s.start : s.end]):
            return shown[s.start : s.end].strip()
    return None


def region_of(*sources: str | None) -> str | None:
    """The first place name in the given texts (a title, a file name, a folder name).

    >>> region_of("2026年安徽省政府工作报告"), region_of("2026-广西壮族自治区.txt")
    ('安徽省', '广西壮族自治区')
    >>> region_of("政府工作报告"), region_of("全县工作总结")
    (None, None)
    """
    ending = _rules("region")["ending"].pattern
    for source in sources:
        if not source:
            continue
        # The longest run of characters up to an ending: 安徽省 of 2026年安徽省政府工作报告.
        for run in re.findall(r"[\u4e00-\u9fff]+", re.sub(r"[0-9x]+年(?:度)?", " ", source)):
            m = re.match(rf"[\u4e00-\u9fff]{{1,9}}?{ending}", run)
            # 自治区 ends a longer name than the 区 inside it, 县 follows 市 in 某市某县.
            longer = re.match(rf"(?:[\u4e00-\u9fff]{{1,9}}?{ending}+){{1,3}}", run)
            if m and longer and m.end() >= 2 and not _rules("region")["no name"].match(run):
                return longer.group()
    return None


def year_of(title: str | None, name: str | None, headings: list[str]) -> int | None:
    """The year that the report plans: named in its title, its file name or its plan's headings.

    >>> year_of("2026年安徽省政府工作报告", None, []), year_of(None, "2019.txt", [])
    (2026, 2019)
    >>> year_of(None, "report.txt", ["一、2018年工作回顾", "二、2019年重点工作"])
    2019
    >>> year_of("xxxx年工作报告", None, []) is None
    True
    """
    rules = _rules("year")
    for source, rule in ((title, rules["in text"]), (name, rules["in a name"])):
        found = rule.findall(source or "")
        if found:
            return int(found[-1])
    years = [int(y) for heading in headings for y in rules["in text"].findall(heading)]
    return max(years, default=None)


def is_national(opening: str) -> bool:
    """Whether the opening of a report says that it is given for the State Council."""
    return bool(_rules("region")["national"].search(opening))

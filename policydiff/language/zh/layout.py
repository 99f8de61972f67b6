"""What reading has to know of Chinese text on a page: where a line break means nothing."""

from __future__ import annotations

import re
from typing import Final

from policydiff.language.patterns import compile_pattern

#: A break that somebody set inside a sentence: behind a comma, or in the middle of a number.
_SOFT_BREAK: Final = compile_pattern(r"(?<=[,，、])[ \u3000]*\n[ \u3000]*|(?<=[0-9])\n(?=[0-9])")


#: The numbers of headings and items.
_NUMBERED: Final = compile_pattern(
    r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[、.)）]|第[一二三四五六七八九十]{1,3}[章节部]"
    r"|[（(]?[0-9]{1,2}(?:[、)）]|[.．](?![0-9]))|[①-⑳●■◆])"
)


def begins_paragraph(line: str) -> bool:
    """Whether a line begins with the number of a heading or an item.

    >>> begins_paragraph("（二）推进乡村振兴"), begins_paragraph("2.3万亩")
    (True, False)
    """
    return _NUMBERED.match(line) is not None


def ends_inside_sentence(line: str) -> bool:
    """Whether a line ends with a comma, so that the next one goes on.

    >>> ends_inside_sentence("完成土地平整，")
    True
    """
    return line.rstrip()[-1:] in (",", "，", "、")


def ends_sentence(line: str) -> bool:
    """Whether a line ends with the mark of a sentence, a semicolon or a colon.

    >>> ends_sentence("项目10个。"), ends_sentence("新增就业80")
    (True, False)
    """
    return line.rstrip("”’）) ")[-1:] in tuple("。！？；：!?;:")


def without_soft_breaks(text: str) -> str:
    """The text without the line breaks that stand inside a sentence.

    >>> without_soft_breaks("完成土地平整，\\n建成厂房8万平方米；\\n引进项目10个。")
    '完成土地平整，建成厂房8万平方米；\\n引进项目10个。'
    """
    return _SOFT_BREAK.sub("", text) if "\n" in text else text


#: A line that numbers a page: — 3 —, 第3页, 第 3 页 共 20 页, 3/20.
PAGE_NUMBER: Final = compile_pattern(
    r"[\s\-–—―─·•.]*(?:第\s*)?[0-9]{1,4}(?:\s*页)?(?:\s*[/,，]?\s*(?:共|of)?\s*[0-9]{1,4}\s*页?)?"
    r"[\s\-–—―─·•.]*",
    re.IGNORECASE,
)
#: Blanks that a printed page shows between Chinese and a number or Latin letters.
_PRINTED_BLANK: Final = compile_pattern(
    "(?<=[\u3400-\u9fff，。；：、（）“”《》]) +(?=[0-9A-Za-z%+\\-])"
    "|(?<=[0-9A-Za-z%‰]) +(?=[\u3400-\u9fff，。；：、（）“”《》])"
    "|(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff，。；：、])"
)


def without_printed_blanks(line: str) -> str:
    """The line without the blanks that setting it in type put between Chinese and other characters.

    >>> without_printed_blanks("新建学校 12 所，增长 5.5%左右")
    '新建学校12所，增长5.5%左右'
    """
    return _PRINTED_BLANK.sub("", line)


def date_text(year: int, month: int, day: int) -> str:
    """A date as reports write it.

    >>> date_text(2031, 10, 31)
    '2031年10月31日'
    """
    return f"{year}年{month}月{day}日"

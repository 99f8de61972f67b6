"""Reports as programs store them: JSON, or a line of JSON for each paragraph (JSON Lines)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from policydiff.language.zh.data import letters_of_reports

#: Names, dates and addresses are short; a report is most of what a file holds.
_MOST: Final = 0.5
_RESULT_KEY: Final = "policydiff"


def text_of_json(text: str) -> str | None:
    r"""The strings with Chinese in them, in order, one below the other; None where the text is no
    JSON that holds any, or is a result of policydiff.

    A string that holds most of the text is the report, and what stands beside it is left out.

    >>> text_of_json('{"title": "报告", "paragraphs": ["一、稳增长", "新增企业20家。"]}')
    '报告\n一、稳增长\n新增企业20家。'
    >>> text_of_json('{"p": "一、稳增长"}\n{"p": "新增企业20家。"}'), text_of_json("[1]")
    ('一、稳增长\n新增企业20家。', None)
    """
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        values = [json.loads(text)]
    except (ValueError, RecursionError):
        try:
            values = [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            return None
    if isinstance(values[0], dict) and _RESULT_KEY in values[0]:
        return None
    strings = [s for s in _strings(values) if letters_of_reports(s)]
    if not strings:
        return None
    longest = max(strings, key=len)
    is_whole = len(longest) > _MOST * sum(map(len, strings)) and "\n" in longest.strip()
    return longest if is_whole or "</" in longest else "\n".join(strings)


def _strings(values: list[Any]) -> Iterator[str]:
    """The strings among values and inside of them, in order; without recursion."""
    waiting = values[::-1]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))

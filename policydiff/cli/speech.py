"""In which language the command line speaks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from policydiff.errors import PolicydiffError, visible
from policydiff.output.languages import LANGUAGES

#: What messages are written in, the first that is set deciding (POSIX, 8.2).
_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
#: How Windows and POSIX name locales of Chinese.
_CHINESE: Final = ("zh", "chinese")


def language(arguments: Sequence[str]) -> str:
    """The language that --lang names among arguments, else that of the system: 'zh' or 'en'.

    >>> language(["a.txt", "--lang", "zh"]), language(["--lang=en"])
    ('zh', 'en')
    """
    for k, argument in enumerate(arguments):
        option, _, value = argument.partition("=")
        if option == "--lang":
            named = value or "".join(arguments[k + 1 : k + 2])
            if named in LANGUAGES:
                return named
    set_to = next(filter(None, map(os.environ.get, _VARIABLES)), None)
    if set_to is None:
        import locale

        set_to = locale.getlocale()[0] or ""
    return "zh" if set_to.lower().startswith(_CHINESE) else "en"


def said(text: str, lang: str) -> str:
    """Lines that policydiff says in English, in a language as far as words.yaml has them."""
    if lang == "en":
        return text
    from policydiff.output.words import words_in

    return "\n".join(map(words_in(lang).say, text.split("\n")))


def error_said(error: PolicydiffError, lang: str) -> str:
    """An error in one line: where, what, and what to do."""
    if lang == "en":
        return str(error)
    where, what, remedy = (said(part, lang) for part in (error.where, error.what, error.remedy))
    return visible(str(PolicydiffError(where=where, what=what, remedy=remedy)))

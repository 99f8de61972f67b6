"""Writes the .html file of a result."""

from __future__ import annotations

from policydiff.output.compared import Compared
from policydiff.output.files import Savable
from policydiff.output.page.comparison import comparison_page
from policydiff.output.page.corpus import corpus_page
from policydiff.output.page.years import years_page
from policydiff.output.words import words_in


def html_file(result: Savable, *, all: bool, repairs: bool, lang: str = "zh") -> bytes:
    """The bytes of a self-contained page; that of two reports always holds everything."""
    words = words_in(lang)
    if isinstance(result, Compared):
        text = comparison_page(result, words)
    else:
        data = result.to_dict(all=all)
        if data["policydiff"]["kind"] == "corpus":
            text = corpus_page(data, words)
        else:
            # The short form leaves out the years in between, which the page has columns for.
            text = years_page(result.to_dict(all=True), words, all=all)
    return text.encode("utf-8", "replace")

"""Writes the .html file of a result."""

from __future__ import annotations

from typing import cast

from policydiff.output.files import Savable
from policydiff.output.page.comparison import Compared, comparison_page
from policydiff.output.words import words_in


def html_file(result: Savable, *, all: bool, repairs: bool) -> bytes:
    """The bytes of a self-contained page; it always holds everything."""
    text = comparison_page(cast(Compared, result), words_in("zh"))
    return text.encode("utf-8", "replace")

"""A fixer for entities of HTML that a page's editor left in the text, &nbsp; above all."""

from __future__ import annotations

from policydiff.language.patterns import compile_pattern
from policydiff.models import Edit
from policydiff.repair.context import Context

#: With its semicolon, or the one that is most often cut short; no name is longer.
_ENTITY = compile_pattern(
    r"&(?:[A-Za-z][A-Za-z0-9]{1,15}|#[0-9]{2,6}|#[xX][0-9A-Fa-f]{2,5});|&nbsp(?![A-Za-z])"
)


def entities(text: str, _: Context) -> list[Edit]:
    """The characters that entities of HTML stand for (HTML 5, named character references).

    What has the form of an entity and is none stays, and so does one for a control character.

    >>> from policydiff.language.zh import CHINESE
    >>> [edit.after for edit in entities("&ldquo;一带&rdquo;&#8212;R&D;", Context(CHINESE))]
    ['“', '”', '—']
    """
    if "&" not in text:
        return []
    from html import unescape  # a long table, which hardly any report needs
    from html.entities import html5

    edits = []
    for m in _ENTITY.finditer(text):
        name = m.group()[1:]
        if not (name.startswith("#") or name in html5):
            continue  # unescape would take the beginning of a longer word for a name
        after = unescape(m.group())
        if after != m.group() and all(c.isprintable() or c.isspace() for c in after):
            edits.append(Edit(*m.span(), after))
    return edits

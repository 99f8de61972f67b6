"""The frame of every page: head with its security policy, style, script, and the tools on top."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from policydiff.output.page.markup import tag, text
from policydiff.output.page.packed import packed
from policydiff.output.words import Words


@dataclass(frozen=True)
class Frame:
    """What a page says of itself. ``old`` and ``new``: name and SHA-256 of what is compared."""

    title: str
    note: str
    old: tuple[str, str]
    new: tuple[str, str]
    tiles: tuple[tuple[str, str, int], ...]  # anchor, words, number
    decides: bool = True  # whether its rows take verdicts
    decided: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # by id of the row
    decided_elsewhere: Sequence[Mapping[str, object]] = ()  # about what is in no row
    has_texts: bool = False  # whether the full texts stand at its end
    sums_up: bool = True  # whether less than all of it can be printed
    made_from: Sequence[str] = ()  # version, options, files with their hashes


def _allowed(inline: str) -> str:
    """The source expression that allows this one inline text (Content Security Policy, level 3)."""
    digest = hashlib.sha256(inline.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _policy(style: str, script: str) -> str:
    """Nothing is loaded from anywhere; only the page's own style and script are let in."""
    return (
        f"default-src 'none'; style-src {_allowed(style)}; script-src {_allowed(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _quoted(said: str) -> str:
    """A string of CSS; words.yaml has no marks that JSON writes in another way."""
    return json.dumps(said, ensure_ascii=False)


#: Where the reasons for doubt stand.
_DOUBTS: Final = ".t-changes td:nth-child(5) p::before, .alone td:nth-child(4) p::before"


def _wordings(words: Words) -> str:
    """Style that adds words: to a line's number, and for those who hear the page what a line
    through or under words means."""
    before, after = words("line", n="\0").split("\0")
    said = {
        "del::before": words("taken out") + ": ",
        "ins::before": words("put in") + ": ",
        ".t-changes a::before": before,
        ".t-changes a::after": after,
        ".t-changes q::before": words("nearest", text=""),
        ".t-changes q::after": "",
        ".t-changes u::before": words("review says", text=""),
        "#g-reported u::before": "",
        "u em:empty::before": words("in brackets", text=words("to check")),
        f"u em:not(:empty)::before, {_DOUBTS}": words("because", reason=""),
        ".print-summary .t-changes td:nth-child(4) div ~ div::before": words("then"),
        ".print-summary .t-changes td:nth-child(4) div ~ u::before": (
            words("then") + words("review says", text="")
        ),
    }
    shown = "".join(f"{where}{{content:{_quoted(what)}}}" for where, what in said.items())
    return shown + _verdicts_on_paper(words)


def _verdicts_on_paper(words: Words) -> str:
    """Style that prints what was decided, where the controls are not printed; in the summary, which
    leaves out how sure entries are, also that one is to be checked."""
    before, after = words(
        "in brackets", text=words("named", what=words("verdict"), name="\0")
    ).split("\0")
    verdict = f"content:{_quoted(before)} attr(data-said) {_quoted(after)}"
    check = _quoted(words("in brackets", text=words("to check")))
    paper = "body:not(.print-summary)", ".print-summary"
    return (
        "@media print{"
        f"{paper[0]} [data-said]>td:nth-child(4)::after,"
        f"{paper[1]} :not(.alone)>*>[data-said]>td:nth-child(4)::after,"
        f"{paper[1]} .alone [data-said]>td:nth-child(2)::after{{{verdict}}}"
        f"{paper[1]} :not(.alone)>*>.doubt:not([data-said])>td:nth-child(4)::after,"
        f"{paper[1]} .alone .doubt:not([data-said])>td:nth-child(2)::after{{content:{check}}}"
        "}"
    )


def _labels(columns: Mapping[str, Sequence[str]]) -> str:
    """Style that puts a column's name over each of its cells where a row is shown as a block."""
    rules = (
        f"{where} td:nth-child({k})::before{{content:{_quoted(name)}}}"
        for where, names in columns.items()
        for k, name in enumerate(names, 1)
    )
    return f"@media (max-width:800px){{{''.join(rules)}}}"


def _for_script(frame: Frame, words: Words) -> dict[str, object]:
    names = ("file", "verdict", "note", "same", "undecided", "this one", "pick", "no partner")
    return {
        **{name.replace(" ", "_"): words(name) for name in (*names, "back")},
        "decided": words("decided", n="{}"),
        "partner": words("same as", text="{}"),
        "verdicts": words.sections["verdicts"],
        "decided_before": frame.decided,
        "decided_elsewhere": frame.decided_elsewhere,
    }


def page(frame: Frame, words: Words, columns: Mapping[str, Sequence[str]], main: str) -> str:
    """A whole page around its main part, which is HTML; ``columns``: those of the tables whose
    rows become blocks on a narrow screen, by the selector of the table."""
    data = json.dumps(_for_script(frame, words))
    script, style = packed("page.js"), packed("page.css") + _wordings(words) + _labels(columns)
    lang = "zh-CN" if words.lang == "zh" else words.lang
    old, new = frame.old, frame.new
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(frame.title)}</title>\n<style>{style}</style>\n</head>\n"
        + f'<body data-old="{text(old[1])}" data-new="{text(new[1])}"'
        + f' data-old-name="{text(old[0])}" data-new-name="{text(new[0])}">\n'
        + tag("header", *_header(frame, words))
        + f"\n<main>\n{main}\n</main>\n"
        + tag("footer", *(tag("p", text(line)) for line in frame.made_from), class_="note")
        + f'<script type="application/json" id="words">{data.replace("<", chr(92) + "u003c")}'
        + f"</script>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _header(frame: Frame, words: Words) -> list[str]:
    tools = [tag("label", text(words("search")), ' <input type="search" id="search">')]
    if frame.decides:
        tools.append(
            tag("label", '<input type="checkbox" id="doubtful"> ', text(words("doubtful")))
        )
    if frame.sums_up:
        tools.append(tag("button", text(words("print summary")), type="button", id="print-summary"))
    tools.append(tag("button", text(words("print all")), type="button", id="print-all"))
    if frame.decides:
        tools += [
            tag("button", text(words("export")), type="button", id="export"),
            tag("span", id="decided", role="status"),
            tag("span", text(words("keys")), class_="note keys"),
        ]
    tiles = tuple(
        tag("li", tag("a", text(name), f" <b>{number}</b>", href=f"#{anchor}"))
        for anchor, name, number in frame.tiles
    )
    if frame.has_texts:
        tiles = (*tiles, tag("li", tag("a", text(words("texts")), href="#texts")))
    return [
        tag("h1", text(frame.title)),
        " ",
        tag("span", text(frame.note), class_="note"),
        tag("div", *tools, class_="tools only-script"),
        tag("ul", *tiles, class_="tiles"),
    ]

"""The help text: in any language, in lines that are as wide as they are shown."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Callable
from typing import Final

from policydiff.language.patterns import compile_pattern

#: What may begin a line: a run of characters without blanks, or one Chinese character with the
#: marks behind it, which must not begin one.
_PIECES: Final = compile_pattern(r"[ ]+|[!-~\u2014\u2026]+|.[\u3001-\u3011\uff01-\uff1f\u201d]*")


#: Stands for a column while argparse reckons, and is taken out again.
_ROOM: Final = "\0"


class Formatter(argparse.HelpFormatter):
    """Breaks lines by how wide characters are shown; argparse counts them, and Chinese ones take
    two columns."""

    def _format_action(self, action: argparse.Action) -> str:
        called = self._format_action_invocation(action)
        return super()._format_action(action).replace(called, called.replace(_ROOM, ""), 1)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        called = super()._format_action_invocation(action)
        if action.option_strings and action.nargs != 0:
            value = self._format_args(action, action.dest.upper())
            called = f"{', '.join(action.option_strings)} {value}"
        # argparse counts characters; where they are wide it is given as many more.
        return called + _ROOM * (wide(called) - len(called))

    def _split_lines(self, text: str, width: int) -> list[str]:
        return broken(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in broken(text, width - len(indent)))


def broken(text: str, width: int) -> list[str]:
    """A text in lines of at most ``width`` columns, as far as its pieces allow.

    >>> broken("报告：文本、Word、网页", 12)
    ['报告：文本、', 'Word、网页']
    >>> broken("one two three", 9)
    ['one two', 'three']
    """
    lines = [""]
    for piece in _PIECES.findall(" ".join(text.split())):
        if lines[-1] and wide(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] or piece.strip() else ""
    return [line.rstrip() for line in lines]


def wide(text: str) -> int:
    """How many columns a terminal gives to a text (Unicode Standard Annex 11)."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


def translate(parser: argparse.ArgumentParser, say: Callable[[str], str]) -> None:
    """Put the words of a parser's help into another language."""
    for action in parser._actions:
        action.help = say(action.help or "")
        if isinstance(action.metavar, str):
            action.metavar = say(action.metavar)
    parser.description, parser.epilog = say(parser.description or ""), say(parser.epilog or "")
    parser.usage = f"\n{' ' * wide(say(USAGE))}".join(
        say(line.strip()) for line in (parser.usage or "").split("\n")
    )
    for group in parser._action_groups:
        group.title = say(group.title or "")


#: What stands before the ways to call a program.
USAGE: Final = "usage: "

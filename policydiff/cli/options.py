"""The options of the command line, and what makes no sense among them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NoReturn

from policydiff.cli.files import check_labels, check_output
from policydiff.cli.help import USAGE, Formatter, translate
from policydiff.cli.streams import STREAM
from policydiff.errors import UsageError
from policydiff.output.files import WRITERS
from policydiff.output.languages import LANGUAGES

#: Where the corpus lies unless told; as policydiff.corpus.folder has it, which is slow to import.
DEFAULT_CORPUS: Final = "corpora"
#: Words that, as the first argument, name a command and no report: a file of that name is
#: ./targets.
COMMANDS: Final = ("targets", "levels", "indicators")
#: Kinds of text that standard output may be.
_FORMATS: Final = ("yaml", "json", "csv")
#: In columns, of help that nobody is shown.
_ANY_WIDTH: Final = 80


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other trouble is said; argparse takes several.

    Its help is in a language, in lines as wide as they are shown.
    """

    def __init__(self, lang: str = "en", **settings: Any) -> None:
        # Each option is tried on a formatter. Only the help itself needs the width of the terminal:
        # asking for it imports all that shutil can pack files with.
        super().__init__(formatter_class=partial(Formatter, width=_ANY_WIDTH), **settings)
        self._lang = lang

    def translated(self) -> Parser:
        """This parser, when its options are all there, with its words in its language."""
        if self._lang != "en":
            translate(self, self._say)
        return self

    def _say(self, sentence: str) -> str:
        from policydiff.output.words import words_in

        return words_in(self._lang).say(sentence)

    def format_help(self) -> str:
        """The whole help."""
        self.formatter_class = Formatter
        made = super().format_help()
        return made if self._lang == "en" else self._say(USAGE) + made.removeprefix(USAGE)

    def error(self, message: str) -> NoReturn:
        raise UsageError(
            where="command line", what=message, remedy="see policydiff --help for what there is"
        )


_USES: Final = """policydiff [options] OLD NEW
       policydiff [options] REPORT
       policydiff [options] YEAR YEAR YEAR...
       policydiff targets REPORT...
       policydiff levels REPORT...
       policydiff indicators REPORT..."""


def make_parser(lang: str = "en") -> argparse.ArgumentParser:
    """The parser of the command line, its help in a language; its errors are UsageErrors."""
    parser = Parser(
        lang,
        prog="policydiff",
        usage=_USES,
        description="Compare work reports. One: with every report of the corpus. Two: commitments"
        " dropped, changed, added and kept. Three or more: each commitment through the years."
        " targets, levels and indicators make tables of many reports; each has its own --help.",
        epilog="Exit status: 0 done, 1 differences found (with --exit-code), 2 trouble.",
        allow_abbrev=False,
        # Not argparse's own --help and --version: those leave by SystemExit, and their output
        # would bypass what `show` does about closed pipes.
        add_help=False,
    )
    add = parser.add_argument
    suffixes = " ".join(suffix for suffix in WRITERS if suffix != ".yml")
    add(
        "reports",
        nargs="*",
        metavar="REPORT",
        help="text, Word, Excel, PDF, pages of the web; - is standard input",
    )
    add(
        "-o",
        "--output",
        metavar="FILE",
        help=f"write the result there, whole or not at all; the suffix says how: {suffixes}",
    )
    add("--open", action="store_true", help="show the page that -o writes in the browser")
    add(
        "--tasks",
        action="store_true",
        help="with one report and -o: its commitments as a table of tasks to hand out",
    )
    add(
        "--lang",
        choices=LANGUAGES,
        help="language of pages, tables, summary, errors and help; default: zh for pages and"
        " tables, that of the system for the rest",
    )
    add("--format", choices=_FORMATS, help="where no suffix says it; default: yaml")
    add("--force", action="store_true", help="let -o overwrite a report or a file of the corpus")
    add("--all", action="store_true", help="list everything, the kept commitments too")
    _add_corpus_options(parser)
    _add_decisions(parser)
    add(
        "--semantic",
        action="store_true",
        help="with two reports: ask a language model how near clauses are (the extra semantic)",
    )
    add("--explain-repairs", action="store_true", help="list every repair of damaged text")
    add("--exit-code", action="store_true", help="exit with 1 when there are differences")
    add("-q", "--quiet", action="store_true", help="no summary on standard error")
    add("--example", metavar="DIR", help="write the reports of two invented counties to try it on")
    add("--debug", action="store_true", help="show where in policydiff an error came from")
    add("--version", action="store_true", help="print the version and exit")
    add("-h", "--help", action="store_true", help="print this and exit")
    return parser.translated()


def _add_decisions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--decisions",
        metavar="FILE",
        help="with two reports: what persons decided, from the page or the Excel file",
    )
    parser.add_argument(
        "--export-labels",
        metavar="FILE",
        help="with --decisions: write them as labels, to fit the weights of links on",
    )


def _add_corpus_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--corpora",
        metavar="DIR",
        help=f"with one report: the reports to compare it with; default: {DEFAULT_CORPUS}",
    )
    parser.add_argument(
        "--gap",
        metavar="K",
        type=whole_number,
        help="with one report: what K of the others make is missing here; default: a quarter",
    )
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=whole_number,
        help="with one report: so many processes read the corpus and find links; default: 1",
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="with one report: keep no index of the corpus"
    )


def whole_number(written: str) -> int:
    """A whole number from 1; argparse says what is wrong with any other."""
    if not written.isdecimal() or not int(written[:_DIGITS]) >= 1 or len(written) > _DIGITS:
        raise argparse.ArgumentTypeError(f"{written!r} must be a whole number, 1 or more")
    return int(written)


#: No corpus holds more reports than a number of so many digits.
_DIGITS: Final = 9


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line; options may stand between the reports, up to a ``--``.

    Raises UsageError.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # argparse, when it allows options in between, forgets that a -- was there.
    end = given.index("--") if "--" in given else len(given)
    options = make_parser().parse_intermixed_args(given[:end])
    options.reports += given[end + 1 :]
    return options


def check(options: argparse.Namespace) -> None:
    """Raises UsageError for what makes no sense, before any work is done."""
    reports = options.reports
    if not reports:
        raise UsageError(
            where="command line",
            what="no report given",
            remedy="give one to compare with the corpus, two to compare with each other,"
            " or those of several years; --example writes some to try",
        )
    if options.decisions is not None and len(reports) != 2:
        raise UsageError(
            where="command line",
            what=f"--decisions goes with two reports, and there are {len(reports)}",
            remedy="leave it out, or give the two reports that were decided about",
        )
    if options.semantic and len(reports) != 2:
        raise UsageError(
            where="command line",
            what=f"--semantic goes with two reports, and there are {len(reports)}",
            remedy="leave it out, or give the old and the new report",
        )
    if options.export_labels is not None and options.decisions is None:
        raise UsageError(
            where="command line",
            what="--export-labels goes with --decisions",
            remedy="add --decisions and the file of the decisions",
        )
    if options.export_labels is not None:
        check_labels(options.export_labels, [*reports, options.decisions], force=options.force)
    if options.tasks and len(reports) != 1:
        raise UsageError(
            where="command line",
            what=f"--tasks goes with one report, and there are {len(reports)}",
            remedy="give the report whose tasks are to be handed out",
        )
    for option in ("corpora", "gap", "jobs", "no_cache"):
        if len(reports) > 1 and getattr(options, option):
            raise UsageError(
                where="command line",
                what=f"--{option.replace('_', '-')} goes with one report, and there are"
                f" {len(reports)}",
                remedy="leave it out, or give the one report to compare with the corpus",
            )
    if list(reports).count(STREAM) > 1:
        raise UsageError(
            where="command line",
            what="standard input can be only one of the reports",
            remedy="save one of them to a file",
        )
    _check_output(options)


def _check_output(options: argparse.Namespace) -> None:
    """Set ``suffix``, the kind of file to write; ``output`` is None for standard output."""
    if options.output in (None, STREAM):
        options.output = None
        options.suffix = f".{options.format or _FORMATS[0]}"
    else:
        options.suffix = check_output(
            options.output,
            options.format,
            options.reports,
            options.corpora or DEFAULT_CORPUS,
            force=options.force,
            decisions=options.decisions,
        )
    kinds = {"open": (".html",), "tasks": (".xlsx", ".docx", ".md")}
    for option, suffixes in kinds.items():
        if getattr(options, option) and options.suffix not in suffixes:
            raise UsageError(
                where="command line",
                what=f"--{option} goes with -o and a file that ends in {', '.join(suffixes)}",
                remedy=f"add -o result{suffixes[0]}",
            )

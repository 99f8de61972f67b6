"""List the clauses that a language model links and the default does not, to read words from them.

    python benchmarks/mine_words.py OLD NEW [OLD NEW ...] [-o FILE]

Needs the extra ``semantic``. Reports of the labelled pairs are to be left out, so that figures for
them stay honest. Each line of the list holds the texts of the old and the new clause, behind a tab.
What is read from it goes by hand into synonyms.yaml (other spellings of one thing) and topics.yaml
(words of one purpose); benchmarks/results/tried.md says what was gained.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import policydiff


def links(result: policydiff.Comparison) -> dict[tuple[int, int], tuple[str, str]]:
    """The linked clauses by where they begin, with their texts."""
    return {
        (old.start, new.start): (old.text, new.text)
        for change in result.changes
        for old in change.old
        for new in change.new
    }


def only_by_model(old: Path, new: Path) -> Iterator[tuple[str, str]]:
    """The texts of links that only the model makes, between clauses that the default left alone."""
    before, after = policydiff.read(old), policydiff.read(new)
    default = links(policydiff.compare(before, after))
    linked_old, linked_new = ({place[side] for place in default} for side in (0, 1))
    for place, texts in links(policydiff.compare(before, after, semantic=True)).items():
        if place[0] not in linked_old and place[1] not in linked_new:
            yield texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", nargs="+", type=Path, help="old and new, pair after pair")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE")
    args = parser.parse_args()
    if len(args.reports) % 2:
        parser.error("reports come in pairs, old and new")
    out = args.output.open("w", encoding="utf-8") if args.output else sys.stdout
    for old, new in zip(args.reports[::2], args.reports[1::2], strict=True):
        for texts in only_by_model(old, new):
            print(*(text.replace("\n", "") for text in texts), sep="\t", file=out, flush=True)


if __name__ == "__main__":
    main()

"""Draw random claims that a commitment stands elsewhere too, with both sides, to be read.

    python benchmarks/corpus_sample.py FOLDER REPORT... --claims 50 --seed 1 > sample.txt

``FOLDER`` is a corpus, ``REPORT`` one or more reports that are compared with it. First a commitment
is drawn, then one of its places in other regions. A claim is right when a careful official would
put the two on one row: the same undertaking about the same specific object or programme; a
project of one place is nobody else's.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

import policydiff

#: What is drawn from: a report, a commitment of it, where else it stands, and how sure that is.
Claim = tuple[str, str, str, str, str]


def claims(report: Path, folder: Path, rng: random.Random) -> Iterator[Claim]:
    """One claim for each commitment of a report that stands in another region's report too."""
    result = policydiff.compare_corpus(report, folder)
    here = f"{result.region} {result.year}"
    for shared in result.shared:
        places = shared.places
        if len(places) > places.own:
            place = places[rng.randrange(places.own, len(places))]
            where = f"{place.entry.region} {place.entry.year}"
            sure = "sure" if place.sure else "not sure"
            yield here, shared.clause.text, where, place.clause.text, sure


def main() -> None:
    """Print the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("reports", nargs="+", type=Path)
    parser.add_argument("--claims", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    made = [claim for report in options.reports for claim in claims(report, options.folder, rng)]
    drawn = rng.sample(made, min(options.claims, len(made)))
    print(f"{len(drawn)} of {len(made)} claims")
    for number, (here, text, where, other, sure) in enumerate(drawn, 1):
        print(f"{number}. {sure}, {here}: {text}\n    {where}: {other}")


if __name__ == "__main__":
    main()

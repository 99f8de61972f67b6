"""The script that a user would write otherwise: TF-IDF, cosine and the best assignment.

    python benchmarks/usual_script.py OLD NEW > table.csv

Sentences of both files, pairs and triples of characters weighed by TF-IDF (scikit-learn), each old
sentence set against one new one so that the sum of cosines is highest (scipy). It neither mends
damage nor knows plan from review, commitments or numbers. ``speed.py`` times it beside policydiff.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

from scipy.optimize import linear_sum_assignment
from sklearn.feature_extraction.text import TfidfVectorizer

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")


def sentences(path: Path) -> list[str]:
    """The sentences of a text file, none empty."""
    return [s for s in map(str.strip, _SENTENCE.findall(path.read_text(encoding="utf-8"))) if s]


def main() -> None:
    """Write each old sentence, its partner, and the cosine of the two."""
    old, new = (sentences(Path(name)) for name in sys.argv[1:3])
    model = TfidfVectorizer(analyzer="char", ngram_range=(2, 3)).fit([*old, *new])
    cosines = (model.transform(old) @ model.transform(new).T).toarray()
    writer = csv.writer(sys.stdout)
    for i, j in zip(*linear_sum_assignment(cosines, maximize=True), strict=True):
        writer.writerow((old[i], new[j], f"{cosines[i, j]:.3f}"))


if __name__ == "__main__":
    main()

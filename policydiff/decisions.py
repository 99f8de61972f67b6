"""What a person decided about single entries: read from a file, and matched to the reports.

A decision names the clauses that it is about by their words, so that it survives another kind of
file and edits elsewhere. One whose words are gone is stale: it is listed, and changes nothing.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, get_args

from policydiff.align.align import Fixed
from policydiff.errors import DecisionsError, PolicydiffError
from policydiff.models import Change, Clause, Document

#: What a person may say of an entry: it is right; the commitment is still there; the two are not
#: the same; it was done; it is no commitment; to be settled another time.
Verdict = Literal["confirmed", "linked", "not linked", "done", "not a commitment", "open"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
#: The columns of the Excel file that the office fills in, which a second run keeps.
#: ``partner``: the clause that a commitment is still there in.
OFFICE: Final = (
    *("leader", "lead body", "other bodies", "verdict", "partner", "checked by", "note"),
)
#: The layout of the file.
FORMAT: Final = 1
#: A file of decisions on two reports of 10,000 commitments has less.
MAX_BYTES: Final = 25_000_000


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. ``old`` and ``new`` are the texts of clauses of the two reports.

    ``by`` is who decided, ``note`` what they noted; ``line`` is where it stands in its file.
    """

    id: str
    verdict: Verdict
    old: tuple[str, ...]
    new: tuple[str, ...]
    by: str | None = None
    note: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """What an office filled in beside an entry: ``cells`` by the English names of the columns.

    ``id``, ``old`` and ``new`` name the entry as those of a Decision do.
    """

    id: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions of a file, in its order; ``name`` is the file's, ``filled`` what else people
    wrote beside entries, which a table that is written anew holds again; ``sha256``: of its bytes.
    """

    name: str
    made: tuple[Decision, ...]
    filled: tuple[Filled, ...] = ()
    sha256: str = ""


Pair = tuple[int, int]
Clauses = TypeVar("Clauses", bound=Clause)
#: A clause by the side that it stands on and where it starts.
_At = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Applied:
    """Decisions as they bear on the commitments of two reports, by side and start of the clause.

    ``linked`` and ``apart``: starts of an old and a new clause that belong together, and that do
    not; ``none``: what is no commitment; ``decided``: the decision about a clause; ``stale``:
    decisions whose words are in the reports no more; ``unpaired``: those that say that a commitment
    is still there and not in which words; ``name``: the file they come from.
    """

    linked: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()
    none: frozenset[_At] = frozenset()
    decided: Mapping[_At, Decision] = field(default_factory=dict)
    stale: tuple[Decision, ...] = ()
    unpaired: tuple[Decision, ...] = ()
    name: str = ""

    def without_none(self, clauses: Sequence[Clauses], side: str) -> list[Clauses]:
        """The clauses of a side but for those that somebody said are no commitments."""
        return [clause for clause in clauses if (side, clause.start) not in self.none]

    def fixed(self, old: Sequence[Clause], new: Sequence[Clause]) -> Fixed:
        """The pairs that are decided, by their positions in two lists of clauses."""
        here, there = ({clause.start: k for k, clause in enumerate(s)} for s in (old, new))

        def pairs(starts: Iterable[Pair]) -> frozenset[Pair]:
            return frozenset((here[a], there[b]) for a, b in starts if a in here and b in there)

        return Fixed(pairs(self.linked), pairs(self.apart))

    def marked(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """The changes; those that somebody decided about say who did, and are not doubted."""
        return tuple(self._marked(change) for change in changes) if self.decided else tuple(changes)

    def _marked(self, change: Change) -> Change:
        sides = (("old", change.old), ("new", change.new))
        at = [(side, clause.start) for side, clauses in sides for clause in clauses]
        made = [self.decided[place] for place in at if place in self.decided]
        settled = [decision for decision in made if decision.verdict != "open"]
        if not settled or len(made) < len(at):
            return change
        who = ", ".join(dict.fromkeys(decision.by or self.name for decision in settled))
        return replace(change, decided=who, unsure=(), score=1.0)

    def notes(self) -> tuple[str, ...]:
        """What a reader should know: how many decisions were used, and which are stale."""
        if not self.name:
            return ()
        used = {decision.id: decision.verdict for decision in self.decided.values()}
        counts = Counter(used.values())
        said = ", ".join(f"{verdict} {counts[verdict]}" for verdict in VERDICTS)
        return (
            f"{self.name}: {len(used)} decisions used" + (f" ({said})" if used else ""),
            *(
                f"{self.name}, line {decision.line}: says that a commitment is still there, and not"
                " in which clause: it changes nothing"
                for decision in self.unpaired
            ),
            *(
                f"{self.name}, line {decision.line}: stale, its text is in the reports no more"
                f" ({decision.verdict})"
                for decision in self.stale
            ),
        )


def read_decisions(path: str | os.PathLike[str]) -> Decisions:
    """The decisions of a YAML file, as the page writes it or a person does, or of an Excel file
    that policydiff wrote and people filled in.

    Raises DecisionsError, with the line, where the file cannot be read or makes no sense.
    """
    name = os.fspath(path)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise DecisionsError(
            where=name, what=f"cannot be read ({error.strerror})", remedy="check the path"
        ) from error
    if len(data) > MAX_BYTES:
        raise _wrong(name, 1, f"is larger than {MAX_BYTES:,} bytes")
    digest = sha256(data).hexdigest()
    if data.startswith(_ZIP):
        return replace(_from_workbook(data, name), sha256=digest)
    from policydiff.language.yaml_text import lined_yaml

    try:
        raw = lined_yaml(data.decode("utf-8-sig"))
    except ValueError as error:  # no UTF-8, or no YAML
        raise _wrong(name, 1, f"is not YAML ({error})") from error
    return replace(decisions_of(raw, name), sha256=digest)


def decisions_of(raw: object, name: str) -> Decisions:
    """The decisions of a file's data, as ``lined_yaml`` gives it.

    Raises DecisionsError where it is not as it should be.
    """
    if not isinstance(raw, dict) or raw.get("policydiff_decisions") != FORMAT:
        raise _wrong(name, 1, f"does not begin with policydiff_decisions: {FORMAT}")
    items = raw.get("decisions")
    if not isinstance(items, list):
        raise _wrong(name, raw["line of"], "has no list of decisions")
    made = tuple(_decision(item, name, raw["line of"]) for item in items)
    seen: dict[str, int] = {}
    for decision in made:
        if decision.id in seen:
            what = f"decides {decision.id} again, which line {seen[decision.id]} does"
            raise _wrong(name, decision.line, what)
        seen[decision.id] = decision.line
    return Decisions(name, made, tuple(map(_as_filled, made)))


def _as_filled(decision: Decision) -> Filled:
    cells = {"verdict": decision.verdict, "checked by": decision.by, "note": decision.note}
    said = {column: value for column, value in cells.items() if value}
    return Filled(decision.id, decision.old, decision.new, said)


def _from_workbook(data: bytes, name: str) -> Decisions:
    """The decisions of an Excel file; a row without a verdict may hold other columns."""
    from policydiff.reading.filled import filled_rows

    made, filled = [], []
    try:
        rows = list(filled_rows(data, name))
    except PolicydiffError as error:
        raise DecisionsError(where=error.where, what=error.what, remedy=error.remedy) from error
    for line, row in rows:
        cells = {column: row[column] for column in OFFICE if row.get(column)}
        old, new = (tuple(row.get(f"{side} text", "").split("\n")) for side in ("old", "new"))
        old, new = (tuple(filter(_bare, texts)) for texts in (old, new))
        if not cells or not (old or new):
            continue
        if cells.get("verdict") == "linked" and "partner" in cells and not (old and new):
            chosen = _chosen(cells["partner"], row.get("nearest clauses", ""))
            old, new = old or chosen, new or chosen
        filled.append(Filled(row.get("key", ""), old, new, cells))
        if "verdict" in cells:
            item: dict[str, Any] = {
                "id": row.get("key"),
                "verdict": cells["verdict"],
                "line of": line,
            }
            item |= {"old": list(old), "new": list(new), "note": cells.get("note")}
            made.append(_decision(item | {"by": cells.get("checked by")}, name, line))
    return Decisions(name, tuple(made), tuple(filled))


def _chosen(said: str, nearest: str) -> tuple[str, ...]:
    """The clause that a person means: the number of a line of ``nearest``, or its words."""
    if not said.strip().isdecimal():
        return (said,)
    lines = (line.partition(". ") for line in nearest.split("\n"))
    return tuple(text for number, _, text in lines if number == said.strip()) or (said,)


#: What every zip file begins with (APPNOTE, 4.3.7), and so every Excel file.
_ZIP: Final = b"PK\x03\x04"


def _wrong(name: str, line: int, what: str) -> DecisionsError:
    return DecisionsError(
        where=f"{name}, line {line}", what=what, remedy="correct it, or download the verdicts again"
    )


def _decision(item: object, name: str, at: int) -> Decision:
    if not isinstance(item, dict):
        raise _wrong(name, at, "has a decision that is no mapping")
    line = int(item["line of"])
    verdict = next((v for v in VERDICTS if v == item.get("verdict")), None)
    if verdict is None:
        what = f"has the verdict {item.get('verdict')!r}, which is none of {', '.join(VERDICTS)}"
        raise _wrong(name, line, what)
    texts = {side: _texts(item, side, name, line) for side in ("old", "new")}
    if not texts["old"] and not texts["new"]:
        raise _wrong(name, line, "has a decision about no clause")
    said = {key: _words(item, key, name, line) for key in ("id", "by", "note")}
    return Decision(
        id=said["id"] or f"line {line}",
        verdict=verdict,
        old=texts["old"],
        new=texts["new"],
        by=said["by"],
        note=said["note"],
        line=line,
    )


def _texts(item: Mapping[str, Any], side: str, name: str, line: int) -> tuple[str, ...]:
    value = item.get(side)
    texts = [value] if isinstance(value, str) else value or []
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _wrong(name, line, f"has something else than texts under {side}")
    return tuple(texts)


def _words(item: Mapping[str, Any], key: str, name: str, line: int) -> str | None:
    value = item.get(key)
    if value is not None and not isinstance(value, str | int):
        raise _wrong(name, line, f"has something else than words under {key}")
    return None if value is None else str(value)


def apply(decisions: Decisions, old: Sequence[Clause], new: Sequence[Clause]) -> Applied:
    """Match decisions to the commitments of two reports, by letters and digits of their texts.

    A decision is stale where any of its texts is in its report no more.
    """
    starts = {"old": _starts(old), "new": _starts(new)}
    linked: set[Pair] = set()
    apart: set[Pair] = set()
    none: set[_At] = set()
    decided: dict[_At, Decision] = {}
    stale, unpaired = [], []
    for decision in decisions.made:
        texts = {"old": decision.old, "new": decision.new}
        at = [
            (side, starts[side].get(_bare(text))) for side, some in texts.items() for text in some
        ]
        places = [(side, start) for side, start in at if start is not None]
        if len(places) < len(at):
            stale.append(decision)
            continue
        here, there = ([start for s, start in places if s == side] for side in ("old", "new"))
        pairs = {(a, b) for a in here for b in there}
        if decision.verdict == "linked" and not pairs:
            unpaired.append(decision)
            continue
        if decision.verdict in ("linked", "confirmed"):
            linked |= pairs
        elif decision.verdict == "not linked":
            apart |= pairs
        elif decision.verdict == "not a commitment":
            none.update(places)
        decided |= dict.fromkeys(places, decision)
    return Applied(
        frozenset(linked - apart),
        frozenset(apart),
        frozenset(none),
        decided,
        tuple(stale),
        tuple(unpaired),
        decisions.name,
    )


def _starts(clauses: Sequence[Clause]) -> dict[str, int]:
    """Where each text begins; of one that stands twice, the first."""
    return {_bare(clause.text): clause.start for clause in reversed(clauses)}


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


# --- labels ---------------------------------------------------------------------------------------


def as_labels(decisions: Decisions, old: Document, new: Document) -> dict[str, Any]:
    """What persons decided as labels of a pair, for benchmarks/fit_links.py: plain data.

    ``kept``: pairs that carry the same commitment; ``apart``: pairs that do not; ``dropped`` and
    ``added``: what has no partner; ``not_commitments``. Each clause is told by its words in the
    source. What is stale, done or open says nothing of links and is left out.
    """
    said: dict[str, list[dict[str, list[str]]]] = {
        name: [] for name in ("kept", "apart", "dropped", "added")
    }
    none: dict[str, list[str]] = {"old": [], "new": []}
    for decision in decisions.made:
        sides = _quotes(decision.old, old), _quotes(decision.new, new)
        if sides[0] is None or sides[1] is None:
            continue
        quotes = {side: texts for side, texts in zip(none, sides, strict=True) if texts}
        if decision.verdict == "not a commitment":
            for side, texts in quotes.items():
                none[side] += texts
        elif decision.verdict == "not linked" and len(quotes) == len(none):
            said["apart"].append(quotes)
        elif decision.verdict in ("confirmed", "linked") and len(quotes) == len(none):
            said["kept"].append(quotes)
        elif decision.verdict == "confirmed":
            said["dropped" if "old" in quotes else "added"].append(quotes)
    return {"old": old.name, "new": new.name, **said, "not_commitments": none}


def _quotes(texts: Sequence[str], document: Document) -> list[str] | None:
    """The words of clauses in the source, None where a text is in the report no more."""
    clauses = {_bare(clause.text): clause for clause in reversed(document.clauses)}
    at = [clauses.get(_bare(text)) for text in texts]
    if None in at:
        return None
    return [document.source[c.start : c.end] for c in at if c is not None]

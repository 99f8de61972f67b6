"""Where a page or table comes from: version, options, and the hashes of what was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policydiff.output.compared import Compared
from policydiff.output.data import document_entry, head, shown_name
from policydiff.output.words import Words
from policydiff.version import __version__

#: Options that say what is listed and not what was found.
_LISTING: Final = frozenset({"all", "repairs"})


def of_comparison(result: Compared, words: Words) -> list[str]:
    """Lines that say which version compared two reports, with which options, and which files."""
    data = head("comparison")
    if result.decisions is not None:
        name, digest = result.decisions
        data["options"]["decisions"] = {"name": shown_name(name), "sha256": digest}
    if result.semantic is not None:
        data["options"]["semantic"] = shown_name(result.semantic)
    files = {"old": document_entry(result.old), "new": document_entry(result.new)}
    return list(told(data | files, words))


def told(data: Mapping[str, Any], words: Words) -> Iterator[str]:
    """The same from a result's ``to_dict``, whatever its kind."""
    options = {k: v for k, v in data["options"].items() if k not in _LISTING}
    decisions = options.pop("decisions", None)
    said = [f"policydiff {data['policydiff']['version']}"]
    said += [f"{name}: {value}" for name, value in options.items()]
    yield words("then").join(said)
    named = [(words(f"{side} report"), data[side]) for side in ("old", "new") if side in data]
    named += [(words("report"), data["report"])] if "report" in data else []
    named += [(str(report["year"]), report) for report in data.get("reports", ())]
    named += [(words("decisions"), decisions)] if decisions else []
    for what, file in named:
        yield words("file of", what=what, name=file["name"], sha256=file["sha256"])


def of_report(name: str, sha256: str, words: Words) -> list[str]:
    """The same of what is made from one report alone."""
    file = words("file of", what=words("report"), name=shown_name(name), sha256=sha256)
    return [f"policydiff {__version__}", file]

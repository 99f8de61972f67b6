"""What a page or document of a result is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policydiff.output.compared import Compared, report_name
from policydiff.output.words import Words


def comparison_title(result: Compared, words: Words) -> str:
    """Of two reports: the region once where it is that of both."""
    old, new = result.old, result.new
    if old.region and old.region == new.region and old.year and new.year:
        return words("title of region", region=old.region, old=old.year, new=new.year)
    return words("title", old=report_name(old), new=report_name(new))


def title_of(result: Mapping[str, Any], words: Words) -> str:
    """Of a report beside a corpus, or of several years, from the ``to_dict``."""
    if "report" in result:
        report = result["report"]
        about = " ".join(str(report[k]) for k in ("region", "year") if report[k] is not None)
        return words("corpus title", name=about or report["title"] or report["name"])
    reports = result["reports"]
    region = next((r["region"] for r in reports if r["region"]), "")
    return words(
        "years title", region=region, first=reports[0]["year"], last=reports[-1]["year"]
    ).strip()

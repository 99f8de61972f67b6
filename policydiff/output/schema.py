"""The JSON Schema of the three results: one file, with common definitions."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of every ``to_dict``, and so of the YAML and the JSON.

    ``policydiff.kind`` in the head of a result tells which of its three kinds it is.

    >>> [kind["$ref"] for kind in schema()["oneOf"]]
    ['#/$defs/comparison', '#/$defs/corpus_comparison', '#/$defs/trajectory']
    """
    file = resources.files("policydiff.output") / "schema.json"
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded

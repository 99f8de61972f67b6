"""What the program wrote, read again by other people's libraries, as fast as they can."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from policydiff.output.schema import schema

_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Characters that PyYAML's reader in Python, which takes ten times as long, is asked about as well.
_SHORT = 4_000


def from_yaml(text: str | bytes) -> Any:
    """The data of a YAML text; of a short one, both readers of PyYAML must say the same."""
    data = yaml.load(text, _FAST)
    if len(text) < _SHORT:
        assert yaml.safe_load(text) == data
    return data


@cache
def validator() -> Draft202012Validator:
    """Checks data against the schema. That the schema is one is a test of test_render.py."""
    return Draft202012Validator(schema())


def validate(data: object) -> None:
    """Raises jsonschema.ValidationError where the data is not as the schema says."""
    validator().validate(data)

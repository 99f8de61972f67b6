"""YAML to plain data: the project's own tables, and files that persons wrote.

Whoever needs it imports it where it is needed: PyYAML takes as long to import as a report to read,
and tables come compiled (``compiled.py``).
"""

from __future__ import annotations

from typing import Any

import yaml

#: The C loader is several times faster and reads the same language.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def from_yaml(text: str) -> Any:
    """Plain data from YAML text; raises ValueError, in one line, where it is none."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error


class _LinedLoader(yaml.SafeLoader):
    """Says of each mapping in which line it begins, and refuses keys that stand twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) < len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "a key stands twice", node.start_mark
            )
        return {**mapping, "line of": node.start_mark.line + 1}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            # A few hundred characters of aliases stand for gigabytes of data.
            raise yaml.composer.ComposerError(None, None, "aliases are not read", None)
        return super().compose_node(parent, index)


def lined_yaml(text: str) -> Any:
    """Plain data from YAML that a person wrote: each mapping has its first line under 'line of'.

    Raises ValueError, in one line, where it is no YAML, has a key twice, or uses aliases.

    >>> lined_yaml("a: {b: 1}\\n")["a"]
    {'b': 1, 'line of': 1}
    """
    try:
        return yaml.load(text, Loader=_LinedLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())) from error

"""YAML tables compiled ahead to JSON, which Python reads forty times as fast.

    python -m policydiff.language.compiled

compiles every table of the package that is not yet, or was edited since. Nothing breaks where that
is forgotten: a compiled table names the checksum of the YAML text that it was made from, and is
used only for that text; any other is read as YAML, as before.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

#: The folder of the compiled tables, beside the YAML files.
FOLDER: Final = "compiled"


def compiled(folder: Traversable, name: str, source: bytes) -> Any | None:
    """The compiled table ``name`` of a folder, if it was made from these bytes of YAML."""
    try:
        made = json.loads(folder.joinpath(FOLDER, f"{name}.json").read_bytes())
        return made["table"] if made["source"] == _checksum(source) else None
    except (OSError, ValueError, LookupError, TypeError):  # none, or none that can be used
        return None


def load(folder: Traversable, name: str) -> Any:
    """The YAML table ``name`` of a folder as plain data: compiled, if it is, else read."""
    source = folder.joinpath(f"{name}.yaml").read_bytes()
    made = compiled(folder, name, source)
    if made is not None:
        return made
    from policydiff.language.yaml_text import from_yaml

    return from_yaml(source.decode("utf-8"))


def _checksum(source: bytes) -> int:
    # A file of Windows may have other line ends than the one that was compiled.
    return crc32(source.replace(b"\r\n", b"\n"))


def written(table: Any, source: bytes) -> str:
    """A compiled table: one line for each entry, so that versions can be compared.

    >>> print(written({"verbs": [{"words": ["建"], "why": "to build"}]}, b""), end="")
    {"source": 0, "table": {
    "verbs": [
    {"words": ["建"], "why": "to build"}]
    }}
    """
    sections = [
        f"{_line(section)}: [\n" + ",\n".join(map(_line, entries)) + "]"
        for section, entries in table.items()
    ]
    head = f'{{"source": {_checksum(source)}, "table": {{\n'
    return head + ",\n".join(sections) + "\n}}\n"


def _line(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def compile_tables(package: Path) -> list[Path]:
    """Compile the YAML tables anywhere below a folder; returns the files that were written."""
    from policydiff.language.yaml_text import from_yaml

    made = []
    for path in sorted(package.rglob("*.yaml")):
        source = path.read_bytes()
        text = written(from_yaml(source.decode("utf-8")), source)
        file = path.parent / FOLDER / f"{path.stem}.json"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            made.append(file)
    return made


if __name__ == "__main__":
    for file in compile_tables(Path(__file__).parent.parent):
        print(f"wrote {file}")

"""The script and the style of a page, packed: without what only their own readers need.

    python -m policydiff.output.page.packed

packs both anew with esbuild, which npx fetches. Nothing breaks where that is forgotten: a packed
file names the checksum of the text that it was made from, and is used only for that text; any other
goes into pages without its indents and comments.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final
from zlib import crc32

#: The folder of the packed files, beside what they were made from.
FOLDER: Final = "packed"
FILES: Final = ("page.js", "page.css")
#: Browsers of 2020 on, as offices have them, read what is written.
_ESBUILD: Final = ("npx", "--yes", "esbuild@0.25", "--minify", "--charset=utf8", "--target=es2020")


@cache
def packed(name: str) -> str:
    """A file of this folder, one of ``FILES``, as it goes into pages."""
    folder = resources.files("policydiff.output.page")
    source = folder.joinpath(name).read_text("utf-8")
    try:
        made_from, _, made = folder.joinpath(FOLDER, name).read_text("utf-8").partition("\n")
    except OSError:
        made_from, made = "", ""
    return made if made_from == _first_line(source) else _stripped(source)


def _first_line(source: str) -> str:
    """The line that says what a packed file was made from."""
    return f"/* {crc32(source.encode('utf-8'))} */"


def _stripped(source: str) -> str:
    """A text without indents, empty lines and the lines of comments.

    >>> _stripped("a {\\n  /* wide */\\n\\n  width: 9rem; }")
    'a {\\nwidth: 9rem; }'
    """
    lines = filter(None, map(str.strip, source.splitlines()))
    return "\n".join(line for line in lines if not line.startswith(("//", "/*")))


def main() -> None:
    """Pack the files of this folder."""
    import subprocess  # for those who work on pages only

    here = Path(__file__).parent
    for name in FILES:
        source = (here / name).read_text("utf-8")
        loader = f"--loader={Path(name).suffix[1:]}"
        done = subprocess.run(
            [*_ESBUILD, loader], input=source, check=True, capture_output=True, encoding="utf-8"
        )
        text = f"{_first_line(source)}\n{done.stdout.strip()}"
        (here / FOLDER / name).write_text(text, "utf-8", newline="\n")
        print(f"wrote {here / FOLDER / name}")


if __name__ == "__main__":
    main()

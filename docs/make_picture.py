"""Make docs/page.png, the picture of a page in README: ``python docs/make_picture.py``.

Needs chromium. The reports are the fictional ones of ``corpora``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import policydiff

ROOT = Path(__file__).resolve().parents[1]
YEARS = [ROOT / "corpora" / "栖川县" / f"{year}.txt" for year in (2023, 2024)]
#: Width and height in pixels: wide enough for all columns, and below 200 KB as PNG.
SIZE = "1500,760"
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--hide-scrollbars"),
]


def main() -> None:
    """Write the page to a folder of its own, and what the browser shows of it to docs."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.exit("chromium is not installed")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        policydiff.compare(*YEARS).save(page)
        profile = f"--user-data-dir={folder}/profile"
        shot = f"--screenshot={ROOT / 'docs' / 'page.png'}"
        command = [browser, *ARGUMENTS, profile, f"--window-size={SIZE}", shot, page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()

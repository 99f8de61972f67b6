"""What people install: nothing is missing from the wheel, and the sdist can run its own tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import policydiff.version

ROOT = Path(__file__).resolve().parents[1]
#: What a checkout holds that is made anew wherever it is needed.
MADE = shutil.ignore_patterns(
    ".git", ".venv*", ".*_cache", ".hypothesis", "__pycache__", "build", "dist", "*.egg-info"
)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of a copy of this tree, and the wheel that was made from it."""
    pytest.importorskip("build", reason="needs the extra 'dev'")
    tree = tmp_path_factory.mktemp("package") / "tree"
    shutil.copytree(ROOT, tree, ignore=MADE)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tree.parent), "."]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return tree.parent


def files_below(folder: Path, *parts: str) -> set[str]:
    """The files below some parts of a checkout, relative to it."""
    return {
        path.relative_to(folder).as_posix()
        for part in parts
        for path in (folder / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "egg-info" not in str(path)
    }


def test_the_sdist_is_complete(dist: Path) -> None:
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        inside = {name.partition("/")[2] for name in packed.getnames()}
    wanted = files_below(ROOT, "policydiff", "tests", "corpora", "seeds", "docs", "benchmarks")
    wanted |= {path.name for path in ROOT.glob("*.*") if path.is_file()} | {"LICENSE"}
    assert not {name for name in wanted - inside if not name.startswith(".")}


def test_the_wheel_holds_the_whole_package(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert not files_below(ROOT, "policydiff") - inside


def test_the_wheel_runs_without_the_clone(dist: Path, tmp_path: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    for year in (2030, 2031):
        (tmp_path / f"{year}.txt").write_text(
            f"一、{year}年工作安排\n新建农村学校{year - 2000}所。\n", encoding="utf-8"
        )
    done = subprocess.run(
        [sys.executable, "-m", "policydiff", "2030.txt", "2031.txt"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "target raised" in done.stdout


def test_the_wheel_brings_its_example(dist: Path, tmp_path: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-m", "policydiff", "--example", "example"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert files_below(tmp_path / "example", ".") == {
        *files_below(ROOT / "corpora", "."),
        "compare.bat",
    }


def test_every_place_names_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    number = project["version"]
    assert number == policydiff.version.__version__
    assert f"version: {number}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {number} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_api_page_can_be_made(tmp_path: Path) -> None:
    """Each public name is on it; a docstring that pdoc cannot read ends in a warning."""
    pytest.importorskip("pdoc", reason="needs the extra 'dev'")
    command = [sys.executable, "-m", "pdoc", "-o", str(tmp_path), "policydiff"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "policydiff.html").read_text(encoding="utf-8")
    assert not {name for name in policydiff.__all__ if f'id="{name}"' not in page}

"""Tests keep their caches to themselves, and are dealt out to several processes by the module."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes says something of the machine, not of the code.
settings.register_profile("default", deadline=None)
#: HYPOTHESIS_PROFILE=quick makes fewer examples: for a first look, not for a release.
settings.register_profile("quick", max_examples=10, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# The command is started hundreds of times, as people start it: with what Python and policydiff
# keep of a first run. Without, each run compiles every module and pattern anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

#: Modules that take long, the longest first: what begins last must be short, or one process ends
#: long after the others.
_LONG = (
    *("browser", "damage", "fuzz", "cli", "many", "index", "readme", "benchmarks", "bad_input"),
    *("damage_generator", "office", "notebooks", "results", "render", "corpus", "saved"),
    *("index_damage", "repair", "reading", "panel", "corpus_workers"),
    *("words", "package", "reading_formats", "corpus_links", "patterns", "reading_markup"),
)
_RANK = {f"tests/test_{name}.py": rank for rank, name in enumerate(_LONG)}
#: Modules that look at the same real reports: they are read once where one process has them all.
_TOGETHER = {
    f"tests/test_{name}.py": "tests/test_damage.py"
    for name in ("trajectory", "compare", "page", "documents_model")
}


def _scope(nodeid: str) -> str:
    """The module, or the first of several, with which a test is run."""
    module = nodeid.partition("::")[0]
    return _TOGETHER.get(module, module)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long modules first, in each of several processes."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _RANK.get(_scope(item.nodeid), len(_RANK)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """All of a module goes to one process, so that what its tests share is made once."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Modules(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _scope(nodeid)

    config.option.loadscopereorder = False  # keep the order
    return Modules(config, log)


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The cache folder of this run and of the processes that it starts."""
    folder = str(tmp_path_factory.mktemp("cache"))
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = folder
    yield folder
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before

"""The corpus is read by several processes: the same index, whatever happens to one of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import policydiff
from policydiff.corpus.workers import Workers
from policydiff.errors import PolicydiffError
from tests.corpora import report, write


def size(data: bytes, name: str) -> int:
    """The work of these tests: a file of b'x' ends its process, one of b'e' is a bug."""
    if data == b"x":
        os._exit(1)
    if data == b"e":
        raise KeyError(name)
    return len(data)


def test_a_lost_worker_names_its_file_and_the_others_go_on() -> None:
    with Workers(size, 2) as workers:
        waits = [workers.start(data, "f") for data in (b"1", b"x", b"22", b"e", b"333")]
        assert (waits[0](), waits[2](), waits[4]()) == (1, 2, 3)
        with pytest.raises(PolicydiffError, match="ended the process that read it"):
            waits[1]()
        with pytest.raises(KeyError):
            waits[3]()
        assert workers.start(b"4444", "f")() == 4


def test_the_same_result_with_several_processes(tmp_path: Path) -> None:
    files = {f"第{k}县/2024.txt": report(f"第{k}县", 2024, start=k, count=8) for k in range(7)}
    files |= {"戊县/2024.txt": files["第0县/2024.txt"], "己县/2024.txt": "", "庚县/2024.docx": "甲"}
    write(tmp_path, files)
    asked = policydiff.parse(report("辛县", 2024, start=2))
    here, there = (
        policydiff.compare_corpus(asked, tmp_path, cached=False, jobs=jobs) for jobs in (1, 2)
    )
    assert here.to_yaml(all=True) == there.to_yaml(all=True)
    assert len(here.others) == 7

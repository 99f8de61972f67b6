"""Results that were saved and are loaded again: the same bytes, and clear errors."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import policydiff
from policydiff.output.files import WRITERS
from policydiff.output.result import Result
from tests.ready import YEARS, result

KINDS = ("comparison", "corpus", "trajectory")
#: What texts and names are made of: marks that YAML and JSON read as something else, hidden ones.
HARD = st.text(
    st.sampled_from("甲乙园区建成3座：,'\"#-{}[]&*!|>%@`?: \t\u2028\u202e\ufeff~0.1eE+null"),
    min_size=1,
    max_size=30,
)


def saves_the_same_bytes(one: Result, folder: Path, **options: bool) -> policydiff.SavedResult:
    """Whatever it is loaded from; returns what was loaded."""
    read: list[policydiff.SavedResult] = []
    for suffix, other in ((".yaml", ".json"), (".json", ".yaml")):
        one.save(folder / f"a{suffix}", **options)  # type: ignore[arg-type]
        one.save(folder / f"a{other}", **options)  # type: ignore[arg-type]
        loaded = policydiff.load(folder / f"a{suffix}")
        for again in (suffix, other):
            loaded.save(folder / f"b{again}")
            assert (folder / f"b{again}").read_bytes() == (folder / f"a{again}").read_bytes()
        read.append(loaded)
    assert read[0] == read[1]
    assert hash(read[0]) == hash(read[1])
    return read[1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{}, {"all": False}, {"repairs": True}])
def test_a_result_saves_the_same_bytes_again(
    kind: str, options: dict[str, bool], tmp_path: Path
) -> None:
    one = result(kind)
    loaded = saves_the_same_bytes(one, tmp_path, **options)
    assert loaded.kind == kind == one.kind
    assert loaded.to_dict() == one.to_dict(**options)
    assert loaded.summary().splitlines()[:2] == one.summary().splitlines()[:2]
    assert repr(loaded).startswith(f"<{type(loaded).__name__} ")
    assert len(loaded._repr_html_()) < 2000


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(HARD, min_size=1, max_size=3), name=HARD)
def test_whatever_stands_in_the_reports(
    texts: list[str], name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def report(year: int) -> policydiff.Document:
        plan = "\n".join(f"新建{text}学校{year - 2000}所。" for text in texts)
        return policydiff.parse(f"一、{year}年工作安排\n办好农村学校。\n{plan}", f"{name}{year}")

    reports = [report(year) for year in (2029, 2030, 2031)]
    folder = tmp_path_factory.mktemp("saved")
    saves_the_same_bytes(policydiff.compare(*reports[:2]), folder, repairs=True)
    saves_the_same_bytes(policydiff.trajectory(reports), folder)


def test_what_was_loaded_is_data_alone(tmp_path: Path) -> None:
    result("comparison").save(tmp_path / "a.yaml")
    loaded = policydiff.load(tmp_path / "a.yaml")
    loaded.to_dict()["old"]["name"] = "changed"
    assert loaded.to_dict()["old"]["name"] == "2023.txt"
    for suffix in set(WRITERS) - {".yaml", ".yml", ".json"}:
        with pytest.raises(policydiff.PolicydiffError, match="compare the reports again"):
            loaded.save(tmp_path / f"a{suffix}")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no result"),
        (b"a: [", "neither YAML nor JSON"),
        (b"{", "neither YAML nor JSON"),
        (b"\xff\xfe", "neither YAML nor JSON"),
        (b"[1, 2]", "holds no result"),
        (b"policydiff: 3", "holds no result"),
        (b"policydiff: {format: 2, kind: [comparison]}", "holds no result"),
        (b"policydiff: {format: 1, kind: comparison}", "has format 1"),
        ("一、2030年工作安排".encode(), "holds no result"),
    ],
)
def test_a_file_that_holds_no_result(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(data)
    with pytest.raises(policydiff.ReadError, match=said) as error:
        policydiff.load(tmp_path / "a.yaml")
    assert "\n" not in str(error.value)
    with pytest.raises(policydiff.ReadError, match="cannot be read"):
        policydiff.load(tmp_path / "none.yaml")


def test_a_comparison_names_the_decisions_that_it_used(tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.yaml"
    decisions.write_text("policydiff_decisions: 1\ndecisions: []\n", "utf-8")
    one = policydiff.compare(*YEARS[:2], decisions=decisions)
    digest = one.rows()[0]["decisions_sha256"]
    assert one.to_dict()["options"]["decisions"] == {"name": "decisions.yaml", "sha256": digest}
    assert isinstance(digest, str)
    assert len(digest) == 64
    saves_the_same_bytes(one, tmp_path)
    assert "decisions" not in result("comparison").to_dict()["options"]


def said_in(path: Path) -> str:
    """All text of a file, that of the parts of an Office file included."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as package:
            return "".join(package.read(name).decode("utf-8") for name in package.namelist())
    return path.read_text("utf-8-sig")


@pytest.mark.parametrize("kind", KINDS)
def test_every_output_says_where_it_comes_from(kind: str, tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.yaml"
    decisions.write_text("policydiff_decisions: 1\ndecisions: []\n", "utf-8")
    one = policydiff.compare(*YEARS[:2], decisions=decisions) if kind == KINDS[0] else result(kind)
    read = {"comparison": YEARS[:2], "corpus": YEARS[2:], "trajectory": YEARS}[kind]
    wanted = {policydiff.read(path).sha256 for path in read}
    if kind == "comparison":
        wanted.add(hashlib.sha256(decisions.read_bytes()).hexdigest())
    for suffix in WRITERS:
        path = tmp_path / f"a{suffix}"
        one.save(path)
        said = said_in(path)
        assert policydiff.__version__ in said, suffix
        assert {digest for digest in wanted if digest not in said} == set(), suffix
        if kind == "corpus":
            assert re.search(r'gap"?: 2', said), suffix

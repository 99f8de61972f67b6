"""Folders that hold more than reports: pipes, links, names in other encodings, odd corpus.yaml."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import policydiff
from policydiff import CorpusComparison
from policydiff.corpus import comparison as corpus_comparison
from policydiff.corpus import missing as corpus_missing
from policydiff.corpus import update
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import Entry
from policydiff.corpus.workers import Workers
from policydiff.errors import PolicydiffError, ReadError
from tests.corpora import report, write
from tests.written import from_yaml


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    """Whoever opens a pipe waits for ever."""

    def late(signum: int, frame: object) -> None:
        raise TimeoutError("something waits")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "corpus", {"乙县/2023.txt": report("乙县", 2023)})


def against(folder: Path) -> CorpusComparison:
    return policydiff.compare_corpus(
        policydiff.parse(report("己县", 2024)), folder, gap=1, cached=False
    )


def names(result: CorpusComparison) -> list[str]:
    return [entry.name for entry in result.others]


class TestNoFiles:
    """What is not a file is not opened, and listed with the reason."""

    def test_pipes_sockets_and_devices(self, folder: Path) -> None:
        os.mkfifo(folder / "乙县" / "2024.txt")
        (folder / "乙县" / "2025.txt").symlink_to("/dev/zero")
        with socket.socket(socket.AF_UNIX) as server:
            here = Path.cwd()
            os.chdir(folder)  # such a path may not be long
            try:
                server.bind("2026.docx")
            finally:
                os.chdir(here)
        os.mkfifo(folder / "no-report.png")
        result = against(folder)
        assert names(result) == ["乙县/2023.txt"]
        assert {(u.name, u.what) for u in result.unread} == {
            ("乙县/2024.txt", "is a named pipe, not a file"),
            ("乙县/2025.txt", "is a device, not a file"),
            ("2026.docx", "is a socket, not a file"),
        }

    def test_one_that_became_a_pipe_after_it_was_listed(self, folder: Path) -> None:
        corpus = open_corpus(folder)
        path = folder / "乙县" / "2023.txt"
        path.unlink()
        os.mkfifo(path)
        with Workers(update._analysed, 1) as workers:
            known = update._looked_at(corpus, "乙县/2023.txt", None, set(), workers)
        assert isinstance(known, update.Unread)
        assert known.what == "is a named pipe, not a file"

    def test_skipped_ones_are_not_spoken_of(self, folder: Path) -> None:
        os.mkfifo(folder / "a.txt")
        write(folder, {"corpus.yaml": "reports: {a.txt: {skip: true}}"})
        assert against(folder).unread == ()
        assert against(folder).notes == ()


class TestLinks:
    def test_a_linked_region_is_followed(self, folder: Path, tmp_path: Path) -> None:
        write(tmp_path / "elsewhere", {"2022.txt": report("丁县", 2022, start=2)})
        (folder / "丁县").symlink_to(tmp_path / "elsewhere")
        result = against(folder)
        assert names(result) == ["丁县/2022.txt", "乙县/2023.txt"]
        assert result.notes == ()

    def test_no_loops_and_nothing_twice(self, folder: Path, tmp_path: Path) -> None:
        (folder / "乙县" / "self").symlink_to(".")
        (folder / "乙县" / "up").symlink_to("../..")
        (folder / "乙县" / "root").symlink_to(folder)
        (folder / "甲县").symlink_to("乙县")
        write(tmp_path / "elsewhere", {"2022.txt": report("丁县", 2022, start=2)})
        (tmp_path / "elsewhere" / "back").symlink_to(folder)
        (folder / "丁县").symlink_to(tmp_path / "elsewhere")
        (folder / "戊县").symlink_to(tmp_path / "elsewhere")
        result = against(folder)
        assert names(result) == ["丁县/2022.txt", "乙县/2023.txt"]
        assert set(result.notes) == {
            f"{name}: is a link to {what}, and was left out"
            for name, what in {
                "乙县/self": "a folder that is read anyway",
                "乙县/up": "a folder around the corpus",
                "乙县/root": "a folder that is read anyway",
                "甲县": "a folder that is read anyway",
                "丁县/back": "a folder that is read anyway",
                "戊县": "a folder that is read anyway",
            }.items()
        }

    def test_links_that_lead_nowhere(self, folder: Path) -> None:
        (folder / "丁县").symlink_to("gone")
        (folder / "戊县").symlink_to("戊县")
        (folder / "乙县" / "2022.txt").symlink_to("gone.txt")
        (folder / "乙县" / "2021.txt").symlink_to("2021.txt")
        (folder / "map.png").symlink_to("gone.png")
        result = against(folder)
        assert names(result) == ["乙县/2023.txt"]
        assert [u.name for u in result.unread] == ["乙县/2021.txt", "乙县/2022.txt"]
        assert result.notes == (
            "丁县: is a link that leads nowhere, and was left out",
            "戊县: is a link that leads nowhere, and was left out",
        )

    def test_the_corpus_itself_may_be_a_link(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(folder)
        assert names(against(tmp_path / "link")) == ["乙县/2023.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter any folder")
class TestRights:
    def test_a_folder_that_can_be_listed_and_not_entered(self, folder: Path) -> None:
        folder.chmod(0o444)
        try:
            with pytest.raises(ReadError) as error:
                open_corpus(folder)
        finally:
            folder.chmod(0o755)
        assert str(error.value) == (
            f"{folder}: may not be listed or entered; change its permissions"
        )

    def test_a_region_that_can_be_listed_and_not_entered(self, folder: Path) -> None:
        write(folder, {"丁县/2022.txt": report("丁县", 2022, start=2)})
        (folder / "乙县").chmod(0o444)
        try:
            result = against(folder)
        finally:
            (folder / "乙县").chmod(0o755)
        assert names(result) == ["丁县/2022.txt"]
        assert result.notes == ("乙县: cannot be listed (Permission denied)",)


def test_no_right_to_enter_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, for root."""
    real = os.stat

    def refused(path: object, **options: object) -> object:
        if str(path).endswith("/."):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "stat", refused)
    with pytest.raises(ReadError, match="may not be listed or entered"):
        open_corpus(folder)


class TestNames:
    def test_gbk_names_are_read(self, tmp_path: Path) -> None:
        """As archives from Chinese Windows leave them: region and year are those of the names."""
        text = "一、今年工作安排\n新建学校3所。\n"
        place = os.fsencode(tmp_path) + b"/" + "丙县".encode("gbk")
        os.mkdir(place)
        with open(place + b"/" + "2023年报告".encode("gbk") + b".txt", "wb") as file:
            file.write(text.encode())
        write(tmp_path, {"corpus.yaml": "reports: {丙县/2022年报告.txt: {year: 2021}}"})
        with open(place + b"/" + "2022年报告".encode("gbk") + b".txt", "wb") as file:
            file.write(text.replace("3", "4").encode())
        result = against(tmp_path)
        assert [(e.name, e.region, e.year) for e in result.others] == [
            ("丙县/2022年报告.txt", "丙县", 2021),
            ("丙县/2023年报告.txt", "丙县", 2023),
        ]
        self.check_written(result)

    @pytest.mark.parametrize("name", [b"\xff\xfe", b"caf\xe9", b"a\xbc\x0ab", b"\xa1\xa1\x80"])
    def test_other_names_are_escaped(self, tmp_path: Path, name: bytes) -> None:
        os.mkdir(os.fsencode(tmp_path) + b"/" + name)
        for end in (b"/2023.txt", b"/broken.txt"):
            with open(os.fsencode(tmp_path) + b"/" + name + end, "wb") as file:
                file.write("一、今年工作安排\n新建学校3所。\n".encode() if b"20" in end else b"\0")
        result = against(tmp_path)
        (entry,), (broken,) = result.others, result.unread
        assert entry.year == 2023
        assert entry.region is None or entry.region.isascii()
        assert broken.name.endswith("/broken.txt")
        self.check_written(result)

    def check_written(self, result: CorpusComparison) -> None:
        data = result.to_dict()
        for text in (result.to_yaml(), result.to_json(), result.summary()):
            text.encode()  # no half characters
        assert from_yaml(result.to_yaml()) == data
        assert json.loads(result.to_json()) == data

    def test_two_files_never_share_a_name(self, tmp_path: Path) -> None:
        write(tmp_path, {"甲县.txt": report("甲县", 2023)})
        with open(os.fsencode(tmp_path) + b"/" + "甲县".encode("gbk") + b".txt", "wb") as file:
            file.write(report("乙县", 2023, start=3).encode())
        result = against(tmp_path)
        assert names(result) == ["\\xbc\\xd7\\xcf\\xd8.txt", "甲县.txt"]
        assert [e.region for e in result.others] == ["乙县", "甲县"]

    def test_the_folder_itself(self, tmp_path: Path) -> None:
        place = os.fsdecode(os.fsencode(tmp_path) + b"/\xb1\xa8\xb8\xe6")
        write(Path(place), {"乙县/2023.txt": report("乙县", 2023)})
        self.check_written(against(Path(place)))


def _pipe(path: Path) -> None:
    os.mkfifo(path)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
)
ROWS = "reports:\n  a.txt: "


class TestOverrides:
    """One plain short sentence for each odd corpus.yaml."""

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (ROWS + "{year: 0x" + "f" * 5000 + "}", "a.txt: year is 0xfffffffff"),
            (ROWS + "{year: " + "9" * 5000 + "}", "a.txt: year is 99999"),
            (ROWS + "{year: -5}", "a.txt: year is -5; it must be four digits, such as 2023"),
            (ROWS + "{year: 1:30}", "a.txt: year is 1:30; it must be four digits"),
            (ROWS + "{year: 20_23}", "a.txt: year is 20_23; it must be four digits"),
            (ROWS + "{year: 0x7e7}", "a.txt: year is 0x7e7; it must be four digits"),
            (ROWS + "{year: 2023.0}", "a.txt: year is 2023.0; it must be four digits"),
            (ROWS + "{year: 0}", "a.txt: year is 0; it must be four digits"),
            (ROWS + "{year: 20230}", "a.txt: year is 20230; it must be four digits"),
            (ROWS + "{year: }", "a.txt: year is empty; it must be four digits"),
            (ROWS + "{year: {a: 1}}", "it nests deeper than reports, file"),
            (ROWS + "{year: 2023, year: 2024}", "year stands there twice"),
            (ROWS + "{year: 2023}\n  a.txt: {year: 2024}", "a.txt stands there twice"),
            ("reports: {}\nreports: {}", "reports stands there twice"),
            (ROWS + "{region: 5}", "a.txt: region is 5; it must be a name"),
            (ROWS + "{region: yes}", "a.txt: region is yes; it must be a name"),
            (ROWS + "{region: " + "县" * 5000 + "}", "region is longer than 100 characters"),
            (ROWS + "{skip: 1}", "a.txt: skip is 1; it must be true or false"),
            (ROWS + "{skip: 'true'}", "a.txt: skip is 'true'; it must be true or false"),
            (ROWS + "[year, 2023]", "the file may hold reports and nothing else; it holds a list"),
            (ROWS, "a.txt may hold region, skip, year and nothing else"),
            ("x" * 900 + ": {}", "the file may hold reports and nothing else"),
            ("reports: {" + "x" * 900 + ": 1}", "… may hold region, skip, year"),
            (BOMB, "the file may hold reports and nothing else"),
            ("reports: &a {b: {}}\nc: *a", "it uses the alias *a"),
            ("reports: " + "{a: " * 100_000, "it nests deeper"),
            ("[" * 100_000, "cannot be understood"),
            ("x" * 5000 + ": {}", "cannot be understood"),
            ("? {a: b}\n: c", "a name is not a plain word"),
            ("reports: {}\n---\nreports: {}", "it holds several documents"),
            ("reports: !!python/object/apply:os.system ['true']", "it holds a list"),
            ("\x01", "is binary, not text; save it as plain text in UTF-8"),
            ("a\x01" + "b" * 500, "cannot be understood"),
            ("a: b: c", "line 1: mapping values are not allowed"),
            ("%YAML 9.9\n---\na", "cannot be understood"),
            ("just words", "the file may hold reports and nothing else"),
        ],
    )
    def test_one_short_sentence(self, folder: Path, text: str, says: str) -> None:
        write(folder, {"corpus.yaml": text})
        with pytest.raises(ReadError) as error:
            open_corpus(folder)
        message = str(error.value).removeprefix(str(folder))
        assert says in message
        assert len(message) < 300
        assert "\n" not in message

    @pytest.mark.parametrize(
        ("text", "notes"),
        [
            ("", ("corpus.yaml is empty",)),
            (" \n\n", ("corpus.yaml is empty",)),
            ("# nothing yet\n", ()),
            ("reports:\n", ()),
            ("reports: {}\n", ()),
            ("\ufeffreports: {乙县/2023.txt: {year: 2019}}", ()),
        ],
    )
    def test_nothing_wrong(self, folder: Path, text: str, notes: tuple[str, ...]) -> None:
        write(folder, {"corpus.yaml": text})
        assert against(folder).notes == notes
        assert against(folder).others[0].year == (2019 if "2019" in text else 2023)

    @pytest.mark.parametrize(
        ("make", "says"),
        [
            (_pipe, "is a named pipe, not a file"),
            (lambda path: path.mkdir(), "is a folder, not a file"),
            (lambda path: path.symlink_to("gone"), "is a link to a missing file"),
            (lambda path: path.symlink_to(path.name), "is a link that leads back to itself"),
            (lambda path: path.symlink_to("/dev/zero"), "is a device, not a file"),
            (lambda path: path.write_bytes(b"#" * 5_000_000), "has 5,000,000 bytes, the limit is"),
            (lambda path: path.write_bytes(b"\xff\xfe\xff"), "is damaged"),
            (lambda path: path.write_bytes(bytes(range(256)) * 9), "is binary, not text"),
        ],
    )
    def test_what_is_no_such_file(
        self, folder: Path, make: Callable[[Path], object], says: str
    ) -> None:
        make(folder / "corpus.yaml")
        with pytest.raises(PolicydiffError) as error:
            open_corpus(folder)
        assert f"{folder / 'corpus.yaml'}: {says}" in str(error.value)

    def test_many_files_may_be_named(self, folder: Path) -> None:
        rows = "".join(f"  第{k}镇/a.txt: {{region: 第{k}镇, year: 2023}}\n" for k in range(9000))
        write(folder, {"corpus.yaml": "reports:\n" + rows})
        assert len(open_corpus(folder).overrides) == 9000


class TestWalls:
    """A bug that one file brings out is listed with that file, and the others are read."""

    @pytest.mark.parametrize("cached", [True, False])
    def test_one_bad_file(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, cached: bool
    ) -> None:
        for k in range(3):
            write(folder, {f"第{k}镇/2022.txt": report(f"第{k}镇", 2022, start=k)})
        real = update.build

        def build(text: str, **options: object) -> object:
            if "第1镇" in text:
                raise UnicodeEncodeError("cp1252", "×", 0, 1, "no such character")
            return real(text, **options)  # type: ignore[arg-type]

        asked = policydiff.parse(report("己县", 2024))
        monkeypatch.setattr(update, "build", build)
        result = policydiff.compare_corpus(asked, folder, cached=cached)
        assert len(result.others) == 3
        (failed,) = result.unread
        assert failed.name == "第1镇/2022.txt"
        assert failed.what.startswith("made policydiff fail (UnicodeEncodeError: ")
        # It is no property of the file: without the bug it is read.
        monkeypatch.setattr(update, "build", real)
        assert policydiff.compare_corpus(asked, folder, cached=cached).unread == ()

    def links_failing(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """Links with the report of this name, or all of them, bring out a bug."""
        real = corpus_comparison.links_of_asked

        def links(clauses: object, index: object, entries: Sequence[Entry]) -> object:
            if not name or any(entry.name == name for entry in entries):
                raise KeyError("x")
            return real(clauses, index, entries)  # type: ignore[arg-type]

        monkeypatch.setattr(corpus_comparison, "links_of_asked", links)

    def test_one_report_that_cannot_be_compared(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for k in range(3):
            write(folder, {f"第{k}镇/2022.txt": report(f"第{k}镇", 2022, start=k)})
        self.links_failing(monkeypatch, "第1镇/2022.txt")
        result = against(folder)
        assert names(result) == ["乙县/2023.txt", "第0镇/2022.txt", "第2镇/2022.txt"]
        assert [(u.name, u.what) for u in result.unread] == [
            ("第1镇/2022.txt", "made policydiff fail (KeyError: 'x')")
        ]
        assert {p.entry.name for s in result.shared for p in s.places} <= set(names(result))
        assert result.missing

    def test_where_all_fail_none_is_at_fault(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.links_failing(monkeypatch, "")
        with pytest.raises(KeyError):
            against(folder)

    def test_what_is_missing_is_not_worth_the_rest(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(folder, {"丁县/2022.txt": report("丁县", 2022, start=2)})
        whole = against(folder)

        def failing(*_: object) -> object:
            raise KeyError("x")

        monkeypatch.setattr(corpus_missing, "sure_links", failing)
        result = against(folder)
        assert result.shared == whole.shared
        assert result.missing == ()
        assert result.notes == (
            "looking for what is missing made policydiff fail (KeyError: 'x');"
            " report this bug, with the corpus",
        )

    def test_an_interruption_is_none(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def build(text: str, **options: object) -> object:
            raise KeyboardInterrupt

        monkeypatch.setattr(update, "build", build)
        with pytest.raises(KeyboardInterrupt):
            against(folder)

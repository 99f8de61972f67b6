"""What persons decided: read or refused with the line, applied before aligning, never silent."""

from __future__ import annotations

from pathlib import Path

import pytest

import policydiff
from policydiff.cli.main import main
from policydiff.decisions import as_labels
from policydiff.errors import DecisionsError
from policydiff.output.words import words_in
from tests.written import from_yaml

OLD = policydiff.parse(
    "一、2030年工作安排\n推进城乡供水一体化。\n新建农村学校3所。\n举办职工技能大赛。\n整治背街小巷。\n",
    "2030.txt",
)
NEW = policydiff.parse(
    "一、2031年工作安排\n建设乡村水厂管网。\n新建农村学校5所。\n开展河湖清理。\n整治背街小巷。\n",
    "2031.txt",
)


def decided(tmp_path: Path, *entries: str, head: str = "policydiff_decisions: 1") -> Path:
    path = tmp_path / "d.yaml"
    path.write_text("\n".join([head, "decisions:", *entries, ""]), encoding="utf-8")
    return path


def entry(id: str, verdict: str, old: str = "", new: str = "", by: str = "") -> str:
    said = [f"- id: {id}", f"verdict: {verdict}"]
    said += [f"{key}: {value}" for key, value in (("old", old), ("new", new), ("by", by)) if value]
    return "\n  ".join(said)


def outcomes(result: policydiff.Comparison) -> dict[str, str]:
    return {c.text: change.outcome for change in result.changes for c in (*change.old, *change.new)}


def own_notes(result: policydiff.Comparison) -> tuple[str, ...]:
    """The notes on decisions; the last note says that the new report holds no review."""
    assert "no review" in result.notes[-1]
    return result.notes[:-1]


def test_without_decisions_the_two_are_dropped_and_added() -> None:
    found = outcomes(policydiff.compare(OLD, NEW))
    assert found["推进城乡供水一体化。"] == "dropped"
    assert found["建设乡村水厂管网。"] == "added"


def test_linked_and_not_linked_bind_the_aligner(tmp_path: Path) -> None:
    path = decided(
        tmp_path,
        entry("a", "linked", "推进城乡供水一体化", "[建设乡村水厂管网。]", "张三"),
        entry("b", "not linked", "新建农村学校3所。", "新建农村学校5所。"),
        entry("c", "not linked", "整治背街小巷。", "整治背街小巷。"),
    )
    result = policydiff.compare(OLD, NEW, decisions=path)
    assert outcomes(result)["建设乡村水厂管网。"] in ("kept", "changed")
    assert {c.old[0].text for c in result.dropped} == {
        *("新建农村学校3所。", "举办职工技能大赛。", "整治背街小巷。"),
    }
    (linked,) = (c for c in result.changes if c.old and c.new)
    assert (linked.decided, linked.sure, linked.score) == ("张三", True, 1.0)
    said = "confirmed 0, linked 1, not linked 2, done 0, not a commitment 0, open 0"
    assert own_notes(result) == (f"{path}: 3 decisions used ({said})",)
    assert words_in("zh").say(own_notes(result)[0]).endswith("已完成0，不是承诺0，另议0")


def test_every_commitment_is_still_there_once(tmp_path: Path) -> None:
    path = decided(tmp_path, entry("a", "linked", "举办职工技能大赛。", "开展河湖清理。"))
    result = policydiff.compare(OLD, NEW, decisions=path)
    assert set(outcomes(result)) == {c.text for c in (*OLD.commitments, *NEW.commitments)}


def test_confirmed_and_no_commitment(tmp_path: Path) -> None:
    path = decided(
        tmp_path,
        entry("a", "confirmed", "举办职工技能大赛。", by="李四"),
        entry("b", "not a commitment", new="开展河湖清理。"),
        entry("c", "open", "推进城乡供水一体化。", by="王五"),
    )
    result = policydiff.compare(OLD, NEW, decisions=path)
    assert "开展河湖清理。" not in outcomes(result)
    by = {c.old[0].text: c.decided for c in result.dropped}
    assert by == {"举办职工技能大赛。": "李四", "推进城乡供水一体化。": None}


def test_it_survives_marks_and_another_kind_of_file(tmp_path: Path) -> None:
    path = decided(tmp_path, entry("a", "confirmed", "' 举办 职工技能大赛；'"))
    (dropped,) = (c for c in policydiff.compare(OLD, NEW, decisions=path).changes if c.decided)
    assert dropped.decided == str(path)


def test_still_there_without_saying_where_changes_nothing_and_is_told(tmp_path: Path) -> None:
    path = decided(tmp_path, entry("a", "linked", "推进城乡供水一体化。", by="张三"))
    result = policydiff.compare(OLD, NEW, decisions=path)
    without = policydiff.compare(OLD, NEW)
    assert result.changes == without.changes
    assert own_notes(result)[0] == f"{path}: 0 decisions used"
    assert own_notes(result)[1].startswith(f"{path}, line 3: says that a commitment is still there")
    assert words_in("zh").say(own_notes(result)[1]) != own_notes(result)[1]


def test_what_is_gone_is_listed_and_changes_nothing(tmp_path: Path) -> None:
    path = decided(
        tmp_path,
        entry("a", "linked", "推进城乡供水一体化。", "改造老旧管网。"),
        entry("b", "not a commitment", "新建农村学校4所。"),
    )
    result = policydiff.compare(OLD, NEW, decisions=path)
    assert outcomes(result) == outcomes(policydiff.compare(OLD, NEW))
    assert [note.partition(": ")[0] for note in own_notes(result)[1:]] == [
        f"{path}, line 3",
        f"{path}, line 7",
    ]
    assert all("stale" in note for note in own_notes(result)[1:])


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "begin"),
        ("a: [", 1, "YAML"),
        ("policydiff_decisions: 2\ndecisions: []\n", 1, "begin"),
        ("policydiff_decisions: 1\n", 1, "list"),
        ("policydiff_decisions: 1\ndecisions: {}\n", 1, "list"),
        ("policydiff_decisions: 1\ndecisions:\n- a\n", 1, "mapping"),
        ("policydiff_decisions: 1\ndecisions:\n- {verdict: maybe, old: a}\n", 3, "maybe"),
        ("policydiff_decisions: 1\ndecisions:\n- {verdict: open}\n", 3, "no clause"),
        ("policydiff_decisions: 1\ndecisions:\n- {verdict: open, old: {a: b}}\n", 3, "texts"),
        ("policydiff_decisions: 1\ndecisions:\n- {verdict: open, old: [1]}\n", 3, "texts"),
        ("policydiff_decisions: 1\ndecisions:\n- {verdict: open, old: a, by: [b]}\n", 3, "words"),
        ("policydiff_decisions: 1\ndecisions:\n- &x {verdict: open, old: a}\n- *x\n", 1, "alias"),
        ("policydiff_decisions: 1\npolicydiff_decisions: 1\ndecisions: []\n", 1, "twice"),
        (
            "policydiff_decisions: 1\ndecisions:\n- {id: a, verdict: open, old: b}\n"
            "- {id: a, verdict: open, old: c}\n",
            4,
            "again",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_line(
    text: str, line: int, what: str, tmp_path: Path
) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DecisionsError, match=what) as caught:
        policydiff.compare(OLD, NEW, decisions=path)
    assert caught.value.where == f"{path}, line {line}"
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_one_in_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(DecisionsError, match="check the path"):
        policydiff.compare(OLD, NEW, decisions=tmp_path / "none.yaml")
    (tmp_path / "d.yaml").write_bytes("policydiff_decisions: 1 # 决定".encode("gb18030"))
    with pytest.raises(DecisionsError, match="YAML"):
        policydiff.compare(OLD, NEW, decisions=tmp_path / "d.yaml")


# --- labels ---------------------------------------------------------------------------------------


def test_as_labels(tmp_path: Path) -> None:
    path = decided(
        tmp_path,
        entry("1", "linked", "推进城乡供水一体化", "建设乡村水厂管网。"),
        entry("2", "confirmed", "新建农村学校3所。", "新建农村学校5所。"),
        entry("3", "not linked", "整治背街小巷。", "整治背街小巷。"),
        entry("4", "confirmed", "举办职工技能大赛。"),
        entry("5", "confirmed", "", "开展河湖清理。"),
        entry("6", "not a commitment", "举办职工技能大赛。"),
        entry("7", "done", "新建农村学校3所。"),
        entry("8", "open", "新建农村学校3所。"),
        entry("9", "confirmed", "建设一座没有的桥。"),
    )
    assert as_labels(policydiff.read_decisions(path), OLD, NEW) == {
        "old": "2030.txt",
        "new": "2031.txt",
        "kept": [
            {"old": ["推进城乡供水一体化。"], "new": ["建设乡村水厂管网。"]},
            {"old": ["新建农村学校3所。"], "new": ["新建农村学校5所。"]},
        ],
        "apart": [{"old": ["整治背街小巷。"], "new": ["整治背街小巷。"]}],
        "dropped": [{"old": ["举办职工技能大赛。"]}],
        "added": [{"new": ["开展河湖清理。"]}],
        "not_commitments": {"old": ["举办职工技能大赛。"], "new": []},
    }


def test_labels_go_to_a_file_from_which_weights_are_fitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for document in (OLD, NEW):
        Path(document.name).write_text(document.source, encoding="utf-8")
    path = decided(
        tmp_path,
        entry("1", "linked", "推进城乡供水一体化。", "建设乡村水厂管网。"),
        entry("2", "not linked", "新建农村学校3所。", "新建农村学校5所。"),
    )
    asked = ["-q", "2030.txt", "2031.txt", "--decisions", str(path), "--export-labels"]
    assert main([*asked, "labels.yaml"]) == 0
    labels = from_yaml(Path("labels.yaml").read_text(encoding="utf-8"))
    assert (labels["old"], labels["new"]) == ("2030.txt", "2031.txt")
    assert labels["kept"] == [{"old": ["推进城乡供水一体化。"], "new": ["建设乡村水厂管网。"]}]
    capsys.readouterr()
    for wrong in (["-q", "2030.txt", "2031.txt", "--export-labels", "x"], [*asked, "2030.txt"]):
        assert main(wrong) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert Path("2030.txt").read_text(encoding="utf-8") == OLD.source

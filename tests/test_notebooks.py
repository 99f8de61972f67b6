"""The notebooks of docs/ run from beginning to end in a fresh clone."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def executed(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Jupyter's packages say of each other is not ours
        import nbformat
        from nbclient import NotebookClient

        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            resources={"metadata": {"path": path.parent}},
        )
        return client.execute()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_draws(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("nbclient", "ipykernel", "matplotlib", "pandas"):
        pytest.importorskip(package)
    monkeypatch.delenv("POLICYDIFF_REPORTS", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    outputs = [
        output
        for cell in executed(path).cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]
    data = [output.get("data", {}) for output in outputs]
    assert sum("image/png" in shown for shown in data) == 4
    tables = [shown["text/html"] for shown in data if "text/html" in shown]
    assert any("栖川县2023年工业和信息化工作报告" in shown for shown in tables)
    assert any("at_least" in shown for shown in tables)
    assert any("<td>missed</td>" in shown for shown in tables)
    assert any("dropped" in shown and "caption" in shown for shown in tables)  # the last result


def test_notebooks_are_kept_without_outputs_and_places_of_a_machine() -> None:
    assert NOTEBOOKS
    for path in NOTEBOOKS:
        text = path.read_text(encoding="utf-8")
        assert '"image/png"' not in text
        assert "/home/" not in text
        assert '"execution_count": null' in text

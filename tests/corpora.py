"""Small corpora made for a test: fictional reports with as many commitments as asked for."""

from __future__ import annotations

from pathlib import Path

_THINGS = (
    "竹材初加工集中点", "农村公路", "职工公寓", "污水处理厂", "公共充电桩", "村级卫生室",
    "粮食烘干中心", "茶叶加工车间", "应急避难场所", "社区食堂", "图书分馆", "冷链仓库",
)  # fmt: skip


def report(region: str, year: int, *, start: int = 0, count: int = 6, extra: str = "") -> str:
    """A report whose commitments are ``count`` things from the ``start``-th on."""
    lines = [f"{region}{year}年政府工作报告", f"一、{year}年工作安排"]
    for k in range(start, start + count):
        thing = _THINGS[k % len(_THINGS)]
        lines.append(f"新建{thing}{year % 100 + k}个，由{region}{thing}专班负责。")
    return "\n".join([*lines, extra]) + "\n"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files by their paths; returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(data)
    return folder


def many(folder: Path, number: int) -> Path:
    """A corpus of ``number`` reports, each with a text of its own."""
    return write(
        folder,
        {
            f"第{k}镇/{2000 + k % 20}.txt": report(f"第{k}镇", 2000 + k % 20, start=k, count=8)
            for k in range(number)
        },
    )

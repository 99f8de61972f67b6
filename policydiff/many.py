"""Compare many pairs of reports, here or on any executor, in order and one by one."""

from __future__ import annotations

import pickle
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from typing import Final

from policydiff.comparison import Comparison, Report, compare
from policydiff.errors import PolicydiffError
from policydiff.models import Document

#: How many pairs are handed out before the first is waited for: enough to keep a cluster busy, few
#: enough that the pairs may come from an endless generator.
AHEAD: Final = 64


@dataclass(frozen=True, slots=True)
class PairResult:
    """What became of one pair: ``result``, or ``error`` where a report could not be compared.

    ``old`` and ``new`` are the names of the reports, as they were given.
    """

    old: str
    new: str
    result: Comparison | None
    error: PolicydiffError | None


def compare_many(
    pairs: Iterable[tuple[Report, Report]], executor: Executor | None = None, *, ahead: int = AHEAD
) -> Iterator[PairResult]:
    """Compare pairs of reports; the results come in the order of the pairs, each as it is ready.

    ``executor`` is any ``concurrent.futures.Executor``; without one they are compared here. No more
    than ``ahead`` pairs are handed out at a time. A pair that fails gives an error and does not
    stop the others; an executor whose workers died raises what it raises.

    >>> from policydiff import parse
    >>> plan = parse("一、2030年工作安排\\n新建学校3所。")
    >>> for done in compare_many([(plan, plan), (plan, "missing.txt")]):
    ...     print(done.old, done.new, len(done.result.kept) if done.result else done.error)
    text text 1
    text missing.txt missing.txt: does not exist; check the path
    """
    if executor is None:
        for old, new in pairs:
            yield _compared(old, new)
        return
    waiting: deque[tuple[str, str, Future[bytes]]] = deque()
    try:
        for old, new in pairs:
            waiting.append((_name(old), _name(new), executor.submit(_packed, old, new)))
            if len(waiting) >= ahead:
                yield _finished(*waiting.popleft())
        while waiting:
            yield _finished(*waiting.popleft())
    finally:
        for *_, future in waiting:
            future.cancel()


def _compared(old: Report, new: Report) -> PairResult:
    try:
        return PairResult(_name(old), _name(new), compare(old, new), None)
    except PolicydiffError as error:
        return PairResult(_name(old), _name(new), None, error)


def _name(report: Report) -> str:
    return report.name if isinstance(report, Document) else str(report)


def _packed(old: Report, new: Report) -> bytes:
    """Runs on the worker. Both reports travel with the result: packed they are a third as large."""
    return zlib.compress(pickle.dumps(_compared(old, new), pickle.HIGHEST_PROTOCOL))


def _finished(old: str, new: str, future: Future[bytes]) -> PairResult:
    try:
        packed = future.result()
    except (BrokenExecutor, KeyboardInterrupt):
        raise
    except Exception as error:
        # A fault of one pair, whatever it is, must not lose the thousand others.
        failed = PolicydiffError(
            where=f"{old}, {new}",
            what=f"could not be compared ({type(error).__name__}: {error})",
            remedy="compare the two alone to see more",
        )
        failed.__cause__ = error
        return PairResult(old, new, None, failed)
    done: PairResult = pickle.loads(zlib.decompress(packed))
    return done

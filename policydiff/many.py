"""Compare many pairs of reports, here or on any executor, in order and one by one."""

from __future__ import annotations

import lzma
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from typing import Any, Final

from policydiff.comparison import Comparison, Report, compare
from policydiff.errors import PolicydiffError
from policydiff.models import Document

#: How many pairs are handed out before the first is waited for: enough to keep a cluster busy, few
#: enough that the pairs may come from an endless generator.
AHEAD: Final = 64


@dataclass(frozen=True, slots=True)
class PairResult:
    """What became of one pair: ``result``, or ``error`` where the two could not be compared.

    ``old`` and ``new`` are the names of the reports, as they were given. ``error`` is a
    PolicydiffError where a report is at fault; any other exception is a bug, and keeps its type.
    One that cannot be sent from a worker process arrives as a PolicydiffError that names its type.
    """

    old: str
    new: str
    result: Comparison | None
    error: Exception | None


def compare_many(
    pairs: Iterable[tuple[Report, Report]],
    executor: Executor | None = None,
    *,
    ahead: int = AHEAD,
    semantic: object = False,
) -> Iterator[PairResult]:
    """Compare pairs of reports; the results come in the order of the pairs, each as it is ready.

    ``executor`` is any ``concurrent.futures.Executor``; without one they are compared here. No more
    than ``ahead`` pairs are handed out at a time. A pair that fails, for whatever reason, gives an
    error and does not stop the others; an executor whose workers died raises what it raises.
    ``semantic`` is that of ``compare``; a model of your own is sent to the workers with each pair.

    >>> from policydiff import parse
    >>> plan = parse("一、2030年工作安排\\n新建学校3所。")
    >>> for done in compare_many([(plan, plan), (plan, "missing.txt")]):
    ...     print(done.old, done.new, len(done.result.kept) if done.result else done.error)
    text text 1
    text missing.txt missing.txt: does not exist; check the path
    """
    if executor is None:
        for old, new in pairs:
            yield _compared(old, new, semantic)
        return
    waiting: deque[tuple[str, str, Future[bytes]]] = deque()
    try:
        for old, new in pairs:
            waiting.append((_name(old), _name(new), executor.submit(_packed, old, new, semantic)))
            if len(waiting) >= ahead:
                yield _finished(*waiting.popleft())
        while waiting:
            yield _finished(*waiting.popleft())
    finally:
        for *_, future in waiting:
            future.cancel()


def _compared(old: Report, new: Report, semantic: object) -> PairResult:
    try:
        return PairResult(_name(old), _name(new), compare(old, new, semantic=semantic), None)
    except Exception as error:
        # A fault of one pair, whatever it is, must not lose the thousand others.
        return PairResult(_name(old), _name(new), None, error)


def _name(report: Report) -> str:
    return report.name if isinstance(report, Document) else str(report)


# --- to a worker and back -------------------------------------------------------------------------


def _packed(old: Report, new: Report, semantic: object = False) -> bytes:
    """Runs on the worker. Both reports travel with the result: packed they are a quarter as large.

    LZMA at its quickest takes as long as zlib, and two thirds of the room: it sees clauses repeated
    farther apart than zlib's 32 KiB.
    """
    done = _compared(old, new, semantic)
    error = None if done.error is None else _sendable(done.old, done.new, done.error)
    return lzma.compress(pickle.dumps((done.result, error), pickle.HIGHEST_PROTOCOL), preset=0)


def _finished(old: str, new: str, future: Future[bytes]) -> PairResult:
    try:
        result, error = pickle.loads(lzma.decompress(future.result()))
        return PairResult(old, new, result, None if error is None else _rebuilt(*error))
    except BrokenExecutor:
        raise
    except Exception as error:
        # Something failed outside the comparison: on the way there, or on the way back.
        return PairResult(old, new, None, error)


#: How to make an exception again: what to call, the arguments, and its attributes.
_Recipe = tuple[Callable[..., Exception], tuple[Any, ...], Any]


def _sendable(old: str, new: str, error: Exception) -> _Recipe:
    """How to make an exception again, or, where that is not possible, what can be said of it.

    Some cannot be pickled, or not read back: by default they are made again from ``args``, which
    their constructor may refuse. The exception is asked itself and not pickled, because packages
    of executors change how exceptions are pickled, and some lose their arguments.
    """
    try:
        recipe = _recipe(error)
        arrived = _rebuilt(*pickle.loads(pickle.dumps(recipe, pickle.HIGHEST_PROTOCOL)))
        if type(arrived) is type(error) and _message(arrived) == _message(error):
            return recipe
    except Exception:
        pass
    return _recipe(_described(old, new, error))


def _recipe(error: Exception) -> _Recipe:
    recipe: Any = error.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
    make, arguments, *rest = recipe
    return make, arguments, rest[0] if rest else None


def _rebuilt(make: Callable[..., Exception], arguments: tuple[Any, ...], state: Any) -> Exception:
    error = make(*arguments)
    if state is not None:
        error.__setstate__(state)
    return error


def _described(old: str, new: str, error: Exception) -> PolicydiffError:
    """What can be said of an exception that cannot be sent."""
    return PolicydiffError(
        where=f"{old}, {new}",
        what=f"could not be compared ({type(error).__name__}: {_message(error)})",
        remedy="compare the two alone to see more",
    )


def _message(error: Exception) -> str:
    try:
        return str(error)
    except Exception as another:
        return f"no message, {type(another).__name__} while asking for it"

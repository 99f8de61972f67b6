"""Reports are read by several processes at once, here or on a cluster; any may be lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from types import TracebackType
from typing import Final, Generic, TypeAlias, TypeVar

from policydiff.corpus.cache import stamp
from policydiff.errors import PolicydiffError, UsageError

D = TypeVar("D")
T = TypeVar("T")
#: How many processes read, or an executor that has them.
Jobs: TypeAlias = int | Executor
#: How many files are handed to an executor before the first is waited for: as ``many.AHEAD``.
_AHEAD: Final = 64


class Workers(Generic[D, T]):
    """Does the same work on many files, or shares of many: here with one job, else in so many
    processes, or on any executor, a cluster's too; an executor that was given is not shut down.

    A process that ends before its time takes those beside it along. Their files are read again,
    each by a process of its own; one that is lost again is at fault, and the others go on. What a
    cluster gives up for lost, after tries of its own, is named as any other failure.
    """

    def __init__(self, work: Callable[[D, str], T], jobs: Jobs) -> None:
        """``work`` takes the bytes of a file, or what else there is to do, and its name."""
        self._work = work
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        #: Whether the work is done in this process.
        self.here = jobs == 1
        #: How many files are handed out before the first is waited for.
        self.ahead = _AHEAD if isinstance(jobs, Executor) else 1 if jobs == 1 else 4 * jobs

    def __enter__(self) -> Workers[D, T]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def start(self, data: D, name: str) -> Callable[[], T]:
        """Hand out a file; what is returned waits for the result, or raises what went wrong."""
        if self.here:
            return lambda: self._work(data, name)
        try:
            future = self._submit(self._open(), data, name)
        except BrokenExecutor:  # by a file before it
            if isinstance(self._jobs, Executor):
                return lambda: self._alone(data, name)
            self._close()
            future = self._submit(self._open(), data, name)

        def wait() -> T:
            try:
                return future.result()
            except BrokenExecutor:
                return self._alone(data, name)

        return wait

    def _alone(self, data: D, name: str) -> T:
        try:
            with ProcessPoolExecutor(1) as pool:
                return self._submit(pool, data, name).result()
        except BrokenExecutor as error:
            raise PolicydiffError(
                where=name,
                what="ended the process that worked on it, twice",
                remedy="report this bug, with the file, or free some memory",
            ) from error

    def _submit(self, executor: Executor, data: D, name: str) -> Future[T]:
        return executor.submit(_done, self._work, stamp(), data, name)

    def _open(self) -> Executor:
        if isinstance(self._jobs, Executor):
            return self._jobs
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._jobs)
        return self._pool

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _done(work: Callable[[D, str], T], version: bytes, data: D, name: str) -> T:
    """Do some work in another process. Raises UsageError where its policydiff is another: what it
    reads and judges in its own way would be taken for ours."""
    if version != stamp():
        raise UsageError(
            where="jobs",
            what="a process has another version of policydiff, or of Python, than this one",
            remedy="install the same on all machines",
        )
    return work(data, name)

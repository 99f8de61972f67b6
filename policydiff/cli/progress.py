"""A progress bar on a terminal, for what takes longer than a moment; silent anywhere else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Final, TextIO

#: In seconds: what is done sooner needs no bar, and a bar is not drawn more often.
_PATIENCE: Final = 0.5
_PAUSE: Final = 0.1
_WIDTH: Final = 30


@contextlib.contextmanager
def bar(what: str, stream: TextIO | None) -> Iterator[Callable[[int, int], None]]:
    """Gives a function to be told how many of how many are done; draws on ``stream``.

    >>> from io import StringIO
    >>> with bar("reading", StringIO()) as tell:
    ...     tell(1, 2)
    """
    if stream is None or not stream.isatty():
        yield lambda done, total: None
        return
    begun = drawn = monotonic()
    shown = False

    def tell(done: int, total: int) -> None:
        nonlocal drawn, shown
        now = monotonic()
        if now - begun < _PATIENCE or now - drawn < _PAUSE:
            return
        drawn, shown = now, True
        full = _WIDTH * done // max(total, 1)
        stream.write(f"\r{what} [{'#' * full}{'.' * (_WIDTH - full)}] {done:,} of {total:,}")
        stream.flush()

    # A terminal that went away is no reason to stop.
    def quietly(done: int, total: int) -> None:
        with contextlib.suppress(OSError, ValueError):
            tell(done, total)

    try:
        yield quietly
    finally:
        if shown:
            with contextlib.suppress(OSError, ValueError):
                stream.write("\r\x1b[K")  # erase to the end of the line
                stream.flush()

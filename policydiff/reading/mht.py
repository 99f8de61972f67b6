"""Saved web pages (.mht, .mhtml), also those that Word calls .doc: the page inside the mail."""

from __future__ import annotations

import email
import email.policy
from email.message import Message
from typing import Final

from policydiff.errors import PolicydiffError, ReadError
from policydiff.reading.encoding import SAVE_AS

#: A saved page has a part for each picture; more than this are no page.
_MOST_PARTS: Final = 2000
_PAGE: Final = "text/html"
_TEXTS: Final = (_PAGE, "application/xhtml+xml", "text/plain")


def html_of_mht(data: bytes, *, where: str) -> bytes:
    """The bytes of the page itself; its charset is written into it where only the mail names it.

    Raises ``ReadError`` where there is no page inside.
    """
    try:
        parts = _texts(email.message_from_bytes(data, policy=email.policy.compat32))
    except PolicydiffError:
        raise
    except Exception as error:  # the mail parser raises many kinds for broken mails
        raise _without_page(where) from error
    if not parts:
        raise _without_page(where)
    # The page comes first; frames and parts of it follow, and the longest holds the report.
    kind, charset, body = max(parts, key=lambda part: (part[0] != "text/plain", len(part[2])))
    is_page = kind != "text/plain"
    if not is_page or charset is None or b"charset" in body[:4096].lower():
        return body
    return b'<meta charset="%s">' % charset.encode("ascii", "replace") + body


def _texts(message: Message) -> list[tuple[str, str | None, bytes]]:
    """Kind, charset and bytes of each text in a mail; parts inside parts are searched in turn."""
    texts = []
    waiting, seen = [message], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting += [inner for inner in payload if isinstance(inner, Message)]
        elif part.get_content_type() in _TEXTS:
            body = part.get_payload(decode=True)
            if isinstance(body, bytes) and body.strip():
                texts.append((part.get_content_type(), part.get_content_charset(), body))
    return texts


def _without_page(where: str) -> ReadError:
    return ReadError(where=where, what="is a saved page or mail without text in it", remedy=SAVE_AS)

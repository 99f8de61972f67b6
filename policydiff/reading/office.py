"""Old binary Word files (.doc, .wps) by way of LibreOffice, where it is installed.

LibreOffice is run without a window, in a profile of its own that is thrown away, with macros and
links to elsewhere switched off; what it writes is read as any Word file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from policydiff.errors import ReadError
from policydiff.reading.docx import read_docx
from policydiff.reading.encoding import SAVE_AS
from policydiff.reading.marks import Content
from policydiff.reading.package import Package

_NAMES: Final = ("soffice", "libreoffice")
#: A report takes some seconds; the first start of LibreOffice some more.
_PATIENCE: Final = 120.0
#: The streams of the container, as it names them: UTF-16, little-endian.
_WORD_STREAM: Final = "WordDocument".encode("utf-16-le")
_EXCEL_STREAM: Final = "Workbook".encode("utf-16-le")
_LOCKED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
#: Settings of the profile: nothing in a file is executed, nothing outside of it is loaded.
_SETTINGS: Final = ("DisableMacrosExecution", "DisableActiveContent", "BlockUntrustedRefererLinks")
_PROFILE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>"""
_ITEM: Final = (
    '<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
    '<prop oor:name="{name}" oor:op="fuse"><value>true</value></prop></item>'
)


def read_doc(data: bytes, *, where: str) -> Content:
    """The text of an old Word file with its headings and tables.

    Raises ``ReadError`` where it is of another kind, locked by a password, or cannot be converted,
    which is always so where LibreOffice is not installed.
    """
    _refuse_others(data, where)
    program = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if program is None:
        raise ReadError(
            where=where,
            what="is an old binary Office file (.doc, .wps), which is read through LibreOffice",
            remedy=f"install LibreOffice, or {SAVE_AS}",
        )
    converted = _converted(data, program)
    if converted is None:
        raise ReadError(
            where=where,
            what="is an old binary Office file (.doc, .wps) that LibreOffice cannot convert",
            remedy=SAVE_AS,
        )
    return read_docx(Package(converted, where))


def _refuse_others(data: bytes, where: str) -> None:
    what = None
    if _LOCKED_STREAM in data:
        what = "is encrypted with a password"
    elif _WORD_STREAM not in data and _EXCEL_STREAM in data:
        raise ReadError(
            where=where,
            what="is an old binary Excel file (.xls)",
            remedy="open it in Excel or WPS and save it as .xlsx",
        )
    elif _WORD_STREAM not in data:
        what = "is an old binary Office file without a Word document in it"
    if what is not None:
        raise ReadError(where=where, what=what, remedy=SAVE_AS)


def _converted(data: bytes, program: str) -> bytes | None:
    """The file as .docx, or None where LibreOffice fails or takes too long."""
    with tempfile.TemporaryDirectory(prefix="policydiff-") as folder:
        source = Path(folder, "report.doc")
        source.write_bytes(data)
        user = Path(folder, "profile", "user")
        user.mkdir(parents=True)
        items = "".join(_ITEM.format(name=name) for name in _SETTINGS)
        (user / "registrymodifications.xcu").write_text(_PROFILE.format(items=items), "utf-8")
        command = [
            program,
            f"-env:UserInstallation={user.parent.as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(
                command,
                check=True,
                timeout=_PATIENCE,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "HOME": folder},
            )
            return Path(folder, "report.docx").read_bytes()
        except (OSError, subprocess.SubprocessError):
            return None

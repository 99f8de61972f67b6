"""From a Word file (.docx) to its text: paragraphs as lines, tables row by row.

Only the body is read. What a reader does not see (deleted and hidden text, field codes, notes) is
left out; what Word shows but does not store as text (automatic numbers such as 一、) is rebuilt.
The file is not trusted: sizes are bounded while unpacking, and a document type is refused, so that
no entity can expand or reach out.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final, Protocol
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from policydiff.errors import ReadError, TooLargeError
from policydiff.reading.markup import Page

#: Word writes about ten bytes of markup for each of text; the longest text that is read has 6 MB.
_MAX_BODY_BYTES: Final = 64 * 1024 * 1024
#: Numbering and styles are held in memory as trees; in real files they stay below 1 MB.
_MAX_PART_BYTES: Final = 8 * 1024 * 1024
_CHUNK_BYTES: Final = 1 << 16

_BODY: Final = "word/document.xml"
_NUMBERING: Final = "word/numbering.xml"
_STYLES: Final = "word/styles.xml"
_ENCRYPTED: Final = 0x1  # bit of a zip entry's flags
_REPAIR: Final = "open it in Word or WPS and save it again as .docx"

#: Elements whose content a reader does not see: deleted or moved away, field codes, the reading
#: aid of a ruby, and former or layout properties.
_UNSEEN: Final = frozenset({
    "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "pPrChange", "rPrChange",
    "sectPr", "sectPrChange", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr", "rubyPr",
})  # fmt: skip
#: Elements that stand for a character or a line break.
_CHARACTERS: Final = {
    "tab": " ",
    "ptab": " ",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
}
_OFF: Final = frozenset(("0", "false", "off"))


def text_of_docx(data: bytes, *, where: str) -> tuple[str, str]:
    """Return the text of a Word file and the encoding of the XML that it was stored in.

    Raises ``ReadError`` where the container or its XML is damaged, encrypted, not a Word document
    or has a document type, ``TooLargeError`` where a part unpacks to more than it should. ``where``
    names the file in messages.
    """
    package = _Package(data, where)
    styles = _styles(package.tree(_STYLES))
    numbering = _numbering(package.tree(_NUMBERING), styles)
    body = _Body(_Labels(numbering))
    encoding = package.feed(_BODY, body, limit=_MAX_BODY_BYTES)
    return body.close(), encoding


# --- the container --------------------------------------------------------------------------------


class _Target(Protocol):
    """What an XML parser reports to."""

    def start(self, tag: str, attrs: dict[str, str], /) -> object: ...
    def end(self, tag: str, /) -> object: ...
    def data(self, data: str, /) -> object: ...


class _Package:
    """The zip container of a Word file, read with every size bounded."""

    def __init__(self, data: bytes, where: str) -> None:
        self._where = where
        try:
            self._zip = ZipFile(BytesIO(data))
        except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise self._damaged("cut off or damaged zip container") from error

    def tree(self, part: str) -> ElementTree.Element:
        """Return an optional part as a tree; an empty element where the file has no such part."""
        builder = ElementTree.TreeBuilder()
        if part not in self._zip.namelist():
            return ElementTree.Element("none")
        self.feed(part, builder, limit=_MAX_PART_BYTES)
        return builder.close()

    def feed(self, part: str, target: _Target, *, limit: int) -> str:
        """Parse a part into ``target`` and return the encoding that its bytes begin in."""
        parser = ElementTree.XMLParser(target=_WithoutDoctype(target, self._refuse_doctype))
        encoding = ""
        try:
            for chunk in self._chunks(part, limit):
                encoding = encoding or _xml_encoding(chunk)
                parser.feed(chunk)
            parser.close()
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise self._damaged(f"{part} is no well-formed XML: {error}") from error
        return encoding

    def _chunks(self, part: str, limit: int) -> Iterator[bytes]:
        try:
            entry = self._zip.getinfo(part)
        except KeyError:
            raise ReadError(
                where=self._where,
                what=f"is a zip container without {part}, so no Word document",
                remedy="give the report itself, as .docx or .txt",
            ) from None
        if entry.flag_bits & _ENCRYPTED:
            raise ReadError(
                where=self._where, what="is encrypted", remedy="remove the password in Word or WPS"
            )
        # The standard allows no other methods; those unpack without a bound on what comes out.
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise self._damaged(f"{part} is packed by a method that Word does not use")
        # What the directory says may be a lie, so what comes out is counted too.
        size = entry.file_size
        self._refuse_size(part, size, limit)
        try:
            with self._zip.open(entry) as stream:
                size = 0
                while chunk := stream.read(_CHUNK_BYTES):
                    size += len(chunk)
                    self._refuse_size(part, size, limit)
                    yield chunk
        except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise self._damaged(f"{part} cannot be unpacked: {error}") from error

    def _refuse_size(self, part: str, size: int, limit: int) -> None:
        if size > limit:
            raise TooLargeError(
                where=self._where,
                what=f"unpacks to at least {size:,} bytes in {part}, the limit is {limit:,}",
                remedy="save the text of the report alone as .docx or .txt",
            )

    def _refuse_doctype(self) -> None:
        raise ReadError(
            where=self._where,
            what="has a document type declaration in its XML, which no Word file has",
            remedy=_REPAIR,
        )

    def _damaged(self, what: str) -> ReadError:
        return ReadError(where=self._where, what=f"is a damaged Word file ({what})", remedy=_REPAIR)


class _WithoutDoctype:
    """Passes an XML parser's reports on, but refuses a document type: it could define entities."""

    def __init__(self, target: _Target, refuse: Callable[[], None]) -> None:
        self.start = target.start
        self.end = target.end
        self.data = target.data
        self._refuse = refuse

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        self._refuse()

    def close(self) -> None:
        """Nothing to do: the target is closed by its owner."""


def _xml_encoding(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    return "utf-16-be" if head.startswith(codecs.BOM_UTF16_BE) else "utf-8"


def _local(tag: str) -> str:
    """Return a tag without its namespace, of which there are two (transitional and strict)."""
    return tag.rpartition("}")[2]


def _attribute(attributes: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in attributes.items() if _local(key) == name), None)


# --- the body -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Paragraph:
    """A paragraph while it is being read."""

    pieces: list[str] = field(default_factory=list)
    style: str | None = None
    numbering: str | None = None
    level: int | None = None
    is_joined: bool = False  # the mark at its end was deleted: it runs on into the next one


class _Body:
    """Collects the lines of the body as the parser reports them; depth costs no recursion."""

    def __init__(self, labels: _Labels) -> None:
        self._labels = labels
        self._page = Page()
        self._paragraphs: list[_Paragraph] = []  # a text box stands inside the one that holds it
        self._from_boxes: list[str] = []  # lines of text boxes, which follow the outer paragraph
        self._carried: list[str] = []  # text of paragraphs that run on
        self._properties: list[str] = []  # open property elements, pPr and rPr
        self._runs: list[bool] = []  # for each open run, whether it is hidden
        self._chosen: list[bool] = []  # for each open AlternateContent, whether one was taken
        self._unseen_depth = 0
        self._in_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if self._unseen_depth:
            self._unseen_depth += 1
        elif name in ("pPr", "rPr") and not self._paragraphs:
            self._unseen_depth = 1
        elif name in ("pPr", "rPr"):
            self._properties.append(name)
        elif self._properties:
            self._property(name, attributes)
        elif name in _UNSEEN or self._is_duplicate(name):
            self._unseen_depth = 1
        else:
            self._begin(name)

    def end(self, tag: str) -> None:
        name = _local(tag)
        if self._unseen_depth:
            self._unseen_depth -= 1
        elif self._properties:
            if name == self._properties[-1]:
                self._properties.pop()
        elif name == "p":
            self._end_paragraph()
        elif name == "r":
            self._runs.pop()
        elif name == "t":
            self._in_text = False
        elif name == "tr":
            self._page.close_row()
        elif name == "AlternateContent":
            self._chosen.pop()

    def data(self, data: str) -> None:
        if self._in_text and not self._unseen_depth:
            self._write(data)

    def close(self) -> str:
        """Return the text of what was reported."""
        self._write_lines("".join(self._carried))
        return self._page.text()

    def _is_duplicate(self, name: str) -> bool:
        """Tell whether an alternative repeats what was taken; the first one offered is taken."""
        if name not in ("Choice", "Fallback") or not self._chosen:
            return False
        taken = self._chosen[-1]
        self._chosen[-1] = True
        return taken

    def _begin(self, name: str) -> None:
        if name == "p":
            self._paragraphs.append(_Paragraph())
        elif name == "r":
            self._runs.append(False)
        elif name == "t":
            self._in_text = True
        elif name == "tr":
            self._page.open_row()
        elif name == "tc":
            self._page.open_cell()
        elif name == "AlternateContent":
            self._chosen.append(False)
        elif name in _CHARACTERS:
            self._write(_CHARACTERS[name])

    def _property(self, name: str, attributes: dict[str, str]) -> None:
        value = _attribute(attributes, "val")
        if name in ("del", "moveFrom") and self._properties == ["pPr", "rPr"]:
            self._paragraphs[-1].is_joined = True
        elif name in _UNSEEN:
            self._unseen_depth = 1
        elif name == "vanish" and self._properties == ["rPr"] and self._runs:
            self._runs[-1] = value not in _OFF
        elif name == "pStyle":
            self._paragraphs[-1].style = value
        elif name == "numId":
            self._paragraphs[-1].numbering = value
        elif name == "ilvl":
            self._paragraphs[-1].level = _number(value, default=0)

    def _write(self, text: str) -> None:
        if self._paragraphs and not (self._runs and self._runs[-1]):
            self._paragraphs[-1].pieces.append(text)

    def _end_paragraph(self) -> None:
        paragraph = self._paragraphs.pop()
        text = "".join(paragraph.pieces)
        if paragraph.is_joined:
            self._carried.append(text)
            return
        label = self._labels.next_label(paragraph.style, paragraph.numbering, paragraph.level)
        text = "".join([*self._carried, text])
        self._carried.clear()
        text = label + text if text.strip() else ""
        if self._paragraphs:
            self._from_boxes.append(text)
            return
        self._write_lines(text)
        for boxed in self._from_boxes:
            self._write_lines(boxed)
        self._from_boxes.clear()

    def _write_lines(self, text: str) -> None:
        for line in text.replace("\u00a0", " ").split("\n"):
            self._page.write(line.strip(" "))


# --- automatic numbers ----------------------------------------------------------------------------

#: Longer label patterns are not Word's, and would multiply with every paragraph.
_MAX_PATTERN: Final = 32
_PLACEHOLDER: Final = re.compile(r"%([1-9])")
_INTEGER: Final = re.compile(r"[0-9]{1,6}")

_DIGITS: Final = "〇一二三四五六七八九"
_FORMAL_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_FORMAL_DIGITS_TRADITIONAL: Final = "零壹貳參肆伍陸柒捌玖"
#: The units of a four-digit number, highest first; larger ones do not number paragraphs.
_UNITS: Final = ("千", "百", "十", "")
_FORMAL_UNITS: Final = ("仟", "佰", "拾", "")
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST_SPELT: Final = 9999


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: how its numbers are counted and shown."""

    start: int
    format: str  # as the file names it: 'decimal', 'chineseCounting', ...
    pattern: str  # '%1、', '（%2）', '%1.%2'
    restart: int | None  # restarts after a level below this one; None: after any level above
    is_legal: bool  # shows every number in it as decimal
    is_tight: bool  # nothing between the number and the text
    style: str | None  # the paragraph style that belongs to the level


@dataclass(frozen=True, slots=True)
class _List:
    """A list as paragraphs name it: counts belong to ``shared``, which several lists may share."""

    shared: str
    levels: Mapping[int, _Level]
    restarts: Mapping[int, int]  # levels that begin anew at a number when the list is first used


@dataclass(frozen=True, slots=True)
class _Style:
    """The list and level that a paragraph style brings; None where it leaves them to its base."""

    based_on: str | None
    numbering: str | None
    level: int | None


@dataclass(frozen=True, slots=True)
class _Numbering:
    lists: Mapping[str, _List]
    styles: Mapping[str, _Style]


class _Labels:
    """Counts the paragraphs of each list and says what Word shows in front of them."""

    def __init__(self, numbering: _Numbering) -> None:
        self._numbering = numbering
        self._counts: dict[str, dict[int, int]] = {}
        self._used: set[str] = set()

    def next_label(self, style: str | None, numbering: str | None, level: int | None) -> str:
        """Count one more paragraph and return its label, '' where it is not numbered."""
        styled = _style_numbering(self._numbering.styles, style)
        number = numbering if numbering is not None else styled.numbering
        listed = self._numbering.lists.get(number) if number is not None else None
        if number is None or listed is None:  # list 0, which never exists, switches numbers off
            return ""
        if level is None:
            level = _level_of_style(listed, style) if styled.level is None else styled.level
        if level not in listed.levels:
            return ""
        counts = self._counts.setdefault(listed.shared, {})
        if number not in self._used:
            self._used.add(number)
            counts.update({at: start - 1 for at, start in listed.restarts.items()})
        _count(counts, listed.levels, level)
        return _label(counts, listed.levels, level)


def _count(counts: dict[int, int], levels: Mapping[int, _Level], level: int) -> None:
    """Count a paragraph at ``level`` and forget the numbers of the levels that it restarts."""
    counts[level] = counts.get(level, levels[level].start - 1) + 1
    for deeper in [at for at in counts if at > level and at in levels]:
        restart = levels[deeper].restart
        if restart is None or level < restart:
            del counts[deeper]


def _label(counts: Mapping[int, int], levels: Mapping[int, _Level], level: int) -> str:
    shown = levels[level]
    if shown.format in ("bullet", "none"):
        return ""

    def number(placeholder: re.Match[str]) -> str:
        at = int(placeholder[1]) - 1
        if at not in levels:
            return ""
        kind = "decimal" if shown.is_legal else levels[at].format
        return number_text(counts.get(at, levels[at].start), kind)

    label = _PLACEHOLDER.sub(number, shown.pattern)
    return label if shown.is_tight or _needs_no_space(label) else label + " "


def _needs_no_space(label: str) -> bool:
    # By hand, nothing is written after 一、 or （一）, but a space after "1." or 第一章.
    if not label:
        return True
    return not label[-1].isascii() and unicodedata.category(label[-1])[0] == "P"


def number_text(number: int, format: str) -> str:
    """Write ``number`` (0 or more) in a number format of Word; one that is not known is decimal.

    >>> number_text(12, "chineseCounting"), number_text(105, "chineseCountingThousand")
    ('十二', '一百零五')
    >>> number_text(3, "decimalEnclosedCircleChinese"), number_text(4, "upperRoman")
    ('③', 'IV')
    """
    writer = _WRITERS.get(format, str)
    return writer(number) if 0 < number <= _LARGEST_SPELT else str(number)


def _spelt(number: int, digits: str = _DIGITS, units: tuple[str, ...] = _UNITS) -> str:
    """Spell 1 to 9999 with units and one zero for each gap: 一千零五, 一百一十."""
    zero = "零"
    spelt = ""
    for digit, unit in zip(f"{number:04d}", units, strict=True):
        if digit != "0":
            spelt += digits[int(digit)] + unit
        elif spelt and not spelt.endswith(zero):
            spelt += zero
    return spelt.rstrip(zero)


def _thousand(number: int) -> str:
    """Spell as Chinese is counted: like ``_spelt``, but 10 to 19 begin with 十."""
    spelt = _spelt(number)
    return spelt[1:] if 10 <= number < 20 else spelt


def _counting(number: int) -> str:
    """Spell up to 99; Word writes larger numbers digit by digit."""
    return _thousand(number) if number < 100 else _digit_by_digit(number)


def _japanese(number: int) -> str:
    """Spell without zeros and without 一 in front of a unit."""
    spelt = _spelt(number).replace("零", "")
    return re.sub("一(?=[千百十])", "", spelt)


def _digit_by_digit(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _formal(number: int) -> str:
    return _spelt(number, _FORMAL_DIGITS, _FORMAL_UNITS)


def _formal_traditional(number: int) -> str:
    return _spelt(number, _FORMAL_DIGITS_TRADITIONAL, _FORMAL_UNITS)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        text += letters * times
    return text


def _letters(number: int) -> str:
    """Write a, b, ... z, aa, bb: Word repeats the letter."""
    times, index = divmod(number - 1, 26)
    return chr(ord("a") + index) * (times + 1)


def _from(first: str, count: int) -> Callable[[int], str]:
    """Return a writer for a run of ``count`` characters in Unicode; beyond it, decimal."""
    return lambda number: chr(ord(first) + number - 1) if number <= count else str(number)


def _from_series(series: str) -> Callable[[int], str]:
    return lambda number: series[number - 1] if number <= len(series) else str(number)


def _full_width(number: int) -> str:
    return "".join(chr(ord("０") + int(digit)) for digit in str(number))


_WRITERS: Final[Mapping[str, Callable[[int], str]]] = {
    "chineseCounting": _counting,
    "chineseCountingThousand": _thousand,
    "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": _thousand,
    "japaneseCounting": _japanese,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "ideographDigital": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": _formal_traditional,
    "ideographTraditional": _from_series("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _from_series("子丑寅卯辰巳午未申酉戌亥"),
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "ideographEnclosedCircle": _from("㊀", 10),
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
}


def _style_numbering(styles: Mapping[str, _Style], name: str | None) -> _Style:
    """Follow a style to those it is based on until list and level are known."""
    numbering, level, seen = None, None, set()
    while name is not None and name in styles and name not in seen:
        seen.add(name)
        style = styles[name]
        numbering = style.numbering if numbering is None else numbering
        level = style.level if level is None else level
        name = style.based_on
    return _Style(based_on=None, numbering=numbering, level=level)


def _level_of_style(listed: _List, style: str | None) -> int:
    """Return the level that a style stands for in a list; the first where it stands for none."""
    named = (at for at, level in listed.levels.items() if style and level.style == style)
    return next(named, 0)


# --- the parts that define automatic numbers ------------------------------------------------------


def _styles(root: ElementTree.Element) -> dict[str, _Style]:
    styles = {}
    for element in _children(root, "style"):
        identifier = _attribute(element.attrib, "styleId")
        if identifier is not None:
            properties = _child(_child(element, "pPr"), "numPr")
            styles[identifier] = _Style(
                based_on=_value(element, "basedOn"),
                numbering=_value(properties, "numId"),
                level=_integer(properties, "ilvl"),
            )
    return styles


def _numbering(root: ElementTree.Element, styles: Mapping[str, _Style]) -> _Numbering:
    """Read the lists; a definition that only names a list style stands for that style's levels."""
    definitions = {
        _attribute(element.attrib, "abstractNumId") or "": element
        for element in _children(root, "abstractNum")
    }
    of_style = {
        style: element
        for element in definitions.values()
        if (style := _value(element, "styleLink")) is not None
    }
    lists = {}
    for element in _children(root, "num"):
        identifier = _attribute(element.attrib, "numId")
        shared = _value(element, "abstractNumId") or ""
        definition = definitions.get(shared)
        definition = of_style.get(_value(definition, "numStyleLink") or "", definition)
        if identifier is not None and definition is not None:
            shared = _attribute(definition.attrib, "abstractNumId") or ""
            lists[identifier] = _list(element, definition, shared)
    return _Numbering(lists=lists, styles=styles)


def _list(element: ElementTree.Element, definition: ElementTree.Element, shared: str) -> _List:
    levels = dict(map(_level, _children(definition, "lvl")))
    restarts = {}
    for override in _children(element, "lvlOverride"):
        levels.update(map(_level, _children(override, "lvl")))
        start = _integer(override, "startOverride")
        if start is not None:
            restarts[_number(_attribute(override.attrib, "ilvl"), default=0)] = start
    return _List(shared=shared, levels=levels, restarts=restarts)


def _level(element: ElementTree.Element) -> tuple[int, _Level]:
    legal = _child(element, "isLgl")
    # A format that Word added later stands in an alternative, with an old one after it.
    formats = [child for child in element.iter() if _local(child.tag) == "numFmt"]
    format_name = _attribute(formats[-1].attrib, "val") if formats else None
    level = _Level(
        start=_number(_value(element, "start"), default=1),
        format=format_name or "decimal",
        pattern=(_value(element, "lvlText") or "")[:_MAX_PATTERN],
        restart=_integer(element, "lvlRestart"),
        is_legal=legal is not None and _attribute(legal.attrib, "val") not in _OFF,
        is_tight=_value(element, "suff") == "nothing",
        style=_value(element, "pStyle"),
    )
    return _number(_attribute(element.attrib, "ilvl"), default=0), level


def _children(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [child for child in element if _local(child.tag) == name]


def _child(element: ElementTree.Element | None, name: str) -> ElementTree.Element | None:
    return None if element is None else next(iter(_children(element, name)), None)


def _value(element: ElementTree.Element | None, name: str) -> str | None:
    child = _child(element, name)
    return None if child is None else _attribute(child.attrib, "val")


def _integer(element: ElementTree.Element | None, name: str) -> int | None:
    value = _value(element, name)
    return None if value is None else _number(value, default=0)


def _number(value: str | None, *, default: int) -> int:
    return int(value) if value is not None and _INTEGER.fullmatch(value) else default

"""Parsing the XML of a part piece by piece, with bounds for everything that would grow with the part."""

from typing import Protocol
from xml.parsers.expat import ExpatError, ParserCreate

from pipeline.reading.workbook.damage import damaged
from pipeline.reading.workbook.parts import Part

PIECE = 64 * 1024
_MAX_TOKEN = 1024**2  # of a tag or comment; only ranges of conditional formats are ever that long
_MAX_DEPTH = 100
_MAX_NAMES = 20_000  # of elements and attributes; expat keeps all of them
_MAX_PREFIXES = 1000
_MAX_LIST = 16 * 1024**2  # of what parts an archive has
_OF_CELLS = frozenset({"c", "v", "t", "is", "f"})
_WORK_OF_OTHERS = 4  # which are not as many, or are longer
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_ENCODINGS = _UTF_8 | frozenset({"utf-16", "utf-16le", "utf-16be", "iso-8859-1"})
_NAMESPACES = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://schemas.openxmlformats.org/package/2006/relationships",
        "http://schemas.openxmlformats.org/package/2006/content-types",
    }
)
# Of alternatives the one for programs that know no extensions counts.
_CHOICE = "http://schemas.openxmlformats.org/markup-compatibility/2006 Choice"
Attributes = dict[str, str]


class Elements(Protocol):
    """What takes the elements of a part. Names are without namespace; elements of foreign ones have an empty name."""

    def start(self, name: str, attributes: Attributes) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


class XmlParser:
    """Expat, which has no bounds of its own: on depth, names, or the length of a tag."""

    def __init__(self, elements: Elements) -> None:
        self._elements = elements
        self._local_names: dict[str, str] = {}
        self._prefixes: set[str | None] = set()
        self._depth, self._skipped_from, self.fed, self.work = 0, 0, 0, 0
        self.is_utf_8 = True
        """Unless the part says otherwise."""
        self.last_end = -1
        """Where the last end tag begins, in bytes."""
        self._parser = parser = ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        if hasattr(parser, "SetReparseDeferralEnabled"):  # which guards against long tags; they are bounded here
            parser.SetReparseDeferralEnabled(False)
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.XmlDeclHandler, parser.StartDoctypeDeclHandler = self._check_encoding, _refuse_doctype
        parser.StartNamespaceDeclHandler = self._check_prefix

    def feed(self, piece: bytes, *, is_last: bool = False) -> None:
        self.fed += len(piece)
        try:
            self._parser.Parse(piece, is_last)
        except ExpatError as error:
            raise damaged(f"its XML is broken ({error})") from error
        if self.pending() > _MAX_TOKEN or len(self._parser.intern) > _MAX_NAMES:
            raise damaged("its XML has tags that no spreadsheet program writes")

    def pending(self) -> int:
        """How many bytes expat has taken of a tag that has not ended yet. It reads them again with every piece."""
        return self.fed - max(self._parser.CurrentByteIndex, 0)

    def is_skipping(self) -> bool:
        return self._skipped_from > 0

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise damaged("its XML is nested too deeply")
        if name == _CHOICE and not self._skipped_from:
            self._skipped_from = self._depth
        local = self._local_name(name)
        self.work += 1 if local in _OF_CELLS else _WORK_OF_OTHERS
        if not self._skipped_from:
            self._elements.start(local, attributes)

    def _end(self, name: str) -> None:
        self.last_end = self._parser.CurrentByteIndex
        if not self._skipped_from:
            self._elements.end(self._local_name(name))
        elif self._skipped_from == self._depth:
            self._skipped_from = 0
        self._depth -= 1

    def _text(self, text: str) -> None:
        if not self._skipped_from:
            self._elements.text(text)

    def _local_name(self, name: str) -> str:
        local = self._local_names.get(name)
        if local is None:
            namespace, _, local = name.rpartition(" ")
            local = local if namespace in _NAMESPACES else ""
            self._local_names[name] = local
        return local

    def _check_prefix(self, prefix: str | None, _address: str) -> None:
        self._prefixes.add(prefix)
        if len(self._prefixes) > _MAX_PREFIXES:
            raise damaged("its XML has too many namespaces")

    def _check_encoding(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in _ENCODINGS:
            raise damaged(f"its XML is in the encoding {encoding}")
        self.is_utf_8 = encoding is None or encoding.lower() in _UTF_8


def _refuse_doctype(*_declaration: object) -> None:
    raise damaged("its XML declares entities or a document type")


def parse_part(part: Part, elements: Elements, *, most_bytes: int = _MAX_LIST) -> None:
    """Parses a part to its end."""
    parser = XmlParser(elements)
    while piece := part.read(max(PIECE, parser.pending())):
        parser.feed(piece)
        part.check_work(parser.work)
        if parser.fed > most_bytes:
            raise damaged("it has parts that are longer than any spreadsheet program writes them")
    parser.feed(b"", is_last=True)

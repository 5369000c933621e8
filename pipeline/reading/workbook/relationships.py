"""How parts of a workbook name each other."""

from posixpath import basename, dirname, join, normpath
from urllib.parse import unquote

from pipeline.reading.workbook.damage import damaged
from pipeline.reading.workbook.parts import Parts
from pipeline.reading.workbook.xml_parts import Attributes, parse_part

_MOST = 10_000
_MAX_LENGTH = 1000
_KINDS = frozenset({"officeDocument", "worksheet", "sharedStrings", "styles"})


class Relationships:
    """What a part names: other parts of the workbook, by id and by kind. Files elsewhere are not looked at."""

    def __init__(self, source: str) -> None:
        self._folder = dirname(source)
        self._targets: dict[str, tuple[str, str]] = {}

    def first(self, kind: str) -> str | None:
        return next((target for found, target in self._targets.values() if found == kind), None)

    def sheet(self, relationship_id: str) -> str | None:
        """The part of a sheet of cells; None for charts, dialogs and macros."""
        kind, target = self._targets.get(relationship_id, ("", ""))
        return target if kind == "worksheet" else None

    def start(self, name: str, attributes: Attributes) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "")
        if name == "Relationship" and kind in _KINDS and attributes.get("TargetMode") != "External":
            self._add(attributes.get("Id", ""), kind, target)

    def _add(self, relationship_id: str, kind: str, target: str) -> None:
        if len(self._targets) >= _MOST or len(target) > _MAX_LENGTH or len(relationship_id) > _MAX_LENGTH:
            raise damaged("it has too many parts")
        self._targets.setdefault(relationship_id, (kind, normpath(join("/", self._folder, unquote(target)))))

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


def relationships_of(parts: Parts, source: str) -> Relationships:
    """Of a part, or of the whole workbook if `source` is empty. None if they are missing."""
    relationships = Relationships(source)
    name = join(dirname(source), "_rels", f"{basename(source)}.rels")
    if name in parts:
        with parts.open(name) as part:
            parse_part(part, relationships)
    return relationships

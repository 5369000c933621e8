"""Downloads: browsers save them, under names that are safe in headers and file systems."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from pipeline.domain.one_line import one_line

AS_IT_IS = "identity"
"""The content encoding of every download: the bytes are not compressed."""

REPORT_TYPE, FILE_TYPE = "text/csv; charset=utf-8", "application/octet-stream"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MAX_NAME_LENGTH, _ENDING_LENGTH = 150, 20
# Path separators, and characters with a special meaning in some file systems or header parsers.
_UNSAFE = re.compile(r'[/\\:*?"<>|%;]')
# The characters that RFC 5987 leaves unencoded, besides letters and digits.
_ATTRIBUTE_CHARACTERS = "!#$&+-.^_`|~"


@dataclass(frozen=True, slots=True)
class Attachment:
    """The file name and content type of a download."""

    file_name: str
    content_type: str

    @property
    def disposition(self) -> str:
        """The header Content-Disposition (RFC 6266): the name in ASCII and, if that differs, the real name."""
        name = safe_name(self.file_name)
        in_ascii = _in_ascii(name)
        plain = f'attachment; filename="{in_ascii}"'
        return plain if in_ascii == name else f"{plain}; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE_CHARACTERS)}"


def report_attachment(key: str) -> Attachment:
    """A report, named as the last part of its key."""
    return Attachment(key.rpartition("/")[2], WORKBOOK_TYPE if key.endswith(".xlsx") else REPORT_TYPE)


def file_attachment(file_name: str) -> Attachment:
    """A vendor's own file, always sent as plain bytes so that no browser interprets it."""
    return Attachment(file_name, FILE_TYPE)


def safe_name(file_name: str) -> str:
    """A file name on one line, without path separators; a long one is shortened before its ending."""
    name = _UNSAFE.sub("_", one_line(file_name, 1024)).strip(". ")
    if len(name) > _MAX_NAME_LENGTH:
        name = f"{name[: _MAX_NAME_LENGTH - _ENDING_LENGTH]}_{name[-_ENDING_LENGTH:]}"
    return name or "file.csv"


def _in_ascii(name: str) -> str:
    """The name in ASCII: letters without their accents, `_` for any other character."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return _UNSAFE.sub("_", plain.encode("ascii", "replace").decode())

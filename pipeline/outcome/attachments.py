"""Downloads: a browser saves each of them, under a name that is safe in a header and on a disk."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from pipeline.domain.one_line import one_line

AS_IT_IS = "identity"
"""The content encoding of every download: bytes as they are stored."""

REPORT_TYPE, FILE_TYPE = "text/csv; charset=utf-8", "application/octet-stream"

_MAX_NAME_LENGTH, _ENDING_LENGTH = 150, 20
# Separators of paths, and what some file system or some reader of headers takes for more than a letter.
_UNSAFE = re.compile(r'[/\\:*?"<>|%;]')
# What RFC 5987 lets stand for itself, besides letters and digits.
_ATTRIBUTE_CHARACTERS = "!#$&+-.^_`|~"


@dataclass(frozen=True, slots=True)
class Attachment:
    """How a download is answered: to be saved, under this name, as this type."""

    file_name: str
    content_type: str

    @property
    def disposition(self) -> str:
        """The header Content-Disposition (RFC 6266): the name in ASCII and, where that is not all of it, as it is."""
        name = safe_name(self.file_name)
        in_ascii = _in_ascii(name)
        plain = f'attachment; filename="{in_ascii}"'
        return plain if in_ascii == name else f"{plain}; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE_CHARACTERS)}"


def report_attachment(key: str) -> Attachment:
    """A report of ours, named as the last part of its key."""
    return Attachment(key.rpartition("/")[2], REPORT_TYPE)


def file_attachment(file_name: str) -> Attachment:
    """A vendor's own file: whatever it says it is, it is bytes."""
    return Attachment(file_name, FILE_TYPE)


def safe_name(file_name: str) -> str:
    """A file's name on one line, without separators of paths; a long one keeps its ending."""
    name = _UNSAFE.sub("_", one_line(file_name, 1024)).strip(". ")
    if len(name) > _MAX_NAME_LENGTH:
        name = f"{name[: _MAX_NAME_LENGTH - _ENDING_LENGTH]}_{name[-_ENDING_LENGTH:]}"
    return name or "file.csv"


def _in_ascii(name: str) -> str:
    """The name for programs that know no other: letters without their accents, `_` for all others."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return _UNSAFE.sub("_", plain.encode("ascii", "replace").decode())

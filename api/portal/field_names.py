"""The fields of an upload's file as its vendor knows them: by the headers of the file."""

from dataclasses import dataclass

from pipeline.domain.columns import stored_header
from pipeline.domain.header_names import normalize_header
from pipeline.domain.one_line import one_line
from pipeline.postgres.rows import Upload

_LONGEST_HEADER = 60


@dataclass(frozen=True, slots=True)
class FieldName:
    """A header as the file spells it, and our column if that is another word; our column alone if the file lacks it."""

    name: str
    column: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.column})" if self.column else self.name


class FieldNames:
    """The names of columns in one file. Without an upload, they are our own."""

    def __init__(self, upload: Upload | None = None) -> None:
        header = stored_header((upload.file_columns if upload else None) or ())
        self._headers = {column: each.header for each in reversed(header) for column in each.columns}

    def of(self, column: str) -> FieldName:
        header = one_line(self._headers.get(column, ""), _LONGEST_HEADER)
        if not header:
            return FieldName(column)
        return FieldName(header, None if normalize_header(header) == normalize_header(column) else column)

    def of_error(self, error_field: str | None) -> list[FieldName]:
        """Of the field of an error, or of each one in a list of missing fields."""
        return [self.of(column) for column in error_field.split(",")] if error_field else []

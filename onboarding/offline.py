"""Checks a file on the vendor's own machine, with the same code as the service.

Covers rules 1 to 5, the further codes, and duplicates within the file: what is wrong whatever products the catalogue
has. Makes two passes, as the service does: whether
a file is acceptable at all is known only at its end. Memory stays flat, however long the file is.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from onboarding.rules_document import RulesDocument
from pipeline.checking.categories import AnyCategory
from pipeline.checking.conflicts import columns_of, in_report_order, judge, repeated_sku
from pipeline.checking.rules import Categories
from pipeline.checking.survey import StagedRecord, Survey, rejected_records, survey
from pipeline.domain.cells import clean
from pipeline.domain.columns import Column, listed_columns
from pipeline.domain.decisions import NO_DECISIONS, Decisions
from pipeline.domain.errors import ErrorType, RowError, shorten_value
from pipeline.domain.failures import Failure, Limits, UnacceptableFile, check_size
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.left_out import LeftOut
from pipeline.reading.encodings.decoding import Source

PASSES = 3
"""How often a file is read at most: for its encoding, for the survey, and for the errors."""

_MOST_CAUSES = 1_000
_ROWS_PER_CAUSE = 5
_LONGEST_CAUSE = 1_000
_LONGEST_ID = 100

RecordError = tuple[StagedRecord, RowError]


@dataclass
class Cause:
    """Errors that one correction settles: how many, their first rows, and what to write instead if that is clear."""

    error_type: str
    error_field: str | None
    value: str | None
    suggestion: str | None
    count: int = 0
    rows: list[int] = field(default_factory=list)


class FileCheck:
    """The check of one file. `failure` says why the service would not accept the file; `columns` are those of its
    header, as far as they are known.

    Without a failure, counts and causes are complete once `errors` has been read to its end.
    """

    def __init__(
        self,
        path: Path,
        document: RulesDocument | None,
        on_bytes: Callable[[int], object],
        decisions: Decisions = NO_DECISIONS,
    ) -> None:
        self.decisions = decisions
        self._source = _source(path, on_bytes)
        self._limits = document.limits if document else Limits()
        self._categories = Categories(document.categories, document.aliases) if document else AnyCategory()
        self._survey: Survey | None = None
        self.failure: Failure | None = None
        self.columns: tuple[Column, ...] = ()
        self.errors_by_type: Counter[str] = Counter()
        self.rejected = 0
        self._left_out = LeftOut()
        self._causes: dict[tuple[str, str | None, str | None], Cause] = {}
        self.sheet_rows: dict[int, int] = {}
        """Where a spreadsheet shows the rows of the causes, by row number."""
        try:
            check_size(path.stat().st_size, self._limits.file_bytes)
            self._survey = survey(
                self._source,
                self._categories,
                self._limits,
                scratch=TemporaryFile,
                decisions=decisions,
                with_sha256=False,
            )
            self.columns = self._survey.format.columns
        except UnacceptableFile as refused:
            self.failure, self.columns = refused.failure, refused.detected_format.columns

    @property
    def survey(self) -> Survey:
        if self._survey is None:
            raise ValueError("a file that is not accepted has no rows")
        return self._survey

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that a row may name; empty if categories are not checked."""
        return self._categories.names

    @property
    def is_sound(self) -> bool:
        return self.failure is None and not self.rejected

    def errors(self) -> Iterator[RecordError]:
        """Every error in report order, one at a time."""
        for staged in rejected_records(self._source, self.survey, self._limits):
            errors = self._errors_of(staged)
            self.rejected += bool(errors)
            for error in errors:
                self._count(staged, error)
                yield staged, error

    def causes(self) -> list[Cause]:
        """The most frequent first."""
        return sorted(self._causes.values(), key=lambda cause: -cause.count)

    def summary(self) -> dict[str, Any]:
        """The counts, failure and warnings of an upload of this file, as far as the file alone decides them."""
        result = self._survey
        total = result.total_records if result else None
        in_workbook = result is not None and result.format.file_format == FileFormat.XLSX
        return {
            "mode": self.decisions.mode,
            "columns": list(listed_columns(self.columns)),
            "total_records": total,
            "valid_records": (total or 0) - self.rejected,
            "error_records": self.rejected,
            "errors_by_type": dict(self.errors_by_type),
            "failure": self.failure.as_json() if self.failure else None,
            "warnings": [
                asdict(warning) | {"severity": warning.severity}
                for warning in (*(result.warnings if result else ()), *self._left_out.warning(in_workbook=in_workbook))
            ],
            "categories_checked": not isinstance(self._categories, AnyCategory),
        }

    def _errors_of(self, staged: StagedRecord) -> list[RowError]:
        judged = judge(staged, self.survey.format.layout, self._categories)
        errors = list(judged.errors)
        if "sku" not in staged.record.needed and not staged.earlier_vendor_product_id:
            # Of two products with one SKU, at least one is rejected; the service may reject the other and name its SKU.
            errors += repeated_sku(staged)
        if errors:
            return in_report_order([*errors, *judged.left_out])
        row = staged.record.row
        self._left_out = self._left_out.with_records([((row.line, row.sheet_row), columns_of(judged.left_out))])
        return []

    def _count(self, staged: StagedRecord, error: RowError) -> None:
        self.errors_by_type[error.error_type] += 1
        is_cause = error.error_type == ErrorType.INVALID_CATEGORY and len(self._causes) < _MOST_CAUSES
        value = error.value if is_cause else None
        # Compared as rule 5 compares categories, but cut: up to a thousand of them stay in memory.
        category = clean(value)[:_LONGEST_CAUSE] if value else None
        key = error.error_type, error.error_field, category and category.casefold()
        if key not in self._causes:
            suggestion = error.suggestion if value else None
            self._causes[key] = Cause(error.error_type, error.error_field, category, suggestion)
        cause = self._causes[key]
        cause.count += 1
        if len(cause.rows) < _ROWS_PER_CAUSE:
            cause.rows.append(staged.row_number)
            self.sheet_rows[staged.row_number] = staged.record.row.sheet_row


def as_json(staged: StagedRecord, error: RowError) -> dict[str, Any]:
    """An error with the field names of the REST API."""
    row, record = staged.record.row, staged.record
    return {
        "row_number": row.row_number,
        "line": row.line,
        "sheet_row": row.sheet_row,
        "vendor_product_id": record.key("vendor_product_id")[:_LONGEST_ID] or None,
        "sku": record.key("sku")[:_LONGEST_ID] or None,
        "error_type": error.error_type,
        "error_field": error.error_field,
        "error_message": error.message,
        "value": shorten_value(error.value),
        "suggestion": error.suggestion,
        "conflict": error.conflict,
    }


def _source(path: Path, on_bytes: Callable[[int], object]) -> Source:
    def open_file() -> BinaryIO:
        return io.BufferedReader(_CountingFile(path, on_bytes), 1 << 18)

    return open_file


class _CountingFile(io.FileIO):
    """A file that reports how many bytes are read from it."""

    def __init__(self, path: Path, on_bytes: Callable[[int], object]) -> None:
        super().__init__(path)
        self._on_bytes = on_bytes

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer) or 0
        self._on_bytes(count)
        return count

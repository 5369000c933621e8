"""The survey: the first pass over a file, before any record is staged.

It writes nothing. Its result, or the failure that it raises, depends only on the file's bytes and the categories.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipeline.checking.duplicates import Collisions, FirstRows, Scratch
from pipeline.checking.fast_path import sound_line_finder
from pipeline.checking.guard_evidence import GuardEvidence
from pipeline.checking.known_records import KnownRecords, Verdict
from pipeline.checking.number_evidence import NumberEvidence
from pipeline.checking.rules import Categories, is_sound
from pipeline.checking.warnings.converted_weights import ConvertedWeights
from pipeline.checking.warnings.suspicions import suspicions_of
from pipeline.checking.warnings.value_warnings import ValueWarnings
from pipeline.domain.cells import as_received
from pipeline.domain.columns import is_escaped
from pipeline.domain.decisions import NO_DECISIONS, Decisions
from pipeline.domain.failures import FileWarning, Limits, UnacceptableFile
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.layout import Layout
from pipeline.domain.numbers import NumberReadings
from pipeline.domain.records import Record, Row, ShortRows, SoundRows
from pipeline.reading.encodings.decoding import Source
from pipeline.reading.header.missing_columns import MissingColumns
from pipeline.reading.lineage import SAMPLE_ROWS, FixFileRow, Marks, marks_of
from pipeline.reading.lines import Block
from pipeline.reading.passed_bytes import passing_bytes
from pipeline.reading.reader import open_sheet, reopen
from pipeline.reading.row_lines import RowLines
from pipeline.reading.rows.sheet_rows import SoundLines
from pipeline.reading.rows.split_rows import AnyRows
from pipeline.reading.sheet import JOINED_BY, Format, Sheet, detected_format

UNSOUND, REPEATS_SKU, REPEATS_VENDOR_PRODUCT_ID, LEAVES_OUT = 1, 2, 4, 8
"""What can be wrong with a row within its file: rules 1 to 5 or its quotes; rule 6; rule 7; values that are left out,
which do not reject it."""


@dataclass(frozen=True, slots=True)
class EarlierRows:
    """The earlier rows of a file that have the SKU, or the vendor product id, of later ones.

    `marks` has one byte per row, by row number: 0 for a row without errors. `lines` are the places of all rows.
    """

    marks: bytearray = field(repr=False)
    sku: Collisions
    vendor_product_id: Collisions
    lines: RowLines

    def sku_holder(self, row_number: int) -> "EarlierRow | None":
        has_one = self.marks[row_number] & REPEATS_SKU
        return self._earlier(self.sku.holder(row_number)) if has_one else None

    def vendor_product_id_holder(self, row_number: int) -> "EarlierRow | None":
        has_one = self.marks[row_number] & REPEATS_VENDOR_PRODUCT_ID
        return self._earlier(self.vendor_product_id.holder(row_number)) if has_one else None

    def _earlier(self, row_number: int) -> "EarlierRow":
        place = self.lines.place_of(row_number)
        return EarlierRow(row_number, place.line, place.sheet_row)


class EarlierRow(NamedTuple):
    """An earlier row of the same file, the line on which it starts, or 0, and its sheet row, or 0."""

    row_number: int
    line: int = 0
    sheet_row: int = 0


@dataclass(frozen=True, slots=True)
class Survey:
    """The result of the first pass over a file that can be accepted."""

    format: Format
    total_records: int
    sha256: str | None
    warnings: list[FileWarning]
    earlier: EarlierRows
    fix_file_rows: Sequence[FixFileRow] = ()
    """The first rows of a fix file, which identify its parent upload."""


class StagedRecord(NamedTuple):
    """A record on its way to a validator, with the earlier rows of its file that have the same keys."""

    record: Record
    earlier_sku: EarlierRow | None = None
    earlier_vendor_product_id: EarlierRow | None = None

    @property
    def has_earlier(self) -> bool:
        """Whether an earlier row of the file has one of its keys."""
        return self.earlier_sku is not None or self.earlier_vendor_product_id is not None

    @property
    def row_number(self) -> int:
        return self.record.row_number


def survey(
    source: Source,
    categories: Categories,
    limits: Limits,
    *,
    scratch: Scratch,
    decisions: Decisions = NO_DECISIONS,
    currency: str = "",
    known: NumberReadings | None = None,
    with_sha256: bool = True,
    guards: GuardEvidence | None = None,
) -> Survey:
    """Reads the entire file. Raises UnacceptableFile for a file that cannot be accepted.

    `scratch` opens temporary files for the keys of files with more than about 100,000 rows. `currency` is that of the
    installation, if it has one. `known` is how numbers are read whatever the other cells of their columns are: as an
    earlier survey found, or as in the upload that a fix file corrects, which had more rows. `guards` collects what is
    compared with the catalogue.
    """
    digest = hashlib.sha256() if with_sha256 else None
    assumed = NumberReadings.before_reading(decisions.number_format, currency, known)
    sheet = _open_sheet(source, limits, decisions, assumed, categories)
    hashed = passing_bytes(sheet, source, digest.update) if digest else sheet
    result, evidence = _read_once(hashed, categories, scratch, known, guards)
    numbers = evidence.readings()
    is_as_assumed = not evidence.changes_cells(numbers)
    sheet = sheet.again(Layout(sheet.format.columns, decisions, numbers))
    if not is_as_assumed:
        result, _ = _read_once(sheet, categories, scratch, known, guards)
    return replace(result, format=sheet.format, sha256=digest.hexdigest() if digest else None)


def _open_sheet(
    source: Source, limits: Limits, decisions: Decisions, numbers: NumberReadings, categories: Categories
) -> Sheet:
    """Opens the file. A refusal for missing columns says what its headers are probably meant for."""
    try:
        return open_sheet(source, limits, decisions, numbers)
    except MissingColumns as refused:
        from pipeline.checking.proposals.propose import proposal_for  # imported here because few files need it

        with suppress(Exception):  # a fault in guessing must not keep the vendor from the answer
            refused.add(proposal_for(refused, categories))
        raise


def _read_once(
    sheet: Sheet,
    categories: Categories,
    scratch: Scratch,
    known: NumberReadings | None,
    guards: GuardEvidence | None,
) -> tuple[Survey, NumberEvidence]:
    """Reads the file with its numbers as the sheet's layout assumes, and finds how they are written."""
    layout, limits = sheet.format.layout, sheet.limits
    sound = sound_line_finder(layout, sheet.format.delimiter or JOINED_BY, categories, limits)
    with closing(FirstRows(scratch)) as skus, closing(FirstRows(scratch)) as vendor_product_ids:
        first_pass = _FirstPass(layout, categories, skus, vendor_product_ids, known, guards)
        try:
            first_pass.add_all(sheet.row_groups(sound, first_pass.is_record))
        except UnacceptableFile as refused:
            read = sheet.format
            refused.detected_format = detected_format(read.encoding, read.head, limits, read.file_format, read.sheet)
            raise
        earlier = first_pass.earlier_rows()
    in_workbook = sheet.format.file_format == FileFormat.XLSX
    warnings = [
        *sheet.warnings(),
        *first_pass.weights.warning(in_workbook=in_workbook),
        *first_pass.values.warnings(in_workbook=in_workbook),
    ]
    result = Survey(sheet.format, first_pass.lines.rows, None, warnings, earlier, first_pass.fix_file_rows)
    return result, first_pass.numbers


class _FirstPass:
    """Collects what the survey needs to know of each row."""

    def __init__(
        self,
        layout: Layout,
        categories: Categories,
        skus: FirstRows,
        vendor_product_ids: FirstRows,
        known: NumberReadings | None,
        guards: GuardEvidence | None,
    ) -> None:
        self._layout, self._categories, self._fix_file = layout, categories, marks_of(layout.columns)
        self._is_escaped = is_escaped(layout.columns)
        self._skus, self._vendor_product_ids = skus, vendor_product_ids
        self.lines, self._marks = RowLines(), bytearray(1)
        self.weights, self.values = ConvertedWeights(layout.columns), ValueWarnings()
        self.numbers = NumberEvidence(layout.numbers, layout.decisions, known)
        self.fix_file_rows: list[FixFileRow] = []
        self._guards = guards
        if guards:
            guards.begin(layout)
        self._known = KnownRecords()

    def is_record(self, cells: Sequence[str]) -> bool:
        """Whether cells are a record without errors."""
        row = Row(0, 0, 0, [as_received(cell) for cell in cells] if self._is_escaped else list(cells))
        return is_sound(self._layout.record(row), self._categories)

    def add_all(self, rows: Iterable[AnyRows]) -> None:
        for row in rows:
            if isinstance(row, SoundRows):
                self.add_sound(row)
            elif isinstance(row, ShortRows):
                for line, sheet_row in zip(row.lines, row.sheet_rows, strict=True):
                    self.lines.add(line, sheet_row)
                self._marks.extend(bytes((UNSOUND,)) * row.count)
            else:
                self.add(row)

    def add_sound(self, rows: SoundRows) -> None:
        self.lines.add(rows.line, rows.sheet_row, rows.count)
        self._marks.extend(bytes(rows.count))
        self.weights.add_sound(rows)
        self.values.add_sound(rows)
        if rows.keys:
            self._skus.add(rows.keys.skus, rows.row_number)
            self._vendor_product_ids.add(rows.keys.vendor_product_ids, rows.row_number)
            self.numbers.add_sound(rows.keys.numbers, rows.number_cells)
        if self._guards:
            self._guards.add_sound(rows)

    def add(self, row: Row) -> None:
        self.lines.add(row.line, row.sheet_row)
        self._marks.append(UNSOUND)
        if self._fix_file and len(self.fix_file_rows) < SAMPLE_ROWS:
            self._add_fix_file_row(row, self._fix_file)
        if not row.is_malformed:
            self._add_verdict(self._known.verdict(row, self._judge))

    def _add_fix_file_row(self, row: Row, marks: Marks) -> None:
        if sample := marks.fix_file_row(self._layout.record(row)):
            self.fix_file_rows.append(sample)

    def _judge(self, row: Row) -> Verdict:
        record = self._layout.record(row)
        sound = is_sound(record, self._categories)
        holds = sound or (not self._layout.decisions.only_creates and self._may_be_accepted(record))
        self.numbers.add(record)  # the same cells show nothing new
        mark = self._mark_of_sound(record) if sound else UNSOUND
        suspicions = [] if self._layout.is_export else list(suspicions_of(record))  # they are the catalogue's
        return Verdict(record, mark, sound, holds, suspicions)

    def _add_verdict(self, verdict: Verdict) -> None:
        record, row_number, holds = verdict.record, verdict.record.row_number, verdict.holds
        self._marks[-1] = verdict.mark
        if verdict.is_sound and self._guards:
            self._guards.add(record)
        self.weights.add(record)
        self.values.add(record, verdict.suspicions, is_sound=verdict.is_sound)
        self._skus.add_one(record["sku"], row_number, holds=holds)
        self._vendor_product_ids.add_one(record["vendor_product_id"], row_number, holds=holds)

    def _mark_of_sound(self, record: Record) -> int:
        is_complete = not record.leaves_out or is_sound(replace(record, leaves_out=False), self._categories)
        return 0 if is_complete else LEAVES_OUT

    def _may_be_accepted(self, record: Record) -> bool:
        """Whether a record is right if the catalogue has the values that it lacks, or that are wrong in an export."""
        return self._layout.is_export or is_sound(record, self._categories, but_for_missing=True)

    def earlier_rows(self) -> EarlierRows:
        """Call it once, after all rows are added."""
        skus, vendor_product_ids = self._skus.collisions(), self._vendor_product_ids.collisions()
        for mark, rows in (
            (REPEATS_SKU, skus.rows),
            (REPEATS_VENDOR_PRODUCT_ID, vendor_product_ids.rows),
        ):
            for row_number in rows:
                self._marks[row_number] |= mark
        return EarlierRows(self._marks, skus, vendor_product_ids, self.lines)


def staged_records(
    source: Source, file_survey: Survey, limits: Limits, *, after_row: int = 0
) -> Iterator[StagedRecord]:
    """The second pass: every record of a surveyed file after `after_row`, in order."""
    layout = file_survey.format.layout
    for row in reopen(source, file_survey.format, limits).rows():
        if row.row_number > after_row:
            number = row.row_number
            earlier = file_survey.earlier
            yield StagedRecord(layout.record(row), earlier.sku_holder(number), earlier.vendor_product_id_holder(number))


def rejected_records(source: Source, file_survey: Survey, limits: Limits) -> Iterator[StagedRecord]:
    """Every record of a surveyed file that has errors within the file, or values that are left out, in order."""
    rejected = _RejectedRows(file_survey)
    layout, earlier = file_survey.format.layout, file_survey.earlier
    if rejected.last:
        for row in reopen(source, file_survey.format, limits).row_groups(rejected.lines_between):
            if isinstance(row, Row) and earlier.marks[row.row_number]:
                number = row.row_number
                yield StagedRecord(
                    layout.record(row), earlier.sku_holder(number), earlier.vendor_product_id_holder(number)
                )
                if number == rejected.last:
                    return


class _RejectedRows:
    """The rejected rows of a surveyed file, and the lines between them, which need not be split again."""

    def __init__(self, file_survey: Survey) -> None:
        self._lines, self._marks = file_survey.earlier.lines, file_survey.earlier.marks
        self.last = max(len(self._marks.rstrip(b"\0")) - 1, 0)

    def lines_between(self, block: Block, at: int) -> SoundLines:
        """The lines from `at` on, up to a rejected row, that are each a row."""
        # Only the lines on which rows start are known: a row is a single line if the next one starts on the line below.
        run = self._lines.rows_from(block.first + at)
        if run is None:
            return SoundLines(0)
        row, last = run
        end = min(last, row + len(block.texts) - at)
        sound = _SOUND.match(self._marks, row, end)
        return SoundLines(sound.end() - row if sound else 0)


_SOUND = re.compile(rb"\0+")

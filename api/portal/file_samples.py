"""The first cells below the header of a stored file that was read without a doubt; nothing depends on them."""

import csv
import io
from collections.abc import Sequence
from itertools import islice

from pipeline.domain.cells import clean
from pipeline.domain.columns import stored_header
from pipeline.domain.proposals import HeaderProposal, Proposal
from pipeline.postgres.rows import Upload
from pipeline.services import Services

_MOST_ROWS = 50


def samples_in_file(upload: Upload, services: Services) -> Proposal | None:
    """The headers with their cells, as in a proposal that proposes no columns; None if they cannot be had simply."""
    headers = [column.header for column in stored_header(upload.file_columns or ())]
    if not (upload.file_version_id and upload.file_header_row):
        return None
    file = (upload.file_s3_key, upload.file_version_id, upload.file_size_bytes or 0, services.settings.limits)
    if upload.file_sheet:
        rows = services.stored_files.rows_of_sheet(
            *file, sheet=upload.file_sheet, below=upload.file_header_row, most=_MOST_ROWS
        )
    elif upload.file_encoding and upload.file_delimiter:
        content = services.stored_files.beginning(*file)
        rows = first_rows(content, upload.file_encoding, upload.file_delimiter, upload.file_header_row, headers)
    else:
        return None
    cells = [[row[at] for row in rows if at < len(row) and clean(row[at])] for at in range(len(headers))]
    return Proposal(
        tuple(HeaderProposal(header, tuple(each[:3]), None, 0.0) for header, each in zip(headers, cells, strict=True))
    )


def first_rows(
    content: bytes, encoding: str, delimiter: str, header_row: int, headers: Sequence[str]
) -> list[list[str]]:
    """Rows of the beginning of a file; none if its header is not where it should be. The last row may be cut off."""
    try:
        text = content.decode(encoding, errors="ignore").lstrip("\ufeff")
        lines = io.StringIO(text.partition("\n")[2] if text[:5].strip('"').startswith("sep=") else text, newline="")
        rows = list(islice(csv.reader(lines, delimiter=delimiter), header_row + _MOST_ROWS))
    except (LookupError, csv.Error):
        return []
    is_header = len(rows) >= header_row and [*map(clean, rows[header_row - 1])] == [*map(clean, headers)]
    return rows[header_row:-1] or rows[header_row:] if is_header else []

"""The headers of an upload's file as its vendor chooses among them: each with a name of its own and three cells."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from api.schemas.decisions import MAX_HEADER_LENGTH
from pipeline.domain.cells import clean
from pipeline.domain.columns import Column, MatchedBy, is_mark, stored_header
from pipeline.domain.one_line import one_line
from pipeline.domain.proposals import HeaderProposal, Proposal
from pipeline.postgres.remembered_headers import name_of
from pipeline.postgres.rows import Upload

_LONGEST_NAME, _LONGEST_SAMPLE = 120, 60
_PAGE_BYTES = 60_000
"""What all names and cells together may take of a page."""


@dataclass(frozen=True, slots=True)
class FileHeader:
    """`name` is its header on one line, shortened, and like no other in the file."""

    position: int
    header: str
    name: str
    samples: tuple[str, ...]
    columns: tuple[str, ...] = ()
    matched_by: MatchedBy | None = None
    problem: str | None = None
    """Why it cannot be chosen."""


def file_headers(upload: Upload, proposal: Proposal | None) -> list[FileHeader]:
    """In the order of the file; empty if its header could not be read. The cells are those of the proposal."""
    proposed = proposal.columns if proposal else ()
    columns = stored_header(upload.file_columns or ()) or tuple(Column(each.header, None) for each in proposed)
    most = _PAGE_BYTES // max(1, len(columns))
    names = _unique_names(columns, max(16, min(_LONGEST_NAME, most // 3)))
    samples = _samples(columns, proposed, max(8, min(_LONGEST_SAMPLE, most // 6)))
    counts = Counter(clean(column.header) for column in columns)
    return [
        FileHeader(at, column.header, name, cells, column.columns, column.matched_by, _problem(column, counts))
        for at, (column, name, cells) in enumerate(zip(columns, names, samples, strict=True))
    ]


def can_be_named(header: str) -> bool:
    """Whether a decision can name it."""
    return bool(name_of(header)) and len(header) <= MAX_HEADER_LENGTH and not is_mark(Column(header, None))


def _problem(column: Column, counts: Counter[str]) -> str | None:
    if is_mark(column):
        return "no product data"
    if not name_of(column.header):
        return "no name"
    if counts[clean(column.header)] > 1:
        return "occurs more than once: rename it in the file"
    return "its name is too long" if len(column.header) > MAX_HEADER_LENGTH else None


def _unique_names(columns: Iterable[Column], most: int) -> Iterator[str]:
    used: Counter[str] = Counter()
    for column in columns:
        name = cut(column.header, most) or "(no name)"
        used[name] += 1
        while used[name] > 1:
            name = f"{name} ({used[name]})"
            used[name] += 1
        yield name


def _samples(columns: Sequence[Column], proposed: Sequence[HeaderProposal], most: int) -> Iterator[tuple[str, ...]]:
    by_header = {each.header: each for each in proposed}
    for at, column in enumerate(columns):
        each = proposed[at] if len(proposed) == len(columns) else by_header.get(column.header)
        yield tuple(cut(cell, most) for cell in each.samples[:3] if clean(cell)) if each else ()


def cut(text: str, most: int) -> str:
    """The text on one line of at most `most` bytes."""
    line = one_line(text, most).encode()
    return line.decode() if len(line) <= most else line[: most - 3].decode(errors="ignore") + "…"

"""Warnings about a file that is accepted: what a vendor should know or check (contract §2)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.domain.cells import clean
from pipeline.domain.columns import Column, is_fix_file, is_ours
from pipeline.domain.encodings import Encoding
from pipeline.domain.failures import FileWarning
from pipeline.domain.one_line import one_line

_SHOWN_LINES = 5


@dataclass(slots=True)
class Noted:
    """Rows that a warning is about: how many, and where the first of them stand."""

    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        self.count += 1
        if len(self.lines) < _SHOWN_LINES:
            self.lines.append(line)

    def warning(self, code: str, what: str) -> Iterator[FileWarning]:
        if self.count:
            rows = "1 row has" if self.count == 1 else f"{self.count} rows have"
            listed = ", ".join(map(str, self.lines)) + (", …" if self.count > len(self.lines) else "")
            yield FileWarning(code, f"{rows} {what} (line{'s' * (self.count > 1)} {listed}).", self.lines[0])


def encoding_guessed(encoding: Encoding) -> Iterator[FileWarning]:
    if encoding.guessed:
        words = ", ".join(f'"{word}"' for word in encoding.sample_words)
        message = f"The file does not say its encoding; it was read as {encoding.name}."
        yield FileWarning("ENCODING_GUESSED", f"{message} Check these words: {words}." if words else message)


def unknown_columns(columns: tuple[Column, ...], line: int) -> Iterator[FileWarning]:
    for column in columns:
        if column.column is None and not (is_fix_file(columns) and is_ours(column)):
            name = f'Column "{one_line(column.header)}"' if clean(column.header) else "A column without a header"
            yield FileWarning("UNKNOWN_COLUMN", f"{name} is not used.", line)

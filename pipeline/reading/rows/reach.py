"""The lines from an opening quote to the line that closes it, or to the maximum length of a row."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from pipeline.reading.lines import Block, Line, Lines


class Reach(NamedTuple):
    """A line that opens a quote, and the lines up to the one that closes it or to the maximum length of a row.

    `text` is that of all lines, without the last line end; `lines` is the number of lines after the first.
    """

    first: Line
    blocks: list[Block]
    text: str
    lines: int

    @property
    def is_whole(self) -> bool:
        truncated = [self.first.truncated_quotes, *(block.truncated_quotes for block in self.blocks)]
        return len(truncated) > 1 and not any(truncated)

    @property
    def is_closed(self) -> bool:
        """Whether a line closes the quote before the end of the file and the maximum length of a row."""
        return bool(self.blocks) and self.last.quotes % 2 == 1

    @property
    def last_text(self) -> str:
        return self.blocks[-1].texts[-1]

    @property
    def last(self) -> Line:
        return self.blocks[-1].line(len(self.blocks[-1].texts) - 1)

    def between(self) -> Iterator[tuple[int, str]]:
        """The number and text of each line between the first and the last."""
        last = self.first.number + self.lines
        numbered = chain.from_iterable(enumerate(block.texts, block.first) for block in self.blocks)
        return (line for line in numbered if line[0] != last)


def reach_of(first: Line, lines: Lines, lines_ahead: int) -> Reach:
    """The reach of `first`, skipping the next `lines_ahead` lines.

    A line with an even number of quotes leaves the quote open. No line after the closing one is examined.
    """
    blocks: list[Block] = []
    pieces = [first.text, first.end]
    size, count = len(first.text), 0
    for block, at in lines.peek():
        start, lines_ahead = at + lines_ahead, max(0, at + lines_ahead - len(block.texts))
        if start >= len(block.texts):
            continue
        closing = _first_odd(block, start)
        part = block.part(start, len(block.texts) if closing is None else closing + 1)
        blocks.append(part)
        pieces.append(part.text)
        size += len(pieces[-1])
        count += len(part.texts)
        if closing is not None or size > lines.limit:
            break
    end = blocks[-1].end(-1) if blocks else first.end
    return Reach(first, blocks, "".join(pieces).removesuffix(end), count)


def _first_odd(block: Block, start: int) -> int | None:
    """The first line from `start` on with an odd number of quotes."""
    if (block.truncated_quotes or 0) % 2:
        return 0 if block.texts[0].count('"') % 2 == 0 else None
    for at in range(start, len(block.texts)):
        text = block.texts[at]
        if '"' in text and text.count('"') & 1:
            return at
    return None

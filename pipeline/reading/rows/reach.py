"""The lines from an opening quote to the line that closes it, or to the maximum length of a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from pipeline.reading.lines import Block, Line, Lines


@dataclass
class Reach:
    """A line that opens a quote, and the lines up to the one that closes it or to the maximum length of a row."""

    first: Line
    blocks: list[Block]

    @property
    def lines(self) -> int:
        """The number of lines after the first."""
        return sum(len(block.texts) for block in self.blocks)

    @cached_property
    def text(self) -> str:
        text = "".join([self.first.text, self.first.end, *(block.text for block in self.blocks)])
        return text.removesuffix(self.blocks[-1].end(len(self.blocks[-1].texts) - 1))

    @property
    def is_whole(self) -> bool:
        truncated = [self.first.truncated_quotes, *(block.truncated_quotes for block in self.blocks)]
        return len(truncated) > 1 and not any(truncated)

    @cached_property
    def last(self) -> Line:
        return self.blocks[-1].line(len(self.blocks[-1].texts) - 1)

    def between(self) -> Iterator[tuple[int, str]]:
        """The number and text of each line between the first and the last."""
        numbered = chain.from_iterable(enumerate(block.texts, block.first) for block in self.blocks)
        return (line for line in numbered if line[0] != self.last.number)


def reach_of(first: Line, lines: Lines, lines_ahead: int) -> Reach:
    """The reach of `first`, skipping the next `lines_ahead` lines.

    A line with an even number of quotes leaves the quote open. No line after the closing one is examined.
    """
    blocks: list[Block] = []
    size = len(first.text)
    for block, at in lines.peek():
        start, lines_ahead = at + lines_ahead, max(0, at + lines_ahead - len(block.texts))
        if start >= len(block.texts):
            continue
        closing = _first_odd(block, start)
        blocks.append(block.part(start, len(block.texts) if closing is None else closing + 1))
        size += len(blocks[-1].text)
        if closing is not None or size > lines.limit:
            break
    return Reach(first, blocks)


def _first_odd(block: Block, start: int) -> int | None:
    """The first line from `start` on with an odd number of quotes."""
    if (block.truncated_quotes or 0) % 2:
        return 0 if block.texts[0].count('"') % 2 == 0 else None
    for at in range(start, len(block.texts)):
        text = block.texts[at]
        if '"' in text and text.count('"') & 1:
            return at
    return None

"""How far a line reaches whose quote is taken for an opening one: to the one that closes it, or as far as a row may."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from pipeline.reading.lines import Block, Line, Lines


@dataclass
class Reach:
    """A line that opens a quote, and those below it up to the one that closes it, or as far as a row may reach."""

    first: Line
    blocks: list[Block]

    @property
    def lines(self) -> int:
        """How many there are below the first."""
        return sum(len(block.texts) for block in self.blocks)

    @cached_property
    def text(self) -> str:
        text = "".join([self.first.text, self.first.end, *(block.text for block in self.blocks)])
        return text.removesuffix(self.blocks[-1].end(len(self.blocks[-1].texts) - 1))

    @property
    def is_whole(self) -> bool:
        lost = [self.first.lost_quotes, *(block.lost_quotes for block in self.blocks)]
        return len(lost) > 1 and not any(lost)

    @cached_property
    def last(self) -> Line:
        return self.blocks[-1].line(len(self.blocks[-1].texts) - 1)

    def between(self) -> Iterator[tuple[int, str]]:
        """Number and text of each line between the first and the last."""
        numbered = chain.from_iterable(enumerate(block.texts, block.first) for block in self.blocks)
        return (line for line in numbered if line[0] != self.last.number)


def reach_of(first: Line, lines: Lines, behind: int) -> Reach:
    """What `first` reaches; `behind` lines of those ahead lie before.

    Lines with an even number of quotes leave it open. So nothing is looked at twice: what follows a line
    that closes was not looked at.
    """
    blocks: list[Block] = []
    size = len(first.text)
    for block, at in lines.ahead():
        start, behind = at + behind, max(0, at + behind - len(block.texts))
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
    if (block.lost_quotes or 0) % 2:
        return 0 if block.texts[0].count('"') % 2 == 0 else None
    for at in range(start, len(block.texts)):
        text = block.texts[at]
        if '"' in text and text.count('"') & 1:
            return at
    return None

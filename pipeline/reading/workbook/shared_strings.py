"""The texts that cells of a workbook share: cells have only their numbers."""

import re
import sys
from collections.abc import Sequence

from pipeline.reading.workbook.damage import damaged
from pipeline.reading.workbook.items import Match, NotPlain, plain_text
from pipeline.reading.workbook.spilled_texts import Scratch, SpilledTexts
from pipeline.reading.workbook.texts import LimitedText, unescaped
from pipeline.reading.workbook.xml_parts import Attributes

_MEMORY = 16 * 1024**2
_MOST_CHARACTERS = 1024**2  # of texts from a scratch file at once
_PLAIN_ATTRIBUTES = ("", ' xml:space="preserve"')


class SharedStrings:
    """Takes the elements of the part, and then has the texts: the first in memory, the others in a scratch file."""

    def __init__(self, max_length: int, scratch: Scratch, *, memory: int = _MEMORY) -> None:
        self._scratch, self._memory = scratch, memory
        self.in_memory: list[str] = []
        self._spilled: SpilledTexts | None = None
        self._text, self._max_length = LimitedText(max_length), max_length
        self._is_text = self._is_phonetic = False
        self._is_in_list = self._is_in_item = False

    def __getitem__(self, index: int) -> str:
        if 0 <= index < len(self.in_memory):
            return self.in_memory[index]
        if self._spilled and 0 <= (index := index - len(self.in_memory)) < len(self._spilled):
            return self._spilled[index]
        raise damaged("a cell has a text that is not there")

    def of_cells(self, columns: Sequence[Sequence[str]]) -> list[list[str]]:
        """The texts of cells, by their numbers as they are stored; empty for those without. Raises NotPlain."""
        texts = self.in_memory
        try:
            return [[texts[int(number)] if number else "" for number in column] for column in columns]
        except IndexError:
            return self._of_cells_anywhere(columns)

    def _of_cells_anywhere(self, columns: Sequence[Sequence[str]]) -> list[list[str]]:
        texts, count = self.in_memory, len(self.in_memory)
        indexes = [[int(number) if number else -1 for number in column] for column in columns]
        spilled = self._spilled_texts(sorted({index for column in indexes for index in column if index >= count}))
        return [
            ["" if index < 0 else texts[index] if index < count else spilled[index] for index in column]
            for column in indexes
        ]

    def _spilled_texts(self, indexes: Sequence[int]) -> dict[int, str]:
        """By index, unless they are more than memory should hold."""
        count, texts, room = len(self.in_memory), {}, _MOST_CHARACTERS
        if self._spilled is None or indexes[-1] - count >= len(self._spilled):
            raise NotPlain
        for index, text in self._spilled.several([index - count for index in indexes]):
            texts[index + count] = text
            room -= len(text)
            if room < 0:
                raise NotPlain
        return texts

    def close(self) -> None:
        if self._spilled:
            self._spilled.close()

    def start(self, name: str, _attributes: Attributes) -> None:
        if name == "t":
            self._is_text = not self._is_phonetic
        elif name == "si":
            self._text.clear()
            self._is_in_item = True
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "sst":
            self._is_in_list = True

    def end(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "si":
            self._extend([unescaped(str(self._text))])
            self._is_in_item = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "sst":
            self._is_in_list = False

    def text(self, text: str) -> None:
        if self._is_text:
            self._text.add(text)

    def is_between_items(self) -> bool:
        return self._is_in_list and not self._is_in_item

    def take_plain(self, item: str, prefix: str) -> bool:
        start, end = f"<{prefix}si><{prefix}t", f"</{prefix}t>"
        if not (item.startswith(start) and item.endswith(end) and item.count("<") == 3):
            return False
        attribute, _, text = item[len(start) : -len(end)].partition(">")
        if attribute not in _PLAIN_ATTRIBUTES or len(text) > self._max_length:
            return False
        self._extend([plain_text(text)])
        return True

    def pattern(self, prefix: str) -> re.Pattern[str] | None:
        p = re.escape(prefix)
        plain = rf'(<){p}si><{p}t(?: xml:space="preserve")?+>([^<]*+)</{p}t>'
        return re.compile(rf"(?:{plain}|[^<]*+(?:<(?!/{p}si>)[^<]*+)*+)</{p}si>")

    def is_full(self) -> bool:
        return False

    def take_alike(self, found: Sequence[Match]) -> None:
        texts = [text for _, text in found]
        all_text = "".join(texts)
        if len(all_text) > self._max_length:
            raise NotPlain
        if "&" in all_text or "_x" in all_text:
            texts = list(map(plain_text, texts))
        self._extend(texts)

    def _extend(self, texts: Sequence[str]) -> None:
        if self._memory > 0:
            self._memory -= sum(map(sys.getsizeof, texts)) + 8 * len(texts)
            self.in_memory += texts
            return
        if self._spilled is None:
            self._spilled = SpilledTexts(self._scratch)
        self._spilled.extend(texts)

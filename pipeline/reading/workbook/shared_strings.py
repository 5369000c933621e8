"""The texts that cells of a workbook share: cells have only their numbers."""

import sys

from pipeline.reading.workbook.damage import damaged
from pipeline.reading.workbook.items import decode_entities
from pipeline.reading.workbook.spilled_texts import Scratch, SpilledTexts
from pipeline.reading.workbook.texts import LimitedText, unescaped
from pipeline.reading.workbook.xml_parts import Attributes

_MEMORY = 16 * 1024**2
_PLAIN_ATTRIBUTES = ("", ' xml:space="preserve"')


class SharedStrings:
    """Takes the elements of the part, and then has the texts: the first in memory, the others in a scratch file."""

    def __init__(self, max_length: int, scratch: Scratch) -> None:
        self._scratch, self._memory = scratch, _MEMORY
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
            self._append(unescaped(str(self._text)))
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
        self._append(unescaped(decode_entities(text) if "&" in text else text))
        return True

    def _append(self, text: str) -> None:
        if self._memory > 0:
            self._memory -= sys.getsizeof(text) + 8
            self.in_memory.append(text)
            return
        if self._spilled is None:
            self._spilled = SpilledTexts(self._scratch)
        self._spilled.append(text)

"""The texts that cells of a workbook share: cells have only their numbers."""

import sys

from pipeline.reading.workbook.damage import damaged
from pipeline.reading.workbook.spilled_texts import Scratch, SpilledTexts
from pipeline.reading.workbook.texts import LimitedText, unescaped
from pipeline.reading.workbook.xml_parts import Attributes

_MEMORY = 16 * 1024**2


class SharedStrings:
    """Takes the elements of the part, and then has the texts: the first in memory, the others in a scratch file."""

    def __init__(self, max_length: int, scratch: Scratch) -> None:
        self._scratch, self._memory = scratch, _MEMORY
        self._in_memory: list[str] = []
        self._spilled: SpilledTexts | None = None
        self._text = LimitedText(max_length)
        self._is_text = self._is_phonetic = False

    def __getitem__(self, index: int) -> str:
        if 0 <= index < len(self._in_memory):
            return self._in_memory[index]
        if self._spilled and 0 <= (index := index - len(self._in_memory)) < len(self._spilled):
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
        elif name == "rPh":
            self._is_phonetic = True

    def end(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "si":
            self._append(unescaped(str(self._text)))
        elif name == "rPh":
            self._is_phonetic = False

    def text(self, text: str) -> None:
        if self._is_text:
            self._text.add(text)

    def _append(self, text: str) -> None:
        if self._memory > 0:
            self._memory -= sys.getsizeof(text) + 8
            self._in_memory.append(text)
            return
        if self._spilled is None:
            self._spilled = SpilledTexts(self._scratch)
        self._spilled.append(text)

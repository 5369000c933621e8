"""The marketplace's categories as they were when parsing started."""

from collections.abc import Iterable

from pipeline.checking.suggestions import category_in

_REMEMBERED = 1_000
_MAX_LOOKUP_LENGTH = 1_000  # characters; so what is remembered stays small, whatever a file calls its categories


class Categories:
    """The categories active when parsing started, found whatever their capitals."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self._official = {name.casefold(): name for name in self.names}
        self._closest: dict[str, str | None] = {}

    def closest(self, text: str) -> str | None:
        """The category that a wrong one probably means. One wrong name often stands in thousands of rows."""
        if len(text) > _MAX_LOOKUP_LENGTH:
            return None
        if text not in self._closest:
            if len(self._closest) >= _REMEMBERED:
                self._closest.clear()
            self._closest[text] = category_in(text, self.names)
        return self._closest[text]

    def official(self, name: str) -> str | None:
        """The official spelling, or None for a category that is not active."""
        return self._official.get(name.casefold())

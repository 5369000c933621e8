"""The marketplace's categories that were active when parsing started."""

from collections.abc import Iterable

from pipeline.checking.suggestions import category_in

_MAX_CACHED = 1_000
_MAX_LOOKUP_LENGTH = 1_000  # characters; keeps the cache small even for a file with absurd categories


class Categories:
    """The active categories; capitals do not matter in a lookup."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self._official = {name.casefold(): name for name in self.names}
        self._closest: dict[str, str | None] = {}

    def closest(self, text: str) -> str | None:
        """The category that a wrong name probably means, or None."""
        # Cached, because the same wrong name often occurs in thousands of rows.
        if len(text) > _MAX_LOOKUP_LENGTH:
            return None
        if text not in self._closest:
            if len(self._closest) >= _MAX_CACHED:
                self._closest.clear()
            self._closest[text] = category_in(text, self.names)
        return self._closest[text]

    def official(self, name: str) -> str | None:
        """The official spelling of an active category, or None."""
        return self._official.get(name.casefold())


class AnyCategory(Categories):
    """Accepts every category, where those of the marketplace are not known."""

    def __init__(self) -> None:
        super().__init__(())

    def official(self, name: str) -> str | None:
        return name

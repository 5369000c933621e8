"""The marketplace's categories that were active when parsing started, and the vendor's own names for them."""

from collections.abc import Iterable, Mapping

from pipeline.checking.suggestions import category_in, similar_categories

_MAX_CACHED = 1_000
_MAX_LOOKUP_LENGTH = 1_000  # characters; keeps the cache small even for a file with absurd categories


class Categories:
    """The active categories; capitals do not matter in a lookup.

    `aliases` are names that are none of them, casefolded, each with the category that it means.
    """

    def __init__(self, names: Iterable[str], aliases: Mapping[str, str] | None = None) -> None:
        self.names = tuple(names)
        official = {name.casefold(): name for name in self.names}
        meant = {alias: official.get(category.casefold()) for alias, category in (aliases or {}).items()}
        self._official = {alias: name for alias, name in meant.items() if name} | official
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

    def nearest(self, text: str, *, limit: int = 3) -> list[str]:
        """The categories that a wrong name resembles, the most similar first; often none."""
        return similar_categories(text, self.names, limit=limit) if len(text) <= _MAX_LOOKUP_LENGTH else []

    def official(self, name: str) -> str | None:
        """The official spelling of the active category that a name means, or None."""
        return self._official.get(name.casefold())


class AnyCategory(Categories):
    """Accepts every category, where those of the marketplace are not known."""

    def __init__(self) -> None:
        super().__init__(())

    def official(self, name: str) -> str | None:
        return name

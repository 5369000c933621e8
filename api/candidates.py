"""What a wrong category may mean, where there is no one suggestion."""

from functools import cached_property
from typing import Protocol

from api.dependencies import Db
from pipeline.checking.categories import Categories
from pipeline.domain.cells import clean
from pipeline.domain.errors import ErrorType
from pipeline.postgres.category_aliases import active_categories


class WrongValue(Protocol):
    """An error, or the cause of many."""

    @property
    def error_type(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def suggestion(self) -> str | None: ...


class CategoryCandidates:
    """The nearest of the marketplace's categories, which are read when one is needed."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._nearest: dict[str, list[str]] = {}

    def of(self, wrong: WrongValue) -> list[str]:
        if wrong.error_type != ErrorType.INVALID_CATEGORY or wrong.suggestion or not wrong.value:
            return []
        name = clean(wrong.value)
        if name not in self._nearest:
            self._nearest[name] = self._categories.nearest(name)
        return self._nearest[name]

    @cached_property
    def _categories(self) -> Categories:
        return active_categories(self._db)

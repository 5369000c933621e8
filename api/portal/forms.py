"""Fields of forms and filters of lists. Browsers send empty fields too; here they are None."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import Depends, Request
from pydantic import BaseModel, BeforeValidator, Field


def _none_if_blank(value: object) -> object:
    if not isinstance(value, str):
        return value
    return value.replace("\0", "").strip() or None


Blank = BeforeValidator(_none_if_blank)
"""An empty field is None."""

Words = Annotated[str | None, Field(max_length=200), Blank]
Day = Annotated[date | None, Field(ge=date(1970, 1, 1), le=date(9000, 1, 1)), Blank]
Cursor = Annotated[str | None, Blank]


async def _fields(request: Request) -> Mapping[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


SentFields = Annotated[Mapping[str, str], Depends(_fields)]
"""The fields of a form whose names depend on an upload: its columns, its causes, its rows."""


class ListFilter(BaseModel):
    """The filters of a list, as in the query of its address."""

    path: ClassVar[str]
    pages: ClassVar[frozenset[str]] = frozenset({"cursor"})

    cursor: Cursor = None

    @property
    def is_narrow(self) -> bool:
        return bool(self.query())

    def query(self, **changes: str | None) -> str:
        """The query of the first page with these filters, some of them changed."""
        fields = self.model_dump(mode="json", exclude=set(self.pages)) | changes
        return urlencode({name: "true" if value is True else value for name, value in fields.items() if value})

    def address(self, **changes: str | None) -> str:
        query = self.query(**changes)
        return f"{self.path}?{query}" if query else self.path

    def page_at(self, cursor: str | None) -> str | None:
        """The address of another page of the list; None without a cursor."""
        return self.address(cursor=cursor) if cursor else None

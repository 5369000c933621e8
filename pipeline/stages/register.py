"""What operators have registered: vendors, categories, and keys, of which only a hash ever comes here.

Every wish may be repeated: what is done already is answered as done.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from pipeline.domain.keys import PREFIX_LENGTH, PREFIXES, Role
from pipeline.postgres import api_keys, registrations
from pipeline.postgres.database import Cursor

Answer = dict[str, Any]

# A vendor's id is a part of the keys in the bucket, and of addresses.
VendorId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$")]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Prefix = Annotated[str, StringConstraints(min_length=PREFIX_LENGTH, max_length=PREFIX_LENGTH)]


class Refused(Exception):
    """The message says to an operator why, and what to do."""


class _Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AddVendor(_Wish):
    wish: Literal["add_vendor"]
    vendor_id: VendorId
    vendor_name: Line
    email: Annotated[str, StringConstraints(max_length=255, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    phone: Annotated[str, StringConstraints(max_length=20)] | None = None

    def granted(self, cursor: Cursor) -> Answer:
        return {"added": registrations.add_vendor(cursor, **self.model_dump(exclude={"wish"}))}


class ListVendors(_Wish):
    wish: Literal["list_vendors"]

    def granted(self, cursor: Cursor) -> Answer:
        return {"vendors": registrations.list_vendors(cursor)}


class AddCategory(_Wish):
    wish: Literal["add_category"]
    category_name: Annotated[Line, StringConstraints(max_length=100)]
    description: str | None = None

    def granted(self, cursor: Cursor) -> Answer:
        return {"added": registrations.add_category(cursor, **self.model_dump(exclude={"wish"}))}


class ListCategories(_Wish):
    wish: Literal["list_categories"]

    def granted(self, cursor: Cursor) -> Answer:
        return {"categories": registrations.list_categories(cursor)}


class CreateKey(_Wish):
    """A key of which the operator tells the beginning and the hash, and keeps the rest."""

    wish: Literal["create_key"]
    key_prefix: Prefix
    key_hash: Hash
    role: Role
    vendor_id: str | None = None
    label: Line
    days: Annotated[int, Field(ge=1)] | None = None

    def granted(self, cursor: Cursor) -> Answer:
        if (self.role == Role.VENDOR) != (self.vendor_id is not None):
            raise Refused("A vendor's key has a vendor, and a support agent's has none.")
        if not self.key_prefix.startswith(PREFIXES[self.role]):
            raise Refused(f"A key of this role begins with {PREFIXES[self.role]}.")
        try:
            api_keys.keep_key(
                cursor, self.key_prefix, bytes.fromhex(self.key_hash), role=self.role, vendor_id=self.vendor_id,
                label=self.label, days=self.days,
            )  # fmt: skip
        except api_keys.UnknownVendor:
            raise Refused(f"There is no vendor {self.vendor_id}.") from None
        return {"created": True}


class ListKeys(_Wish):
    wish: Literal["list_keys"]
    vendor_id: str | None = None

    def granted(self, cursor: Cursor) -> Answer:
        return {"keys": [_shown(key) for key in api_keys.list_keys(cursor, vendor_id=self.vendor_id)]}


class RotateKey(_Wish):
    """The new key, told by beginning and hash, gets the owner and rights of the old one."""

    wish: Literal["rotate_key"]
    key_id: int
    key_prefix: Prefix
    key_hash: Hash
    hours: Annotated[int, Field(ge=0)]

    def granted(self, cursor: Cursor) -> Answer:
        overlap = timedelta(hours=self.hours)
        new = bytes.fromhex(self.key_hash)
        if not api_keys.replace_key(cursor, self.key_id, self.key_prefix, new, overlap=overlap):
            raise Refused(f"There is no key {self.key_id} of this role that still works.")
        return {"rotated": True}


class RevokeKey(_Wish):
    wish: Literal["revoke_key"]
    key_id: int

    def granted(self, cursor: Cursor) -> Answer:
        return {"revoked": api_keys.revoke_key(cursor, self.key_id)}


Wish = AddVendor | ListVendors | AddCategory | ListCategories | CreateKey | ListKeys | RotateKey | RevokeKey
_WISHES: TypeAdapter[Wish] = TypeAdapter(Annotated[Wish, Field(discriminator="wish")])


def read_wish(event: dict[str, Any]) -> Wish:
    """Raises pydantic's ValidationError for what is no wish."""
    return _WISHES.validate_python(event)


def _shown(key: api_keys.ListedKey) -> dict[str, Any]:
    return {
        name: value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for name, value in asdict(key).items()
    }

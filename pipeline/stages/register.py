"""The commands of operators: register vendors, categories and keys. Of a key, only its hash is ever sent here.

Every command is safe to repeat: one that was executed before gets the same answer.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from pipeline.domain.keys import PREFIX_LENGTH, PREFIXES, Role
from pipeline.domain.operator_commands import OperatorCommand
from pipeline.postgres import api_keys, registrations
from pipeline.postgres.database import Cursor

Answer = dict[str, Any]

# A vendor's id is part of object keys in the bucket and of URLs, so it takes only characters that are plain in both.
VendorId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$")]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Prefix = Annotated[str, StringConstraints(min_length=PREFIX_LENGTH, max_length=PREFIX_LENGTH)]


class CommandRefused(Exception):
    """The message tells an operator why, and what to do instead."""


class _Command(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AddVendor(_Command):
    command: Literal[OperatorCommand.ADD_VENDOR]
    vendor_id: VendorId
    vendor_name: Line
    email: Annotated[str, StringConstraints(max_length=255, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
    phone: Annotated[str, StringConstraints(max_length=20)] | None = None

    def execute(self, cursor: Cursor) -> Answer:
        return {"added": registrations.add_vendor(cursor, **self.model_dump(exclude={"command"}))}


class ListVendors(_Command):
    command: Literal[OperatorCommand.LIST_VENDORS]

    def execute(self, cursor: Cursor) -> Answer:
        return {"vendors": registrations.list_vendors(cursor)}


class AddCategory(_Command):
    command: Literal[OperatorCommand.ADD_CATEGORY]
    category_name: Annotated[Line, StringConstraints(max_length=100)]
    description: str | None = None

    def execute(self, cursor: Cursor) -> Answer:
        return {"added": registrations.add_category(cursor, **self.model_dump(exclude={"command"}))}


class ListCategories(_Command):
    command: Literal[OperatorCommand.LIST_CATEGORIES]

    def execute(self, cursor: Cursor) -> Answer:
        return {"categories": registrations.list_categories(cursor)}


class CreateKey(_Command):
    """Stores a new key by its prefix and hash; the key itself stays with the operator."""

    command: Literal[OperatorCommand.CREATE_KEY]
    key_prefix: Prefix
    key_hash: Hash
    role: Role
    vendor_id: str | None = None
    label: Line
    days: Annotated[int, Field(ge=1)] | None = None

    def execute(self, cursor: Cursor) -> Answer:
        if (self.role == Role.VENDOR) != (self.vendor_id is not None):
            raise CommandRefused("A vendor's key has a vendor, and a support agent's has none.")
        if not self.key_prefix.startswith(PREFIXES[self.role]):
            raise CommandRefused(f"A key of this role begins with {PREFIXES[self.role]}.")
        try:
            api_keys.keep_key(
                cursor, self.key_prefix, bytes.fromhex(self.key_hash), role=self.role, vendor_id=self.vendor_id,
                label=self.label, days=self.days,
            )  # fmt: skip
        except api_keys.UnknownVendor:
            raise CommandRefused(f"There is no vendor {self.vendor_id}.") from None
        return {"created": True}


class ListKeys(_Command):
    command: Literal[OperatorCommand.LIST_KEYS]
    vendor_id: str | None = None

    def execute(self, cursor: Cursor) -> Answer:
        return {"keys": [_as_json(key) for key in api_keys.list_keys(cursor, vendor_id=self.vendor_id)]}


class RotateKey(_Command):
    """Replaces a key: the new one, sent as prefix and hash, gets the owner and role of the old one.

    The old one works for `hours` more.
    """

    command: Literal[OperatorCommand.ROTATE_KEY]
    key_id: int
    key_prefix: Prefix
    key_hash: Hash
    hours: Annotated[int, Field(ge=0)]

    def execute(self, cursor: Cursor) -> Answer:
        overlap = timedelta(hours=self.hours)
        new = bytes.fromhex(self.key_hash)
        if not api_keys.replace_key(cursor, self.key_id, self.key_prefix, new, overlap=overlap):
            raise CommandRefused(f"There is no key {self.key_id} of this role that still works.")
        return {"rotated": True}


class RevokeKey(_Command):
    command: Literal[OperatorCommand.REVOKE_KEY]
    key_id: int

    def execute(self, cursor: Cursor) -> Answer:
        return {"revoked": api_keys.revoke_key(cursor, self.key_id)}


Command = AddVendor | ListVendors | AddCategory | ListCategories | CreateKey | ListKeys | RotateKey | RevokeKey
_COMMANDS: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="command")])


def read_command(event: dict[str, Any]) -> Command:
    """Raises pydantic's ValidationError for an event that is not a command."""
    return _COMMANDS.validate_python(event)


def _as_json(key: api_keys.ListedKey) -> dict[str, Any]:
    return {
        name: value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for name, value in asdict(key).items()
    }

"""What the form for a new file asks: what happens to products that the vendor has, and what a blank cell means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Form

from api.dependencies import Db
from api.entry.bounds import LONGEST_TEXT
from api.schemas.decisions import DecisionFields
from api.schemas.uploads import NewUpload
from pipeline.domain.decisions import NO_DECISIONS, BlankCells, Decisions, UploadMode
from pipeline.outcome import decision_words
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.queries.uploads import find_upload, find_vendor
from pipeline.postgres.rows import Upload

Text = Annotated[str, Form(max_length=LONGEST_TEXT)]

_MODE_HELP: Mapping[UploadMode, str] = {
    UploadMode.CREATE: "Only new products are added. A row of a product that you have is rejected as a duplicate.",
    UploadMode.UPSERT: "A product that you have gets the values of its row; the others are added.",
    UploadMode.UPDATE: "For prices, stock and the like. A row of a product that you do not have is rejected.",
}


@dataclass(frozen=True, slots=True)
class FormFields:
    """What the form sends besides the file. `like` is the upload whose decisions hold where the form asks nothing."""

    dry_run: str
    vendor_id: str
    mode: str
    blank_cells: str
    like: str

    def new_upload(self, db: Db, caller: Principal, file_name: str, size_bytes: int | None) -> NewUpload:
        """Raises ValidationError for values that no form of ours sends, and for names that no file may have."""
        earlier = _find(db, caller, self.like)
        # The encoding is that of the earlier file: a fix file of it has another.
        decisions: dict[str, Any] = earlier.decisions | {"encoding": None} if earlier else {}
        asked = {"mode": self.mode, "blank_cells": self.blank_cells}
        decisions = decisions | {name: value for name, value in asked.items() if value}
        return NewUpload(
            file_name=file_name,
            size_bytes=size_bytes,
            dry_run=bool(self.dry_run),
            vendor_id=self.vendor_id or None,
            **{name: value for name, value in decisions.items() if name in DecisionFields.model_fields},
        )

    def choices(self, db: Db, caller: Principal) -> "Choices":
        """The form again, as it was sent."""
        first = first_choices(db, caller, self.like)
        return replace(
            first,
            mode=next((mode for mode in UploadMode if mode == self.mode), first.mode),
            blank_cells=next((cells for cells in BlankCells if cells == self.blank_cells), first.blank_cells),
        )


def _fields(
    dry_run: Text = "", vendor_id: Text = "", mode: Text = "", blank_cells: Text = "", like: Text = ""
) -> FormFields:
    return FormFields(dry_run, vendor_id, mode, blank_cells, like)


SentFields = Annotated[FormFields, Depends(_fields)]


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """One answer to what should happen to products that the vendor has."""

    mode: UploadMode
    label: str
    help: str


MODE_CHOICES = [ModeChoice(mode, label, _MODE_HELP[mode]) for mode, label in decision_words.MODE_CHOICES.items()]


@dataclass(frozen=True, slots=True)
class Choices:
    """The answers that the form begins with: those of an earlier upload, or of the vendor's settings."""

    mode: UploadMode
    blank_cells: BlankCells
    earlier: Upload | None

    @property
    def modes(self) -> list[ModeChoice]:
        """The chosen one first."""
        return sorted(MODE_CHOICES, key=lambda choice: choice.mode != self.mode)


def first_choices(db: Db, caller: Principal, like: str, mode: UploadMode | None = None) -> Choices:
    """What is chosen when the form opens. `like` names an earlier upload, and `mode` wins over everything."""
    earlier = _find(db, caller, like)
    usual = Decisions.of(earlier.decisions) if earlier else _usual_decisions(db, caller)
    return Choices(mode or usual.mode, usual.blank_cells, earlier)


def _usual_decisions(db: Db, caller: Principal) -> Decisions:
    """Those of the vendor's settings. Support has none: it names the vendor in the form."""
    vendor = find_vendor(db, caller.vendor_id) if caller.vendor_id else None
    return Decisions(UploadMode(vendor.default_mode), BlankCells(vendor.blank_cells)) if vendor else NO_DECISIONS


def _find(db: Db, caller: Principal, upload_id: str) -> Upload | None:
    found = find_upload(db, caller.vendor_id, upload_id) if upload_id else None
    return found[0] if found else None

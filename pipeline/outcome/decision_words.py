"""The decisions about an upload in the words of the portal and of mails."""

from collections.abc import Mapping

from pipeline.domain.decisions import BlankCells, OptionalValues, UploadMode

EXISTING_PRODUCTS = "What should happen to products that you already have?"
MODE_CHOICES: Mapping[UploadMode, str] = {
    UploadMode.CREATE: "Leave them as they are",
    UploadMode.UPSERT: "Change them, and add new ones",
    UploadMode.UPDATE: "Only change them",
}
MODE_EFFECTS: Mapping[UploadMode, str] = {
    UploadMode.CREATE: "Adds new products only",
    UploadMode.UPSERT: "Changes products and adds new ones",
    UploadMode.UPDATE: "Changes products only",
}
BLANK_CELL_EFFECTS: Mapping[BlankCells, str] = {
    BlankCells.KEEP: "Keeps the value",
    BlankCells.CLEAR: "Empties an optional field",
}
OPTIONAL_VALUE_EFFECTS: Mapping[OptionalValues, str] = {
    OptionalValues.REJECT: "Rejects its row",
    OptionalValues.LEAVE_OUT: "Is left out; its row is accepted",
}

"""Statuses and error types in the words of the portal."""

from dataclasses import dataclass

from pipeline.domain import errors
from pipeline.domain.uploads import UploadStatus


@dataclass(frozen=True, slots=True)
class Chip:
    """A word in a coloured field; `tone` is a class of the style sheet, which also has a mark for it."""

    word: str
    tone: str


_CHIPS = {
    UploadStatus.AWAITING_UPLOAD: Chip("Waiting for file", "waiting"),
    UploadStatus.PROCESSING: Chip("Processing", "busy"),
    UploadStatus.COMPLETED: Chip("Completed", "good"),
    UploadStatus.PARTIAL: Chip("Partial", "partial"),
    UploadStatus.FAILED: Chip("Failed", "bad"),
    UploadStatus.EXPIRED: Chip("Expired", "quiet"),
    UploadStatus.CANCELLED: Chip("Cancelled", "quiet"),
}
STATUS_CHOICES = [(status, chip.word) for status, chip in _CHIPS.items()]

error_word = errors.error_word


def chip_of(status: UploadStatus) -> Chip:
    return _CHIPS[status]

"""The preview of corrections: a dry run, on whose page the vendor sends what the service would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from api.correction_commands import can_correct_here
from api.dependencies import Db
from api.lookups import require_upload
from api.portal.session import Visitor
from pipeline.domain.uploads import FINAL_STATUSES
from pipeline.postgres.correction_previews import CorrectedCategory, corrected_categories, is_correction
from pipeline.postgres.rows import Upload

_MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Rows that the vendor changed and the preview does not have: something else in them is still wrong."""

    count: int = 0
    rows: Sequence[int] = ()
    """The first of them."""

    @property
    def sentence(self) -> str:
        changed = "1 row that you changed is" if self.count == 1 else f"{self.count:,} rows that you changed are"
        its = "it" if self.count == 1 else "them"
        return f"{changed} not sent, because something else in {its} is still wrong:"

    @classmethod
    def of(cls, rows: str | None) -> "LeftBehind":
        """From the address of the page: the number of rows, and then the first of them."""
        numbers = [int(each) for each in (rows or "").split(".") if each.isascii() and each.isdigit()]
        return cls(numbers[0], numbers[1:]) if len(numbers) > 1 else cls()


def preview_query(*, remembers: bool, left_behind: Sequence[int]) -> str:
    """The end of the address of a preview's page."""
    fields = {} if remembers else {"remember": "no"}
    if left_behind:
        fields["unsent"] = ".".join(map(str, (len(left_behind), *left_behind[:_MOST_LISTED])))
    return f"?{urlencode(fields)}" if fields else ""


@dataclass(frozen=True, slots=True)
class Preview:
    """An ended dry run of corrections; `unchanged` rejected rows of its parent are not in it."""

    parent_upload_id: str
    accepted: int
    rows: int
    unchanged: int
    categories: Sequence[CorrectedCategory]
    remembers: bool
    """Whether the categories are ticked."""

    left_behind: LeftBehind

    @property
    def sentence(self) -> str:
        """This is a preview: 4,850 of 4,852 corrected rows would be accepted."""
        if self.rows == 1:
            return f"This is a preview: the corrected row would {'' if self.accepted else 'not '}be accepted."
        share = f"all {self.rows:,}" if self.accepted == self.rows else f"{self.accepted:,} of {self.rows:,}"
        return f"This is a preview: {share if self.accepted else 'none of the'} corrected rows would be accepted."

    @property
    def rest(self) -> str:
        """What happens to the other rejected rows."""
        if not self.unchanged:
            return ""
        return (
            "1 rejected row is left as it is."
            if self.unchanged == 1
            else f"{self.unchanged:,} rejected rows are left as they are."
        )


def preview_of(db: Db, visitor: Visitor, upload: Upload, *, remembers: bool, left_behind: LeftBehind) -> Preview | None:
    """None if the upload is no preview, or has not ended, or its file failed as a whole."""
    if not is_preview(db, upload) or upload.status not in FINAL_STATUSES or upload.failure:
        return None
    parent, _ = require_upload(db, visitor.principal, str(upload.parent_upload_id))
    rows = upload.total_records or 0
    return Preview(
        parent_upload_id=parent.upload_id,
        accepted=upload.valid_records,
        rows=rows,
        unchanged=max(0, parent.error_records - parent.corrected_records - rows),
        categories=corrected_categories(db, upload.upload_id),
        remembers=remembers,
        left_behind=left_behind,
    )


def rows_left(db: Db, visitor: Visitor, upload: Upload) -> tuple[str, int] | None:
    """The upload that one corrects, and how many of its rejected rows are left; None if none is left to correct."""
    if upload.dry_run or upload.parent_upload_id is None or upload.status not in FINAL_STATUSES:
        return None
    parent, _ = require_upload(db, visitor.principal, upload.parent_upload_id)
    left = parent.error_records - parent.corrected_records
    return (parent.upload_id, left) if can_correct_here(parent) else None


def is_preview(db: Db, upload: Upload) -> bool:
    return upload.dry_run and upload.parent_upload_id is not None and is_correction(db, upload.upload_id)

"""The table of causes: what can be done about each, and what is chosen when the form opens."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.portal.correcting.cause_table import CauseLine, cause_line
from api.portal.correcting.form import Choice
from pipeline.domain.errors import ErrorType
from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.open_causes import OpenCause
from pipeline.postgres.rows import Upload


def line(
    error_type: ErrorType, field: str | None, *, candidates: tuple[str, ...] = (), sent: Any = None, **facts: Any
) -> CauseLine:
    known = {"count": 12, "value": None, "example": "x", "suggestion": None, "suggested": 0} | facts
    cause = OpenCause(error_type=error_type, error_field=field, **known)
    upload = Upload(
        upload_id="U",
        file_name="a.csv",
        file_s3_key="k",
        status=UploadStatus.PARTIAL,
        upload_timestamp=datetime(2026, 11, 30, tzinfo=UTC),
        error_records=12,
        already_in_catalogue_records=facts.get("count", 12),
        differing_records=facts.get("count", 12),
    )
    return cause_line(upload, cause, list(candidates), sent or {}, {})


def answers(cause: CauseLine) -> list[str]:
    return [f"{option.words} {option.quoted}".strip() for option in cause.options]


def test_a_suggestion_for_every_row_is_chosen_at_first() -> None:
    cause = line(ErrorType.INVALID_PRICE, "price", suggestion="19", suggested=12)
    assert answers(cause) == ["Write what is suggested", "Write in all rows:", "Leave them for now"]
    assert cause.choice == Choice("suggested")


def test_suggestions_for_some_rows_are_offered_with_their_number() -> None:
    cause = line(ErrorType.INVALID_PRICE, "price", suggestion="19", suggested=10)
    assert answers(cause)[0] == "Write what is suggested where there is a suggestion (10 of 12)"
    assert cause.choice == Choice("later")


def test_one_suggestion_for_all_rows_is_named() -> None:
    facts: dict[str, Any] = {"value": "Elektronics", "suggestion": "Electronics", "suggested": 12}
    assert answers(line(ErrorType.INVALID_CATEGORY, "category", **facts))[0] == "Write Electronics"
    assert answers(line(ErrorType.INVALID_PRICE, "price", suggestion="19", suggested=1, count=1))[0] == "Write 19"


def test_the_nearest_categories_are_offered_but_none_is_chosen() -> None:
    cause = line(ErrorType.INVALID_CATEGORY, "category", value="Elektronik", candidates=("Electronics", "Music"))
    assert answers(cause) == ["Write Electronics", "Write Music", "Write in all rows:", "Leave them for now"]
    assert (cause.choice, cause.is_category) == (Choice("later"), True)


@pytest.mark.parametrize(
    ("error_type", "field", "words"),
    [
        (ErrorType.MISSING_REQUIRED_FIELDS, "sku,price", "Correct them below, row by row."),
        (ErrorType.INVALID_VALUE, "sku", "Correct them below, row by row."),
        (ErrorType.MALFORMED_ROW, None, "could not be told apart"),
        (ErrorType.DUPLICATE_SKU, "sku", "These SKUs are taken"),
        (ErrorType.PRODUCT_NOT_FOUND, "vendor_product_id", "Correct their product ID or SKU"),
    ],
)
def test_what_differs_from_row_to_row_is_corrected_there(error_type: ErrorType, field: str | None, words: str) -> None:
    cause = line(error_type, field)
    assert cause.options == []
    assert words in cause.advice


def test_a_suggestion_for_an_identifier_is_written_but_no_one_value_in_all_rows() -> None:
    cause = line(ErrorType.SKU_CHANGED, "sku", suggestion="A1", suggested=12)
    assert answers(cause) == ["Write what is suggested", "Leave them for now"]


def test_rows_that_we_could_not_process_are_sent_again() -> None:
    cause = line(ErrorType.PROCESSING_ERROR, None)
    assert [option.value for option in cause.options] == ["suggested", "later"]
    assert cause.choice == Choice("suggested")


def test_duplicates_of_products_lead_to_changing_those() -> None:
    assert line(ErrorType.DUPLICATE_SKU, "sku").link == ("Or change the products that you have", "/uploads/U")
    assert line(ErrorType.DUPLICATE_SKU, "sku", count=0).link is None


def test_what_was_sent_is_chosen_again_and_the_rows_are_a_link_away() -> None:
    first = line(ErrorType.INVALID_CATEGORY, "category", value="Büro & Co", candidates=("Books",))
    again = line(
        ErrorType.INVALID_CATEGORY,
        "category",
        value="Büro & Co",
        candidates=("Books",),
        sent={first.key: Choice("pick:Books")},
    )
    assert again.choice == Choice("pick:Books")
    query = "error_type=INVALID_CATEGORY&error_field=category&value=B%C3%BCro+%26+Co"
    assert again.address == f"/uploads/U/correct?{query}#rows"

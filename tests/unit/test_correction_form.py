"""The form for corrections: which correction its fields make."""

import pytest
from pydantic import ValidationError

from api.portal.correcting.form import Choice, choices_in, correction_in, key_of
from api.schemas.corrections import CauseFix
from pipeline.domain.errors import ErrorType
from pipeline.outcome.notifications import Cause

CATEGORY = key_of(Cause(ErrorType.INVALID_CATEGORY, 3, "category", "Büro & Co. 1.5\r\n"))
PRICE = key_of(Cause(ErrorType.INVALID_PRICE, 2, "price"))


def test_a_cause_has_a_plain_name_and_comes_back_as_it_was() -> None:
    assert CATEGORY.isascii()
    assert " " not in CATEGORY
    (fix,) = correction_in({f"do.{CATEGORY}": "pick:Office & Home"}).fixes
    assert fix == CauseFix(
        error_type=ErrorType.INVALID_CATEGORY, error_field="category", value="Büro & Co. 1.5\r\n", set="Office & Home"
    )


def test_suggestions_are_written_if_that_is_chosen() -> None:
    (fix,) = correction_in({f"do.{PRICE}": "suggested", f"write.{PRICE}": " "}).fixes
    assert fix == CauseFix(error_type=ErrorType.INVALID_PRICE, error_field="price", suggested=True)


@pytest.mark.parametrize("do", ["later", "suggested", "set", "pick:Toys"])
def test_a_text_that_is_written_wins_over_every_other_choice(do: str) -> None:
    (fix,) = correction_in({f"do.{PRICE}": do, f"write.{PRICE}": "9.90"}).fixes
    assert (fix.set, fix.suggested) == ("9.90", None)


def test_rows_that_are_left_for_now_are_not_named() -> None:
    assert correction_in({f"do.{PRICE}": "later", f"do.{CATEGORY}": "set", "form_token": "x"}).fixes == []


def test_a_preview_is_a_dry_run_and_remembers_what_is_ticked() -> None:
    assert correction_in({}).dry_run
    assert [correction_in(fields).remember for fields in ({}, {"remember": "true"})] == [False, True]


def test_the_form_knows_what_was_chosen_for_each_cause() -> None:
    choices = choices_in({f"do.{PRICE}": "set", f"write.{CATEGORY}": "Toys"})
    assert choices == {PRICE: Choice("set"), CATEGORY: Choice("later", "Toys")}
    assert [choices[key].is_unfinished for key in (PRICE, CATEGORY)] == [True, False]


@pytest.mark.parametrize("name", ["do.", "do.NO_SUCH_TYPE.price.", "do.INVALID_PRICE.no_such_column."])
def test_names_that_no_form_of_ours_has_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        correction_in({name: "pick:1"})

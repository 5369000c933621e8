"""Conditions of what somebody asks for."""

import pytest

from pipeline.postgres.conditions import containing, where, without_none


def test_only_what_is_asked_becomes_a_condition() -> None:
    clause, values = where(
        {"sku": ("sku = %(sku)s", "A-1"), "q": ("name ILIKE %(q)s", None), "dry_run": ("dry_run = %(dry_run)s", False)}
    )
    assert clause == "sku = %(sku)s AND dry_run = %(dry_run)s"
    assert values == {"sku": "A-1", "dry_run": False}


def test_who_asks_for_nothing_gets_everything() -> None:
    assert where({"sku": ("sku = %(sku)s", None)}) == ("true", {})


def test_a_filter_that_is_not_given_is_left_out() -> None:
    assert without_none(sku="A-1", brand=None, unit="", line=0) == {"sku": "A-1", "unit": "", "line": 0}


@pytest.mark.parametrize(
    ("searched", "pattern"),
    [("lamp", "%lamp%"), ("50%_\\", r"%50\%\_\\%"), ("", None), (None, None)],
)
def test_a_text_is_searched_for_as_it_stands(searched: str | None, pattern: str | None) -> None:
    assert containing(searched) == pattern

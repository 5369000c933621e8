"""How large a change is, in words."""

import pytest

from api.portal.planning.change_size import sized_change, sized_changes


@pytest.mark.parametrize(
    ("column", "before", "after", "words"),
    [
        ("price", "1299.00", "12.99", ("1,299.00", "12.99", "−99%", "Falls to 1/100")),
        ("price", "10.00", "5.00", ("10.00", "5.00", "−50%", "Falls to 1/2")),
        ("price", "10.00", "5.01", ("10.00", "5.01", "−49.9%", "")),
        ("price", "9999.00", "0.01", ("9,999.00", "0.01", "−99.99%", "Falls to 1/999,900")),
        ("price", "10.00", "20.00", ("10.00", "20.00", "+100%", "Rises 2-fold")),
        ("stock_quantity", "50", "15", ("50", "15", "−70%", "Falls to about 1/3")),
        ("price", "19.99", "999999.99", ("19.99", "999,999.99", "+5,002,401%", "Rises 50,025-fold")),
        ("price", "12.99", "1299.00", ("12.99", "1,299.00", "+9,900%", "Rises 100-fold")),
        ("price", "400.00", "400.01", ("400.00", "400.01", "+under 0.01%", "")),
        ("price", "3.00", "3.10", ("3.00", "3.10", "+3.3%", "")),
        ("stock_quantity", "1200", "0", ("1,200", "0", "−100%", "Falls to 0")),
        ("stock_quantity", "0", "5", ("0", "5", "", "")),
        ("compare_at_price", None, "5.00", (None, "5.00", "", "")),
        ("listing_status", "active", "withdrawn", ("active", "withdrawn", "", "Goes off sale")),
        ("listing_status", "withdrawn", "active", ("withdrawn", "active", "", "On sale again")),
        ("product_name", "x" * 90, "Lamp", ("x" * 60 + " …", "Lamp", "", "")),
    ],
)
def test_a_change_says_how_large_it_is(
    column: str, before: str | None, after: str | None, words: tuple[str | None, ...]
) -> None:
    change = sized_change(column, before, after)
    assert (change.before, change.after, change.percent, change.remark) == words


@pytest.mark.parametrize(
    ("column", "before", "after", "tone"),
    [
        ("price", "10.00", "5.00", "bad"),
        ("price", "10.00", "5.01", ""),
        ("price", "10.00", "99.00", ""),
        ("stock_quantity", "65", "0", "warn"),
        ("stock_quantity", "65", "1", ""),
        ("stock_quantity", "0", "65", ""),
        ("weight_kg", "3.0", "1.0", ""),
        ("listing_status", "active", "withdrawn", "warn"),
        ("listing_status", "withdrawn", "active", "good"),
        ("product_name", "Lamp", "Desk lamp", ""),
    ],
)
def test_a_value_has_a_colour_only_where_it_means_something(column: str, before: str, after: str, tone: str) -> None:
    assert sized_change(column, before, after).tone == tone


def test_the_largest_change_of_a_row_comes_first_and_texts_last() -> None:
    changes = {
        "product_name": {"before": "Lamp", "after": "Desk lamp"},
        "price": {"before": "10.00", "after": "11.00"},
        "stock_quantity": {"before": "100", "after": "0"},
        "listing_status": {"before": "active", "after": "withdrawn"},
    }
    columns = [change.column for change in sized_changes(changes)]
    assert columns == ["stock_quantity", "listing_status", "price", "product_name"]

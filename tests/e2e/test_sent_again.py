"""A corrected file is sent again as a whole: the rows that were accepted before are no errors to correct."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.console import signed_in
from tests.e2e.test_finished_or_not import line, sent
from tests.stack import Stack, eventually, part, sound_rows, tag

_UPDATE = "Update them instead"


@pytest.fixture
def pages(stack: Stack) -> Iterator[httpx.Client]:
    with signed_in(stack, "VEND002") as console:
        yield console.client


@pytest.fixture
def rows(stack: Stack) -> list[str]:
    """Of a file whose products are in the catalogue."""
    rows = sound_rows(44, tag())
    sent(stack, rows)
    return rows


def test_what_is_there_with_the_same_values_is_one_line(stack: Stack, pages: httpx.Client, rows: list[str]) -> None:
    upload = sent(stack, [*rows, *sound_rows(1, tag())], file_name="whole.csv")
    page = pages.get(f"/uploads/{upload['upload_id']}").text
    assert "1 row is new, 44 are there already. There is nothing to change." in page
    assert '<span class="chip good">Already there</span>' in page
    assert '<details class="confirm"><summary>44 rows are in your catalogue already</summary>' in page
    assert not any(words in page for words in (_UPDATE, "Download fix file", "Send the corrected file"))
    assert "Already there" in line(pages.get("/uploads").text, upload["upload_id"])


def test_what_is_there_with_other_values_can_be_updated(stack: Stack, pages: httpx.Client, rows: list[str]) -> None:
    rows[:2] = [row.replace("19.99", "25.00") for row in rows[:2]]
    upload = sent(stack, [*rows, *sound_rows(3, tag())], file_name="whole.csv")
    page = pages.get(f"/uploads/{upload['upload_id']}").text
    assert "3 rows are new, 2 have other values than your catalogue, 42 are there already." in page
    assert f'<button class="main" type="submit">{_UPDATE}</button>' in page
    assert page.count('class="button main"') == 0
    [mail] = eventually(lambda: stack.vendor_mails(upload["upload_id"]))
    text = " ".join(part(mail, "plain").split())
    assert "3 rows are new, 2 have other values than your catalogue, 42 are there already." in text
    assert "choose “Change them, and add new ones”" in text
    assert not any(words in text for words in ("What to correct first", "fix file"))


def test_the_filtered_errors_are_not_put_away(stack: Stack, pages: httpx.Client, rows: list[str]) -> None:
    upload = sent(stack, rows)
    page = pages.get(f"/uploads/{upload['upload_id']}?error_type=DUPLICATE_SKU").text
    assert '<details class="confirm" open><summary>44 rows are in your catalogue already</summary>' in page


def test_what_is_there_does_not_hide_what_is_to_correct(stack: Stack, pages: httpx.Client, rows: list[str]) -> None:
    wrong = sound_rows(2, tag())[1].replace("19.99", "free")
    both = ",".join([*rows[0].split(",")[:3], rows[1].split(",")[3], "19.99,5"])  # keys of two products
    upload = sent(stack, [*rows, wrong, both])
    page = pages.get(f"/uploads/{upload['upload_id']}").text
    assert "No row is new, 44 are there already. 2 rows need a correction." in page
    assert "Without 44 rows that are in your catalogue already." in page
    table = page.partition('id="error-list"')[2].partition("</table>")[0]
    assert re.findall(r'class="name" href="[^"]*/rows/(\d+)"', table) == ["45", "46"]
    assert page.index("Invalid price</a> in") < page.index("Duplicate SKU</a> in")
    [mail] = eventually(lambda: stack.vendor_mails(upload["upload_id"]))
    assert ("Invalid price" in part(mail, "plain"), "Duplicate" in part(mail, "plain")) == (True, False)
    everything = pages.get(f"/uploads/{upload['upload_id']}?error_type=DUPLICATE_SKU").text
    assert "45 errors in 45 rows match." in everything

"""Whether what was rejected has been corrected: on the pages of the uploads concerned, and in the list."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.console import signed_in
from tests.stack import Stack, csv_of, sound_rows, tag

_VENDOR = "VEND002"


@pytest.fixture
def pages(stack: Stack) -> Iterator[httpx.Client]:
    with signed_in(stack, _VENDOR) as console:
        yield console.client


def sent(stack: Stack, rows: list[str], **fields: Any) -> dict[str, Any]:
    return stack.ended(stack.send(csv_of(rows), vendor=_VENDOR, **fields)["upload_id"], vendor=_VENDOR)


def rejected(stack: Stack, count: int = 3, **fields: Any) -> dict[str, Any]:
    """An upload whose rows are rejected for their prices."""
    return sent(stack, [row.replace("19.99", "free") for row in sound_rows(count, tag())], **fields)


def corrected(stack: Stack, upload: dict[str, Any], rows: list[int], price: str = "5.00", **fields: Any) -> str:
    """The rows are corrected by a price; returns the id of the upload that does."""
    changes = [{"row_number": row, "set": {"price": price}} for row in rows]
    with stack.api(_VENDOR) as api:
        answer = api.post(f"/v1/uploads/{upload['upload_id']}/corrections", json={"rows": changes, **fields})
    return str(stack.ended(answer.raise_for_status().json()["upload_id"], vendor=_VENDOR)["upload_id"])


def line(page: str, upload_id: str) -> str:
    """The words of an upload's line in the list."""
    [row] = [row for row in page.split("<tr") if f'class="name" href="/uploads/{upload_id}"' in row]
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def text_of(pages: httpx.Client, path: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", pages.get(path).text).split())


def test_the_page_says_how_many_rows_are_corrected_and_where(stack: Stack, pages: httpx.Client) -> None:
    upload = rejected(stack, file_name="spring.csv")
    here = f"/uploads/{upload['upload_id']}"
    assert re.search(r'<div id="corrected"[^>]* hidden', pages.get(here).text)
    child = corrected(stack, upload, [1])
    page = pages.get(here).text
    assert "1 of 3 rejected rows are corrected, 2 are left." in page
    assert f'href="/uploads/{child}"' in page
    assert "None of the 3 rows could be accepted; each needs a correction." in page
    corrected(stack, upload, [2, 3])
    page = pages.get(here).text
    assert "All 3 rejected rows are corrected." in page
    assert '<span class="chip good">Corrected</span>' in page
    assert "each needed a correction" in page
    assert "<summary>3 errors in rows that are corrected</summary>" in page
    assert "Send the corrected file" not in page


def test_a_correction_leads_back_to_what_it_corrects(stack: Stack, pages: httpx.Client) -> None:
    upload = rejected(stack, file_name="spring.csv")
    child = corrected(stack, upload, [1, 2])
    text = text_of(pages, f"/uploads/{child}")
    assert "Corrects 2 rejected rows of spring.csv" in text
    assert "Corrects spring.csv. 2 of 3 rejected rows are corrected, 1 is left." in text


def test_a_correction_of_a_correction_counts_for_both(stack: Stack, pages: httpx.Client) -> None:
    upload = rejected(stack, file_name="spring.csv")
    first = corrected(stack, upload, [1, 2], price="5.00 now")
    assert "None of the 3 rejected rows is corrected yet." in pages.get(f"/uploads/{first}").text
    second = corrected(stack, {"upload_id": first}, [2])
    text = text_of(pages, f"/uploads/{second}")
    assert "Corrects spring_corrected.csv. 1 of 2 rejected rows are corrected, 1 is left." in text
    assert "That corrects spring.csv. 1 of 3 rejected rows are corrected, 2 are left." in text
    page = pages.get(f"/uploads/{upload['upload_id']}").text
    assert all(f'href="/uploads/{each}"' in page for each in (first, second))


def test_a_dry_run_corrects_nothing(stack: Stack, pages: httpx.Client) -> None:
    upload = rejected(stack, file_name="spring.csv")
    tried = corrected(stack, upload, [1], dry_run=True)
    page = pages.get(f"/uploads/{upload['upload_id']}").text
    assert re.search(r'<div id="corrected"[^>]* hidden', page)
    assert tried not in page
    text = text_of(pages, f"/uploads/{tried}")
    assert "This is a preview: the corrected row would be accepted." in text
    assert "Nothing has changed in the catalogue so far." in text
    assert "Tries to correct spring.csv" in line(pages.get("/uploads").text, tried)


def test_the_page_asks_again_until_all_is_corrected_or_the_file_is_gone(stack: Stack, pages: httpx.Client) -> None:
    upload = rejected(stack, count=1)
    part = f"/uploads/{upload['upload_id']}/corrected"
    assert 'hx-trigger="every 5s"' in pages.get(part).text
    stack.sql(  # nobody can wait for two years
        "UPDATE upload_history SET processing_started_at = now() - interval '2 years' WHERE upload_id = %s",
        upload["upload_id"],
    )
    assert "hx-trigger" not in pages.get(part).text
    stack.sql("UPDATE upload_history SET processing_started_at = now() WHERE upload_id = %s", upload["upload_id"])
    corrected(stack, upload, [1])
    answer = pages.get(f"{part}?told=0").text
    assert "hx-trigger" not in answer
    assert re.search(r'id="told" hx-swap-oob="innerHTML">The rejected row is corrected\.<', answer)
    assert "hx-swap-oob" not in pages.get(f"{part}?told=1").text


def test_a_stranger_sees_nothing_of_it(stack: Stack) -> None:
    upload = rejected(stack)
    with signed_in(stack, "VEND003") as console:
        assert console.client.get(f"/uploads/{upload['upload_id']}/corrected").status_code == 404


def test_the_list_says_what_is_corrected_and_what_corrects(stack: Stack, pages: httpx.Client) -> None:
    upload = rejected(stack, file_name="spring.csv")
    child = corrected(stack, upload, [1, 2])
    page = pages.get("/uploads").text
    assert "spring.csv 2 of 3 corrected since Failed" in line(page, upload["upload_id"])
    assert "spring_corrected.csv Corrects spring.csv Completed" in line(page, child)
    corrected(stack, upload, [3])
    page = pages.get("/uploads").text
    assert "spring.csv All 3 corrected since Corrected" in line(page, upload["upload_id"])
    assert "bad-text" not in next(row for row in page.split("<tr") if f'href="/uploads/{upload["upload_id"]}"' in row)


def test_a_file_that_needs_an_answer_has_not_failed(stack: Stack, pages: httpx.Client) -> None:
    header = "Code for us;What it is;Section;Selling at;How many"
    announced = stack.send(csv_of(["A-1;Lamp;Electronics;9,90;1"], header), vendor=_VENDOR, file_name="winter.csv")
    upload = stack.ended(announced["upload_id"], vendor=_VENDOR)
    assert upload["status"] == "failed"
    page = pages.get(f"/uploads/{upload['upload_id']}").text
    assert '<span class="chip asks">Needs your answer</span>' in page
    assert "One answer is missing, then this file goes on. Nothing of it is in the catalogue yet." in page
    assert 'class="failure"' not in page
    assert "Needs your answer" in line(pages.get("/uploads").text, upload["upload_id"])
    mapping = {"vendor_product_id": "Code for us", "product_name": "What it is", "category": "Section"}
    rest = {"sku": "Code for us", "price": "Selling at", "stock_quantity": "How many"}
    with stack.api(_VENDOR) as api:
        applied = api.post(f"/v1/uploads/{upload['upload_id']}/apply", json={"mapping": mapping | rest})
    stack.ended(applied.raise_for_status().json()["upload_id"], vendor=_VENDOR)
    assert '<span class="chip bad">Failed</span>' in pages.get(f"/uploads/{upload['upload_id']}").text
    assert "Failed" in line(pages.get("/uploads").text, upload["upload_id"])

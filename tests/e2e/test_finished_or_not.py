"""Whether what was rejected has been corrected, on the page of the upload and of those that correct it."""

from typing import Any

from tests.e2e.console import signed_in
from tests.stack import Stack, csv_of, sound_rows, tag


def corrected(stack: Stack, upload: dict[str, Any], rows: list[int], **fields: Any) -> dict[str, Any]:
    """The rows are corrected by a price."""
    changes = [{"row_number": row, "set": {"price": "5.00"}} for row in rows]
    with stack.api("VEND001") as api:
        answer = api.post(f"/v1/uploads/{upload['upload_id']}/corrections", json={"rows": changes, **fields})
    return stack.ended(answer.raise_for_status().json()["upload_id"])


def test_the_page_says_how_many_rows_are_corrected_and_where(stack: Stack) -> None:
    wrong = [row.replace("19.99", "free") for row in sound_rows(3, tag())]
    upload = stack.ended(stack.send(csv_of(wrong))["upload_id"])
    corrected(stack, upload, [1], dry_run=True)
    with signed_in(stack) as console:
        page = f"/uploads/{upload['upload_id']}"
        assert "corrected since" not in console.client.get(page).text
        first = corrected(stack, upload, [1])
        text = console.client.get(page).text
        assert "1 of 3 rejected rows have been corrected since:" in text
        assert f'href="/uploads/{first["upload_id"]}"' in text
        assert f'href="{page}"' in console.client.get(f"/uploads/{first['upload_id']}").text
        corrected(stack, upload, [2, 3])
        assert "All 3 rejected rows have been corrected since:" in console.client.get(page).text

"""Mail beside the notification: to the vendor's own address, once, and no more of it where none is wanted."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from tests.stack import Stack, csv_of, eventually, part, sound_rows, tag

VENDOR = "VEND003"
ADDRESS = "info@homeess.com"


def rows_of(run: str) -> bytes:
    """Four rows, of which two are rejected."""
    bad = [f"P{run}-8,Lamp,Electronix,S{run}-8,1,1", f"P{run}-9,Lamp,Electronics,S{run}-9,-1,1"]
    return csv_of([*sound_rows(2, run), *bad])


def send(stack: Stack, *, vendor: str = VENDOR, **fields: Any) -> str:
    """An upload with two sound rows and two with an error each; its id, once it has ended."""
    run = tag()
    upload_id: str = stack.send(rows_of(run), vendor=vendor, **fields)["upload_id"]
    stack.ended(upload_id, vendor=vendor)
    return upload_id


def mail_about(stack: Stack, upload_id: str) -> EmailMessage:
    [mail] = eventually(lambda: stack.vendor_mails(upload_id))
    return mail


def fault_of(stack: Stack, upload_id: str) -> str:
    """Why no mail was sent about an upload, once that is decided."""
    query = "SELECT fault FROM mails WHERE upload_id = %s AND next_attempt_at IS NULL"  # nobody is told
    [found] = eventually(lambda: stack.sql(query, upload_id))
    return str(found["fault"])


def stop_link(mail: EmailMessage) -> str:
    return str(mail["List-Unsubscribe"]).strip("<>")


@pytest.fixture
def vendors_address(stack: Stack) -> Iterator[Any]:
    """Gives the vendor another address for the length of a test; operators have no command for it."""

    def set_address(address: str) -> None:
        stack.sql("UPDATE vendors SET email = %s WHERE vendor_id = %s", address, VENDOR)

    yield set_address
    set_address(ADDRESS)
    stack.sql("DELETE FROM mail_stops")


def test_a_vendor_gets_counts_causes_and_links_at_its_own_address(stack: Stack) -> None:
    upload_id = send(stack, file_name="spring.csv")
    mail = mail_about(stack, upload_id)
    assert (mail["To"], mail["Subject"]) == (ADDRESS, "spring.csv: 2 of 4 rows accepted, 2 to correct")
    assert "no-reply@onboarding.example" in mail["From"]
    html, text = part(mail, "html"), part(mail, "plain")
    for phrase in ("Invalid category in category", "Electronix", "Invalid price in price", "50.0%"):
        assert phrase in text
    portal, fix, report, _ = links = re.findall(r"^https?:\S+", text, re.MULTILINE)
    assert all(link in html for link in links)
    assert (portal, fix) == (f"{stack.api_url}/uploads/{upload_id}", f"{portal}/fix.csv")
    assert httpx.get(report, follow_redirects=True).content.startswith("\N{BYTE ORDER MARK}Row,SKU".encode())


def test_a_correction_leads_to_what_it_corrects(stack: Stack) -> None:
    parent = send(stack, file_name="spring.csv")
    with stack.api(VENDOR) as api:
        change = {"rows": [{"row_number": 4, "set": {"price": "5.00"}}]}
        child = api.post(f"/v1/uploads/{parent}/corrections", json=change).raise_for_status().json()["upload_id"]
    stack.ended(child, vendor=VENDOR)
    mail = mail_about(stack, child)
    text = " ".join(part(mail, "plain").split())
    assert "Every product is in the catalogue. In spring.csv, 1 row is left to correct." in text
    assert (
        f"Corrects spring.csv. 1 of 2 rejected rows are corrected, 1 is left. {stack.api_url}/uploads/{parent}" in text
    )


def test_the_notification_and_the_mail_have_one_id(stack: Stack) -> None:
    upload_id = send(stack)
    [notification] = stack.mails(upload_id)
    notification_id = notification["MessageAttributes"]["notification_id"]["Value"]
    assert mail_about(stack, upload_id)["X-Notification-Id"] == notification_id


def test_a_hostile_file_name_stays_a_name(stack: Stack) -> None:
    """It came as a direct drop: the API takes no such name."""
    name = "\u202e<img src=x>,Bcc: a@b.example\u2028.csv"
    stack.drop(f"uploads/{VENDOR}/{name}", rows_of(tag()))
    [upload] = eventually(lambda: stack.find_uploads(VENDOR, file_name=name))
    mail = mail_about(stack, upload["upload_id"])
    assert mail["Subject"].startswith("<img src=x>,Bcc: a@b.example .csv: 2 of 4")
    assert (mail["To"], mail["Bcc"]) == (ADDRESS, None)
    assert "<img" not in part(mail, "html")


def test_a_vendor_gets_no_other_vendors_mail(stack: Stack) -> None:
    for vendor, address in ((VENDOR, ADDRESS), ("VEND002", "sales@stylewear.com")):
        assert mail_about(stack, send(stack, vendor=vendor))["To"] == address


def test_a_direct_drop_of_nobody_is_told_to_nobody(stack: Stack) -> None:
    name = f"{tag()}.csv"
    stack.drop(f"uploads/NOBODY/{name}", csv_of(sound_rows(1, tag())))
    # No vendor sees this upload, and nobody is told whether a mail is still to come.
    query = "SELECT upload_id FROM upload_history WHERE file_name = %s AND notified_at IS NOT NULL"
    [upload] = eventually(lambda: stack.sql(query, name))
    assert stack.sql("SELECT 1 FROM mails WHERE upload_id = %s", upload["upload_id"]) == []


# ---------------------------------------------------------------- no more of them


def test_one_click_of_a_mail_program_ends_the_mails_and_not_the_notifications(
    stack: Stack, vendors_address: Any
) -> None:
    mail = mail_about(stack, send(stack))
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for _ in range(2):
        assert httpx.post(stop_link(mail), data={"List-Unsubscribe": "One-Click"}).status_code == 200
    upload_id = send(stack)
    assert len(stack.mails(upload_id)) == 1
    assert fault_of(stack, upload_id) == "unsubscribed"
    assert stack.vendor_mails(upload_id) == []


def test_the_page_changes_nothing_until_its_button_is_pressed_and_lets_one_come_back(
    stack: Stack, vendors_address: Any
) -> None:
    link = stop_link(mail_about(stack, send(stack)))
    page = httpx.get(link)
    assert ADDRESS in page.text
    assert "Stop these emails" in page.text
    assert "Stop these emails" in httpx.get(link).text
    assert "These emails are stopped" in httpx.post(link).text
    assert "These emails are stopped" in httpx.get(link).text
    assert "gets an email" in httpx.post(f"{link}/resume").text
    mail_about(stack, send(stack))


def test_a_link_that_was_not_signed_by_us_stops_nothing(stack: Stack, vendors_address: Any) -> None:
    token = stop_link(mail_about(stack, send(stack))).rpartition("/")[2]
    report = re.findall(r"/r/(\S+)", part(mail_about(stack, send(stack)), "plain"))[0]
    for wrong in (token[:-2] + "zz", token.partition(".")[0], report, "x"):
        assert httpx.post(f"{stack.api_url}/mail/{wrong}").status_code == 404
    mail_about(stack, send(stack))


@pytest.mark.parametrize(("name", "reason"), [("bounce", "bounced"), ("complaint", "complained")])
def test_an_address_from_which_a_mail_came_back_is_written_to_no_more(
    stack: Stack, vendors_address: Any, name: str, reason: str
) -> None:
    vendors_address(f"{name}+{tag()}@simulator.amazonses.com")
    link = stop_link(mail_about(stack, send(stack)))
    eventually(lambda: "came back" in httpx.get(link).text)
    assert fault_of(stack, send(stack)) == reason
    assert "came back" in httpx.post(f"{link}/resume").text
    assert fault_of(stack, send(stack)) == reason


def test_what_is_no_single_address_gets_no_mail(stack: Stack, vendors_address: Any) -> None:
    vendors_address("a@shop.example, b@shop.example")
    assert fault_of(stack, send(stack)) == "no_address"


# ---------------------------------------------------------------- the mailbox


def test_the_mailbox_shows_every_mail_with_both_parts_and_runs_nothing_of_it(stack: Stack) -> None:
    name = f"{tag()}.csv"
    mail = mail_about(stack, send(stack, file_name=name))
    listed = httpx.get(f"{stack.api_url}/mailbox").text
    [path] = re.findall(rf'href="(/mailbox/[^"]+)"[^>]*>{re.escape(name)}', listed)
    page = httpx.get(f"{stack.api_url}{path}").text
    assert "List-Unsubscribe-Post" in page
    assert "What to correct first" in page
    answer = httpx.get(f"{stack.api_url}{path}/html")
    assert answer.text.split() == part(mail, "html").split()
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert httpx.get(f"{stack.api_url}/mailbox/1-{'0' * 36}").status_code == 404

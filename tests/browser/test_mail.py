"""The mail as a mail program shows it, narrow and wide, by light and in the dark; and the page that ends it."""

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import DESKTOP, PHONE, violations
from tests.browser.conftest import Visiting
from tests.stack import Stack, eventually, part

_NARROWEST = {"width": 320, "height": 700}


@pytest.fixture(scope="module")
def mail(stack: Stack, partial: dict[str, Any]) -> EmailMessage:
    """About a file with a name in two directions, and errors of every kind."""
    [message] = eventually(lambda: stack.vendor_mails(partial["upload_id"]))
    return message


@pytest.fixture
def without_stops(stack: Stack) -> Iterator[None]:
    yield
    stack.sql("DELETE FROM mail_stops")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, _NARROWEST])
def test_the_mail_is_open_to_everyone_and_fits(
    browser: Browser, mail: EmailMessage, viewport: Any, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport=viewport, color_scheme=scheme)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.set_content(part(mail, "html"))
    # Mail programs put a mail into a page of theirs: its landmarks are not the mail's.
    assert [
        violation for violation in violations(page) if not violation.startswith(("landmark-one-main", "region"))
    ] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert requests == []
    page.close()


def test_the_mail_is_readable_where_styles_are_dropped(browser: Browser, mail: EmailMessage) -> None:
    """Old programs keep what stands at the elements, and nothing of the head."""
    head, _, body = part(mail, "html").partition("</head>")
    assert "<style>" in head
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_content(body)
    assert violations(page, only=("color-contrast",)) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.close()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_the_page_that_ends_the_mails_is_sound_in_every_state(
    visiting: Visiting, stack: Stack, mail: EmailMessage, viewport: Any, without_stops: None
) -> None:
    visit = visiting(None, viewport=viewport)
    path = str(mail["List-Unsubscribe"]).strip("<>").removeprefix(stack.api_url)
    assert visit.go(path) == 200
    visit.check()
    visit.page.get_by_role("button", name="Stop these emails").click()
    expect(visit.page.get_by_role("heading", name="These emails are stopped")).to_be_visible()
    visit.check()
    visit.page.get_by_role("button", name="Send them again").click()
    expect(visit.page.get_by_role("button", name="Stop these emails")).to_be_visible()
    stack.sql("INSERT INTO mail_stops (address, reason) VALUES ('a@example.com', 'bounced')")
    visit.go(path)
    expect(visit.page.get_by_role("heading", name="No emails are sent to this address")).to_be_visible()
    visit.check()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_the_mailbox_is_sound(visiting: Visiting, mail: EmailMessage, viewport: Any) -> None:
    visit = visiting(None, viewport=viewport)
    assert visit.go("/mailbox") == 200
    visit.check()
    visit.page.get_by_role("link", name="منتجات.csv").first.click()
    frame = visit.page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_contain_text("rows accepted")
    expect(frame.get_by_role("link", name="Stop these emails")).to_be_visible()

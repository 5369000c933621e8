"""One browser and one vendor for all browser tests; each test opens its own windows."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from pipeline.domain.keys import Role
from pipeline.postgres.api_keys import create_api_key
from tests.browser.chromium import DESKTOP, Visit, running_browser
from tests.browser.samples import rows_of_every_kind
from tests.stack import Stack, csv_of

Visiting = Callable[..., Visit]
VENDOR, NEWCOMER = "BROWSER", "NEWCOMER"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for the package."""
    # Closed after the package: the event loop of Playwright would break tests with a loop of their own.
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def sessions() -> dict[str, Any]:
    """Cookies by caller, so that each caller signs in only once."""
    return {}


@pytest.fixture(scope="session")
def vendors(stack: Stack) -> None:
    """A vendor for what these tests send, and one that has sent nothing yet."""
    for vendor_id, name in ((VENDOR, "Bright & Söhne"), (NEWCOMER, "مؤسسة البداية")):
        stack.sql(
            "INSERT INTO vendors (vendor_id, vendor_name, email) VALUES (%s, %s, 'a@example.com')", vendor_id, name
        )
        keys = stack.description["api_keys"]
        keys[vendor_id] = create_api_key(
            stack.description["database_url"], role=Role.VENDOR, vendor_id=vendor_id, label="browser tests"
        )


@pytest.fixture(scope="session")
def partial(stack: Stack, vendors: None) -> dict[str, Any]:
    """An ended upload with good rows, and with bad ones of every kind."""
    announcement = stack.send(csv_of(rows_of_every_kind()), vendor=VENDOR, file_name="Herbst & Winter – منتجات.csv")
    upload = stack.ended(announcement["upload_id"], vendor=VENDOR)
    assert upload["status"] == "partial"
    return upload


@pytest.fixture
def nothing_remembered(stack: Stack, vendors: None) -> Iterator[None]:
    """What is remembered of columns and categories is forgotten before a test and after it."""
    _forget(stack)
    yield
    _forget(stack)


def _forget(stack: Stack) -> None:
    stack.sql("DELETE FROM category_aliases WHERE vendor_id = %s", VENDOR)
    stack.sql("DELETE FROM remembered_headers WHERE vendor_id = %s", VENDOR)


@pytest.fixture
def visiting(browser: Browser, stack: Stack, vendors: None, sessions: dict[str, Any]) -> Iterator[Visiting]:
    """Opens a window; `caller` is signed in there, unless it is None."""
    stack.sql("DELETE FROM sign_in_allowances")
    with ExitStack() as windows:

        def visit(caller: str | None = VENDOR, **options: Any) -> Visit:
            # Without motion: during a transition, the contrast of a colour in between would be checked.
            settings = {"viewport": DESKTOP, "reduced_motion": "reduce"} | options
            context = browser.new_context(storage_state=sessions.get(caller or ""), **settings)
            windows.callback(context.close)
            visit = Visit(context, stack)
            if caller and caller not in sessions:
                visit.sign_in(caller)
                sessions[caller] = context.storage_state()
            return visit

        yield visit

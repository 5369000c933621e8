"""The browser: the system's Chromium, driven by Playwright. Records every error on its pages."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.stack import Stack

_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Collects violations of the security policy in a list, which the test reads.
_LISTEN = """
    window.forbidden = [];
    addEventListener("securitypolicyviolation", e => window.forbidden.push(`${e.violatedDirective} ${e.blockedURI}`));
"""
_TIMEOUT = 60_000  # milliseconds: long enough for a busy machine
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@contextmanager
def running_browser() -> Iterator[Browser]:
    expect.set_options(timeout=_TIMEOUT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """One person at one browser window."""

    def __init__(self, context: BrowserContext, stack: Stack) -> None:
        self._stack = stack
        self.page: Page = context.new_page()
        self.page.set_default_timeout(_TIMEOUT)
        self.page.add_init_script(_LISTEN)
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def go(self, path: str) -> int:
        """Opens a page of the portal; returns the status of its answer."""
        answer = self.page.goto(self._stack.api_url + path)
        assert answer is not None
        return answer.status

    def sign_in(self, caller: str = "VEND001") -> None:
        self.go("/sign-in")
        self.page.get_by_label("API key").fill(self._stack.description["api_keys"][caller])
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/support" if caller == "support" else "**/uploads")

    def check(self) -> None:
        """Asserts that the page has no policy violations, console messages or barriers, in light and dark, and fits."""
        assert self.page.evaluate("window.forbidden") == []
        assert self.complaints == []
        found = violations(self.page)
        assert found == [], f"{self.page.url}: {found}"
        self.page.emulate_media(color_scheme="dark")
        assert violations(self.page, only=("color-contrast", "link-in-text-block")) == []
        self.page.emulate_media(color_scheme="light")
        overflow = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{self.page.url} is {overflow} px too wide"


def violations(page: Page, only: Sequence[str] = ()) -> list[str]:
    """The violations that axe finds, with their elements: WCAG 2.0 to 2.2, A and AA, and best practices."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # By default, axe does not check the size of targets, a rule of WCAG 2.2.
    options: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
    if only:
        options = {"resultTypes": ["violations"], "runOnly": list(only)}
    failures: list[dict[str, Any]] = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{each['id']}: {', '.join(str(node['target']) for node in each['nodes'][:5])}" for each in failures]

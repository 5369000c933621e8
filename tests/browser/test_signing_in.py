"""Signing in and out, and who may not."""

from playwright.sync_api import expect

from tests.browser.conftest import Visiting
from tests.stack import Stack


def test_a_vendor_signs_in_with_its_key_and_out_again(visiting: Visiting, stack: Stack) -> None:
    visit = visiting(None)
    visit.go("/")
    expect(visit.page).to_have_url(f"{stack.api_url}/sign-in?next=/uploads")
    visit.check()
    visit.sign_in("VEND001")
    expect(visit.page.get_by_text("TechGear")).to_be_visible()
    expect(visit.page).to_have_title("Uploads · Product onboarding")
    visit.check()
    visit.page.get_by_role("button", name="Sign out").click()
    expect(visit.page.get_by_role("status")).to_have_text("You are signed out.")
    visit.go("/uploads")
    expect(visit.page).to_have_url(f"{stack.api_url}/sign-in?next=/uploads")


def test_a_wrong_key_is_told_so_beside_the_field(visiting: Visiting) -> None:
    visit = visiting(None)
    visit.go("/sign-in")
    visit.page.get_by_label("API key").fill("vk_" + "0" * 64)
    visit.page.get_by_role("button", name="Sign in").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("This key is unknown, expired or revoked.")
    expect(visit.page.get_by_label("API key")).to_have_value("")


def test_too_many_attempts_have_to_wait(visiting: Visiting, stack: Stack) -> None:
    visit = visiting(None)
    visit.go("/sign-in")
    for _ in range(11):
        visit.page.get_by_label("API key").fill("vk_wrong")
        visit.page.get_by_role("button", name="Sign in").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("That was too many attempts.")
    stack.sql("DELETE FROM sign_in_allowances")
    visit.sign_in("VEND001")

"""The portal's doors: who may come in, for how long, and what no form or address may do."""

import re
from collections.abc import Iterator

import httpx
import pytest
from anyio.from_thread import start_blocking_portal

from api.main import create_app
from pipeline.domain.keys import Role
from pipeline.postgres.api_keys import create_api_key
from pipeline.settings import Settings
from tests.e2e.operators import keys_with, revoke
from tests.stack import Stack, csv_of, sound_rows, tag

_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_AS_BROWSER = {"Accept": "text/html"}


@pytest.fixture
def portal(stack: Stack) -> Iterator[httpx.Client]:
    stack.sql("DELETE FROM sign_in_allowances")  # all tests sign in from one address
    with httpx.Client(base_url=stack.api_url, headers=_AS_BROWSER, timeout=30) as client:
        yield client


def _token(page: httpx.Response) -> str:
    match = _TOKEN.search(page.text)
    assert match, page.text
    return match[1]


def _sign_in(portal: httpx.Client, key: str, **fields: str) -> httpx.Response:
    form = {"form_token": _token(portal.get("/sign-in")), "key": key, **fields}
    return portal.post("/sign-in", data=form)


def test_the_cookie_is_closed_to_scripts_and_other_sites_and_holds_no_key(portal: httpx.Client, stack: Stack) -> None:
    key = stack.description["api_keys"]["VEND001"]
    cookie = _sign_in(portal, key).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=43200" in cookie
    assert key not in cookie
    assert key[3:20] not in cookie


def test_a_cookie_that_was_changed_opens_nothing(portal: httpx.Client, stack: Stack) -> None:
    _sign_in(portal, stack.description["api_keys"]["VEND001"])
    value = portal.cookies["portal_session"]
    portal.cookies.clear()
    portal.cookies.set("portal_session", ("A" if value[5] != "A" else "B").join((value[:5], value[6:])))
    assert portal.get("/uploads").headers["Location"] == "/sign-in?next=/uploads&ended=true"


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(portal: httpx.Client, stack: Stack) -> None:
    _sign_in(portal, stack.description["api_keys"]["VEND001"])
    cookie = portal.cookies["portal_session"]
    token = _token(portal.get("/uploads"))
    assert portal.post("/sign-out", data={"form_token": token}).headers["Location"] == "/sign-in?out=true"
    portal.cookies.clear()
    portal.cookies.set("portal_session", cookie)
    assert portal.get("/uploads").status_code == 303


def test_a_revoked_key_ends_its_sessions(portal: httpx.Client, stack: Stack) -> None:
    key = create_api_key(
        stack.description["database_url"], role=Role.VENDOR, vendor_id="VEND001", label="to be revoked"
    )
    _sign_in(portal, key)
    assert portal.get("/uploads").status_code == 200
    revoke(stack, keys_with(stack, "to be revoked")[-1]["key_id"])
    assert portal.get("/uploads").headers["Location"] == "/sign-in?next=/uploads&ended=true"
    part = portal.get("/uploads", headers={"HX-Request": "true", "HX-Current-URL": f"{stack.api_url}/uploads?status="})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, "/sign-in?next=/uploads%3Fstatus%3D&ended=true")


def test_a_session_ends_after_its_time(portal: httpx.Client, stack: Stack) -> None:
    _sign_in(portal, stack.description["api_keys"]["VEND001"])
    # Nothing else makes half a day pass.
    stack.sql("UPDATE portal_sessions SET expires_at = now() WHERE session_id ="
              " (SELECT session_id FROM portal_sessions ORDER BY created_at DESC LIMIT 1)")  # fmt: skip
    assert portal.get("/uploads").status_code == 303


@pytest.mark.parametrize("path", ["/uploads/new", "/uploads/announce", "/uploads/UPLOAD_1/cancel", "/sign-out"])
@pytest.mark.parametrize("token", ["", "made-up"])
def test_a_form_without_its_token_does_nothing(portal: httpx.Client, stack: Stack, path: str, token: str) -> None:
    _sign_in(portal, stack.description["api_keys"]["VEND001"])
    form = {"file_name": "a.csv"} | ({"form_token": token} if token else {})
    refused = portal.post(path, data=form)
    assert refused.status_code == 403
    assert "This form is not valid any more" in refused.text


def test_no_link_signs_anybody_out(portal: httpx.Client, stack: Stack) -> None:
    _sign_in(portal, stack.description["api_keys"]["VEND001"])
    assert portal.get("/sign-in?ended=true").headers["Location"] == "/uploads"
    assert portal.get("/sign-out").status_code == 405
    assert portal.get("/uploads").status_code == 200


def test_signing_in_needs_a_form_of_ours_too(portal: httpx.Client, stack: Stack) -> None:
    key = stack.description["api_keys"]["VEND001"]
    assert portal.post("/sign-in", data={"key": key}).status_code == 403
    portal.get("/sign-in")
    assert portal.post("/sign-in", data={"key": key, "form_token": "made-up"}).status_code == 403


def test_a_token_of_one_session_is_no_good_in_another(portal: httpx.Client, stack: Stack) -> None:
    _sign_in(portal, stack.description["api_keys"]["VEND001"])
    token = _token(portal.get("/uploads"))
    portal.cookies.clear()
    _sign_in(portal, stack.description["api_keys"]["VEND001"])
    assert portal.post("/sign-out", data={"form_token": token}).status_code == 403


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil", "/\t/evil.example", ""]
)
def test_signing_in_never_leads_to_another_site(portal: httpx.Client, stack: Stack, elsewhere: str) -> None:
    answer = _sign_in(portal, stack.description["api_keys"]["VEND001"], next=elsewhere)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/uploads")


def test_signing_in_leads_back_to_where_one_wanted_to_go(portal: httpx.Client, stack: Stack) -> None:
    location = portal.get("/uploads?status=failed").headers["Location"]
    page = portal.get(location)
    assert 'name="next" value="/uploads?status=failed"' in page.text
    form = {
        "form_token": _token(page),
        "key": stack.description["api_keys"]["VEND001"],
        "next": "/uploads?status=failed",
    }
    assert portal.post("/sign-in", data=form).headers["Location"] == "/uploads?status=failed"


def test_attempts_are_counted_by_address_and_a_right_key_is_none(portal: httpx.Client, stack: Stack) -> None:
    for _ in range(12):
        assert _sign_in(portal, stack.description["api_keys"]["VEND001"]).status_code == 303
        portal.cookies.clear()
    answers = [_sign_in(portal, "vk_wrong") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 30
    assert _sign_in(portal, stack.description["api_keys"]["VEND001"]).status_code == 429


def test_a_vendor_sees_its_own_uploads_alone(portal: httpx.Client, stack: Stack) -> None:
    upload = stack.send(csv_of(sound_rows(1, tag())), vendor="VEND002", file_name=f"{tag()}.csv")
    stack.ended(upload["upload_id"], vendor="VEND002")
    _sign_in(portal, stack.description["api_keys"]["VEND001"])
    assert upload["upload_id"] not in portal.get("/uploads", params={"file_name": upload["file_name"]}).text
    own, none = portal.get(f"/uploads/{upload['upload_id']}"), portal.get("/uploads/UPLOAD_20260101_000000_aaaaaaaa")
    assert (own.status_code, none.status_code) == (404, 404)
    token = _token(portal.get("/uploads"))
    for act in ("cancel", "mapping", "encoding", "update"):
        assert portal.post(f"/uploads/{upload['upload_id']}/{act}", data={"form_token": token}).status_code == 404
        assert portal.post(f"/uploads/{upload['upload_id']}/{act}").status_code == 403
    assert portal.get(f"/uploads/{upload['upload_id']}/mapping").status_code == 404


def test_what_is_remembered_of_another_vendors_columns_is_seen_and_changed_by_nobody(
    portal: httpx.Client, stack: Stack
) -> None:
    _sign_in(portal, stack.description["api_keys"]["VEND002"])
    token = _token(portal.get("/uploads"))
    assert portal.get("/remembered", params={"vendor_id": "VEND001"}).status_code == 403
    for act in ("change", "forget"):
        form = {"vendor_id": "VEND001", "header": "Nr", "meaning": "sku"}
        assert portal.post(f"/remembered/{act}", data=form | {"form_token": token}).status_code == 403
        assert portal.post(f"/remembered/{act}", data=form | {"vendor_id": ""}).status_code == 403


def test_a_link_of_the_api_leads_to_the_page_of_the_upload(portal: httpx.Client, stack: Stack) -> None:
    upload = stack.send(csv_of(sound_rows(1, tag())))
    assert upload["links"]["portal"] == f"{stack.api_url}/uploads/{upload['upload_id']}"
    _sign_in(portal, stack.description["api_keys"]["VEND001"])
    assert portal.get(upload["links"]["portal"]).status_code == 200


def test_requests_of_a_session_count_against_its_key(portal: httpx.Client, stack: Stack) -> None:
    _sign_in(portal, stack.description["api_keys"]["VEND003"])
    page = portal.get("/uploads")
    assert page.headers["RateLimit-Limit"] == "200"


def test_every_page_forbids_what_is_not_ours(portal: httpx.Client, stack: Stack) -> None:
    _sign_in(portal, stack.description["api_keys"]["VEND001"])
    for path in ("/uploads", "/uploads/new", "/rules", "/nothing", "/uploads?status=wrong"):
        policy = portal.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy, path
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
    bucket = stack.description["bucket"]
    sending = portal.get("/uploads/new").headers["Content-Security-Policy"]
    assert f"connect-src 'self' {stack.description['aws_endpoint_url']}/{bucket}/uploads/;" in sending


def test_the_bucket_takes_files_from_our_pages_alone(stack: Stack) -> None:
    with stack.api() as api:
        address = api.post("/v1/uploads", json={"file_name": "a.csv"}).json()["upload"]
    preflight = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type,if-none-match"}
    ours = httpx.options(address["url"], headers={"Origin": stack.api_url, **preflight})
    assert (ours.status_code, ours.headers["Access-Control-Allow-Origin"]) == (200, stack.api_url)
    theirs = httpx.options(address["url"], headers={"Origin": "https://evil.example", **preflight})
    assert theirs.status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/uploads?status=wrong", 422),
        ("/uploads?cursor=wrong", 400),
        ("/uploads?since=9999-99-99", 422),
        ("/uploads?until=9999-12-31", 422),
        ("/catalogue?cursor=wrong", 400),
        ("/catalogue/0", 422),
        ("/catalogue/999999999", 404),
        ("/catalogue/99999999999999999999", 422),
        ("/uploads/x", 404),
        ("/uploads/x/rows", 404),
        ("/uploads/x/rows/1", 404),
        ("/uploads/new?mode=wrong", 422),
        ("/catalogue?status=wrong", 422),
        ("/uploads/%00", 422),
    ],
)
def test_what_cannot_be_is_said_on_a_page(portal: httpx.Client, stack: Stack, path: str, status: int) -> None:
    _sign_in(portal, stack.description["api_keys"]["VEND001"])
    answer = portal.get(path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["X-Request-Id"] in answer.text


def test_programs_still_get_problem_documents(stack: Stack) -> None:
    for path, headers in (("/v1/uploads", _AS_BROWSER), ("/nothing", {}), ("/v1/nothing", _AS_BROWSER)):
        answer = httpx.get(f"{stack.api_url}{path}", headers=headers)
        assert answer.headers["Content-Type"] == "application/problem+json", path


def test_an_expired_link_of_a_mail_is_explained_on_a_page(portal: httpx.Client) -> None:
    answer = portal.get("/r/made-up")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_a_fault_of_ours_is_a_page_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that finds nothing of what it needs: no region, no secret, no database."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    service = httpx.ASGITransport(create_app(Settings()), raise_app_exceptions=False)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=service, base_url="http://localhost", headers=_AS_BROWSER) as client:
            return await client.get("/sign-in")

    with start_blocking_portal() as in_a_thread:
        answer = in_a_thread.call(ask)
    assert answer.status_code == 500
    assert "That is our fault" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")

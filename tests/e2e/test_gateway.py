"""The same service behind API Gateway and Lambda: the journey once more, on the way that AWS has for it."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.stack import Stack, csv_of, eventually, sound_rows, tag


@pytest.fixture(scope="module")
def gateway(stack: Stack) -> Iterator[httpx.Client]:
    """The emulated HTTP API's own address; its Lambda function runs under its own role."""
    outputs = stack.aws("cloudformation").describe_stacks(StackName="product-onboarding")["Stacks"][0]["Outputs"]
    (url,) = (output["OutputValue"] for output in outputs if output["OutputKey"] == "HttpApiUrl")
    api_id = url.split("://")[1].split(".")[0]
    base = f"{stack.description['aws_endpoint_url']}/_aws/execute-api/{api_id}"
    key = stack.description["api_keys"]["VEND001"]
    with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {key}"}, timeout=30) as client:
        yield client


def test_the_journey_through_api_gateway(stack: Stack, gateway: httpx.Client) -> None:
    run = tag()
    content = csv_of([*sound_rows(2, run), f"P{run}-3,Lamp,Nowhere,S{run}-3,-1,5"])
    announced = gateway.post("/v1/uploads", json={"file_name": "ü.csv", "size_bytes": len(content)})
    assert announced.status_code == 201, announced.text
    address, path = announced.json()["upload"], f"/v1/uploads/{announced.json()['upload_id']}"
    assert httpx.put(address["url"], content=content, headers=address["headers"]).status_code == 200
    assert httpx.put(address["url"], content=content, headers=address["headers"]).status_code == 412

    def final() -> dict[str, Any] | None:
        upload: dict[str, Any] = gateway.get(path).json()
        return upload if upload["is_final"] else None

    upload = eventually(final)
    assert upload is not None
    assert (upload["status"], upload["valid_records"], upload["error_records"]) == ("partial", 2, 1)
    errors = gateway.get(f"{path}/errors", params={"error_field": "price"}).json()["items"]
    assert [error["error_type"] for error in errors] == ["INVALID_PRICE"]
    report = gateway.get(f"{path}/errors.csv")
    assert report.status_code == 307
    assert httpx.get(report.headers["Location"]).content.startswith(b"\xef\xbb\xbfRow,SKU,")


def test_a_small_file_goes_through_api_gateway_too(gateway: httpx.Client) -> None:
    content = csv_of(sound_rows(1, tag()))
    answer = gateway.post("/v1/uploads/file", files={"file": ("a.csv", content)})
    assert (answer.status_code, answer.json()["file_size_bytes"]) == (202, len(content))


def test_pages_come_through_api_gateway_too(gateway: httpx.Client) -> None:
    assert "form_token" in gateway.get("/sign-in").text
    page = gateway.get("/uploads", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Location"]) == (303, "/sign-in?next=/uploads")
    missing = gateway.get("/nowhere", headers={"Accept": "text/html"})
    assert (missing.status_code, "There is nothing here" in missing.text) == (404, True)


def test_refusals_come_as_problems_and_with_their_headers(gateway: httpx.Client) -> None:
    refused = gateway.get("/v1/uploads", headers={"Authorization": "Bearer wrong"})
    assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHENTICATED")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.headers["X-Request-Id"] == refused.json()["request_id"]
    assert gateway.get("/v1/uploads", params={"nothing": "1"}).status_code == 422


def test_the_portal_is_served_there_too(gateway: httpx.Client, stack: Stack) -> None:
    with httpx.Client(base_url=gateway.base_url, headers={"Accept": "text/html"}, timeout=30) as stranger:
        page = stranger.get("/sign-in")
        assert page.status_code == 200
        for address in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text):
            asset = stranger.get(address)
            assert (asset.status_code, asset.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
            assert asset.text
        form = {"form_token": _form_token(stranger, "/sign-in"), "key": stack.description["api_keys"]["VEND001"]}
        entered = stranger.post("/sign-in", data=form)
        assert (entered.status_code, entered.headers["Location"]) == (303, "/uploads")
        assert "TechGear" in stranger.get("/uploads").text
        answer = stranger.post(
            "/uploads/new",
            data={"form_token": _form_token(stranger, "/uploads/new")},
            files={"file": ("ü.csv", csv_of(sound_rows(1, tag())))},
        )
        assert answer.status_code == 303
        assert stack.ended(answer.headers["Location"].removeprefix("/uploads/"))["status"] == "completed"


def _form_token(client: httpx.Client, path: str) -> str:
    match = re.search(r'name="form_token" value="([^"]+)"', client.get(path).text)
    assert match
    return match[1]

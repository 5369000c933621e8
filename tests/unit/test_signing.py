"""Requests that are signed by hand carry what botocore, which is trusted, signs."""

from datetime import UTC, datetime
from unittest import mock

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from pipeline.aws.batch_puts import Keys, signed_headers

NOW = datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("token", [None, "a/session+token=="])
@given(body=st.binary(), secret=st.text("abc/+", min_size=1), region=st.sampled_from(["us-east-1", "eu-central-1"]))
def test_the_signature_is_botocores(token: str | None, body: bytes, secret: str, region: str) -> None:
    host = "dynamodb.example:8443"
    ours = signed_headers(Keys("AKIA", secret, token), region, host, body, now=NOW)
    sent = {name: ours[name] for name in ("content-type", "x-amz-target")}
    request = AWSRequest("POST", f"https://{host}/", headers=sent, data=body)
    with mock.patch("botocore.auth.get_current_datetime", return_value=NOW):
        SigV4Auth(Credentials("AKIA", secret, token), "dynamodb", region).add_auth(request)
    assert ours["authorization"] == request.headers["Authorization"]
    assert ours["x-amz-date"] == request.headers["X-Amz-Date"]
    assert ours.get("x-amz-security-token") == request.headers.get("X-Amz-Security-Token")

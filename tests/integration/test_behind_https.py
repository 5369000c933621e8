"""The portal behind https, as on AWS."""

import re

import httpx
from anyio.from_thread import start_blocking_portal

from api.main import create_app
from pipeline.settings import Settings
from tests.integration.offline import Offline

_ADDRESS = "https://onboarding.example"


def test_the_cookie_of_a_session_is_sent_over_https_alone(offline: Offline) -> None:
    with start_blocking_portal() as in_a_thread:
        cookie = in_a_thread.call(_cookie_of_a_session, offline)
    assert "; Secure" in cookie


async def _cookie_of_a_session(offline: Offline) -> str:
    app = create_app(Settings(api_url=_ADDRESS))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=_ADDRESS) as portal,
    ):
        token = re.search(r'name="form_token" value="([^"]+)"', (await portal.get("/sign-in")).text)
        assert token
        form = {"form_token": token[1], "key": offline.stack.description["api_keys"]["VEND001"]}
        signed_in = await portal.post("/sign-in", data=form)
        assert (await portal.get("/uploads")).status_code == 200
        return signed_in.headers["Set-Cookie"]

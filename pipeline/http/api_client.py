"""The service as a vendor meets it: its public address, a key, and the addresses that it answers."""

from collections.abc import Callable
from typing import Any

import httpx

_SECONDS = 30
_ALREADY_THERE = 412  # an earlier try of the same call has sent it


class FrontDoor:
    """Raises httpx.HTTPError for every answer that is not a good one.

    `key` returns the API key; called with True it must read it anew (after a rotation).
    """

    def __init__(self, api_url: str, key: Callable[[bool], str]) -> None:
        self._key = key
        self._client = httpx.Client(base_url=api_url, timeout=_SECONDS, follow_redirects=True)

    def categories(self) -> list[str]:
        found: list[str] = self._asked("GET", "/v1/rules").json()["categories"]
        return found

    def send(self, content: bytes, *, file_name: str, name: str) -> str:
        """Announces a dry run and sends its file; returns the upload's id. A repeat under the same name is the same."""
        new = {"file_name": file_name, "size_bytes": len(content), "dry_run": True, "reference": name}
        announced = self._asked("POST", "/v1/uploads", json=new, headers={"Idempotency-Key": name}).json()
        address = announced["upload"]
        sent = httpx.put(address["url"], content=content, headers=address["headers"], timeout=_SECONDS)
        if sent.status_code != _ALREADY_THERE:
            sent.raise_for_status()
        return str(announced["upload_id"])

    def upload(self, upload_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._asked("GET", f"/v1/uploads/{upload_id}").json()
        return found

    def error_report(self, upload_id: str) -> str:
        return self._asked("GET", f"/v1/uploads/{upload_id}/errors.csv").content.decode("utf-8-sig")

    def _asked(self, method: str, path: str, **request: Any) -> httpx.Response:
        answer = self._with_key(method, path, fresh=False, **request)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            answer = self._with_key(method, path, fresh=True, **request)
        return answer.raise_for_status()

    def _with_key(self, method: str, path: str, *, fresh: bool, **request: Any) -> httpx.Response:
        """The key goes to the service alone: httpx leaves it out where a redirect leads to another host."""
        headers = {**request.pop("headers", {}), "Authorization": f"Bearer {self._key(fresh)}"}
        return self._client.request(method, path, headers=headers, **request)

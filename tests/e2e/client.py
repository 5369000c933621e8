"""The calls of one vendor, which tests of single features extend."""

from typing import Any

import httpx

from tests.stack import Stack


class Client:
    def __init__(self, stack: Stack, vendor: str = "VEND002") -> None:
        self.stack, self.vendor = stack, vendor

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        with self.stack.api(self.vendor) as api:
            return api.request(method, path, **options)

    def send(self, content: bytes, name: str = "products.csv", **fields: Any) -> dict[str, Any]:
        """The upload of a file when it has ended."""
        with self.stack.client(self.vendor) as client:
            upload = client.announce(name, len(content), **fields)
            client.send(upload["upload"], content, size_bytes=len(content))
        return self.stack.ended(upload["upload_id"], vendor=self.vendor)

    def apply(self, upload: dict[str, Any], **decisions: Any) -> dict[str, Any]:
        """The upload that processes a stored file again, when it has ended."""
        answer = self.call("POST", f"/v1/uploads/{upload['upload_id']}/apply", json=decisions)
        assert answer.status_code == 202, answer.text
        assert answer.headers["Location"] == answer.json()["links"]["self"]
        return self.stack.ended(answer.json()["upload_id"], vendor=self.vendor)

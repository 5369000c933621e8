"""Secrets Manager: secrets by ARN, cached for an hour."""

import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_CACHE_SECONDS = 3600


class Secrets:
    def __init__(self, client: "SecretsManagerClient") -> None:
        self._client = client
        self._read: dict[str, tuple[float, str]] = {}

    def text(self, arn: str, *, fresh: bool = False) -> str:
        """A secret's text. `fresh` bypasses the cache, for use after a rotation."""
        read_at, text = self._read.get(arn, (0.0, ""))
        if fresh or not text or time.monotonic() - read_at > _CACHE_SECONDS:
            text = self._client.get_secret_value(SecretId=arn)["SecretString"]
            self._read[arn] = (time.monotonic(), text)
        return text

    def json(self, arn: str, *, fresh: bool = False) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.text(arn, fresh=fresh))
        return content

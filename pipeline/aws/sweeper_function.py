"""Lambda: asks upload-sweeper for the dead letters and for a re-drive."""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class SweeperFault(Exception):
    """The function cannot be invoked, or it failed."""


class SweeperStillRunning(Exception):
    """The function has not answered in time. It continues its work."""


class SweeperFunction:
    """Give it a client without automatic retries: one would repeat a re-drive."""

    def __init__(self, client: "LambdaClient", name: str) -> None:
        self._client, self._name = client, name

    def dead_letters(self) -> list[dict[str, Any]]:
        """At most 100 dead letters, each with `kind`, `upload_id` and `since`."""
        letters: list[dict[str, Any]] = self._invoke({"show": True})["dead_letters"]
        return letters

    def redrive(self) -> dict[str, int]:
        """Processes every dead letter again and sweeps; returns the number of letters of each kind."""
        redriven: dict[str, int] = self._invoke({"redrive": True, "look_for_drops": True})["redriven"]
        return redriven

    def _invoke(self, event: dict[str, object]) -> dict[str, Any]:
        try:
            answer = self._client.invoke(FunctionName=self._name, Payload=json.dumps(event))
            content: dict[str, Any] = json.load(answer["Payload"])
        except ReadTimeoutError:
            raise SweeperStillRunning from None
        except (BotoCoreError, ClientError) as error:
            raise SweeperFault(type(error).__name__) from error
        if "FunctionError" in answer:
            raise SweeperFault(content.get("errorType", "unknown"))
        return content

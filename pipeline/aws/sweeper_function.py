"""Lambda: asks upload-sweeper what stands still, and to have it done again."""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class SweeperFault(Exception):
    """Raised when the function cannot be asked, or fails."""


class SweeperAtWork(Exception):
    """Raised when the function takes longer than anybody can wait for; it goes on with what it does."""


class SweeperFunction:
    """The client must not repeat a request by itself: a re-drive would be done twice."""

    def __init__(self, client: "LambdaClient", name: str) -> None:
        self._client, self._name = client, name

    def dead_letters(self) -> list[dict[str, Any]]:
        """A hundred at most, each with `kind`, `upload_id` and `since`."""
        letters: list[dict[str, Any]] = self._asked({"show": True})["dead_letters"]
        return letters

    def redrive(self) -> dict[str, int]:
        """Has every dead letter done again and everything swept; how many letters there were of each kind."""
        redriven: dict[str, int] = self._asked({"redrive": True, "look_for_drops": True})["redriven"]
        return redriven

    def _asked(self, wish: dict[str, object]) -> dict[str, Any]:
        try:
            answer = self._client.invoke(FunctionName=self._name, Payload=json.dumps(wish))
            content: dict[str, Any] = json.load(answer["Payload"])
        except ReadTimeoutError:
            raise SweeperAtWork from None
        except (BotoCoreError, ClientError) as error:
            raise SweeperFault(type(error).__name__) from error
        if "FunctionError" in answer:
            raise SweeperFault(content.get("errorType", "unknown"))
        return content

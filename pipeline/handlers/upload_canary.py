"""upload-canary: woken every few minutes, if it is switched on, and by operators."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.http.api_client import ApiClient
from pipeline.services import services
from pipeline.stages.canary import fly

_TRANSFER_SECONDS = 30


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Any event. A retry of Lambda's has the id of the first try, and so goes on with the same upload."""
    seconds = services().settings.canary_seconds
    return asdict(fly(_client(), name=context.aws_request_id, seconds=seconds))


@cache
def _client() -> ApiClient:
    """Not one of the services that every function knows: it would bring httpx into all of their cold starts."""
    settings, secrets = services().settings, services().secrets
    return ApiClient(
        settings.api_url,
        lambda fresh: secrets.text(settings.canary_key_arn, fresh=fresh),
        transfer_seconds=_TRANSFER_SECONDS,
    )

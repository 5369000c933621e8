"""upload-canary: invoked every few minutes, if it is switched on, and by operators."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.http.api_client import ApiClient
from pipeline.services import services
from pipeline.stages.canary import run_canary

_TRANSFER_SECONDS = 30


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Any event. A retry by Lambda has the same request id, so it continues the same upload."""
    seconds = services().settings.canary_seconds
    return asdict(run_canary(_client(), name=context.aws_request_id, seconds=seconds))


@cache
def _client() -> ApiClient:
    # Not in `Services`, so that other functions do not import httpx in their cold starts.
    settings, secrets = services().settings, services().secrets
    return ApiClient(
        settings.api_url,
        lambda fresh: secrets.text(settings.canary_key_arn, fresh=fresh),
        transfer_seconds=_TRANSFER_SECONDS,
    )

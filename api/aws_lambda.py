"""The web service behind API Gateway: Mangum turns its events into requests."""

from functools import cache
from typing import Any

from mangum import Mangum

from api.main import create_app


@cache
def _adapter() -> Mangum:
    return Mangum(create_app(), lifespan="off")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    answer: dict[str, Any] = _adapter()(event, context)
    return answer

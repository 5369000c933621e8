"""The web service behind API Gateway: Mangum turns its events into requests."""

import gc

gc.set_threshold(1_000_000)  # before the imports: they create many objects and no garbage

from functools import cache
from typing import Any

from mangum import Mangum

from api.main import create_app
from pipeline.services import collect_garbage_rarely


@cache
def _adapter() -> Mangum:
    adapter = Mangum(create_app(), lifespan="off")
    collect_garbage_rarely()
    return adapter


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    answer: dict[str, Any] = _adapter()(event, context)
    return answer

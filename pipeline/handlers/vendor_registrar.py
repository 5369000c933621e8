"""vendor-registrar: invoked by operators, and by nobody else, to register vendors, categories and keys."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from pipeline.logs import log
from pipeline.services import services
from pipeline.stages.register import Refused, read_wish


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A wish by its name and fields. Answers what was done, or `{"refused": why}`."""
    try:
        wish = read_wish(event)
        with services().database.transaction() as cursor:
            answer = wish.granted(cursor)
    except ValidationError as invalid:
        return {"refused": "; ".join(f"{_field(error['loc'])}: {error['msg']}" for error in invalid.errors())}
    except Refused as refused:
        return {"refused": str(refused)}
    log("registrar.granted", wish=wish.wish, vendor_id=event.get("vendor_id"), key_id=event.get("key_id"))
    return answer


def _field(place: tuple[int | str, ...]) -> str:
    return str(place[-1]) if place else "wish"

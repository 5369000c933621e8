"""vendor-registrar: invoked only by operators, to register vendors, categories and keys."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from pipeline.logs import log
from pipeline.services import services
from pipeline.stages.register import CommandRefused, read_command


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A command: its name under `command`, and its fields. Answers with its result, or with `{"refused": reason}`."""
    try:
        command = read_command(event)
        with services().database.transaction() as cursor:
            answer = command.execute(cursor)
    except ValidationError as invalid:
        return {"refused": "; ".join(f"{_field(error['loc'])}: {error['msg']}" for error in invalid.errors())}
    except CommandRefused as refused:
        return {"refused": str(refused)}
    log("registrar.executed", command=command.command, vendor_id=event.get("vendor_id"), key_id=event.get("key_id"))
    return answer


def _field(location: tuple[int | str, ...]) -> str:
    return str(location[-1]) if location else "command"

"""upload-sweeper: woken every minute, at the start of a local stack, and by operators, to move on what stands still."""

from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.aws.metrics import count
from pipeline.handlers.time_left import time_left
from pipeline.services import services
from pipeline.stages.deliver import SWEEP_SECONDS, deliver_webhooks
from pipeline.stages.expire import forget
from pipeline.stages.redrive import how_it_is, redrive, what_stands_still
from pipeline.stages.steps import step
from pipeline.stages.sweep import look_for_drops, sweep


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A scheduled event, or a wish: what to do besides sweeping, and how long things may stand still.

    `{"stalled_after_seconds": 0, "stopped_before": …, "look_for_drops": true, "redrive": true}`, each optional;
    `{"show": true}` only tells what stands still, `{"status": true}` only how many; `{"forget": true}` only removes
    what is too old.
    """
    if "show" in event:
        return what_stands_still(services())
    if "status" in event:
        return how_it_is(services())
    settings = services().settings
    if "forget" in event:
        return {"removed": forget(services(), time_left(context, settings.handover_seconds))}
    stalled_after = timedelta(seconds=event.get("stalled_after_seconds", settings.stalled_after_seconds))
    has_time = time_left(context, settings.handover_seconds)
    stopped = event.get("stopped_before")
    with step("redrive") as redriving:
        redriven = redrive(services(), has_time) if event.get("redrive") else {}
    faults = redriving.faults
    if event.get("look_for_drops"):
        faults += look_for_drops(services(), has_time, stalled_after=stalled_after)
    moved_before = datetime.fromisoformat(stopped) if stopped else None
    faults += sweep(services(), has_time, stalled_after=stalled_after, moved_before=moved_before)
    if has_time():
        faults += not deliver_webhooks(services(), seconds=SWEEP_SECONDS)
    count(SweepFaults=faults)
    if redriving.fault:  # somebody asked for it
        raise redriving.fault
    return {"redriven": redriven, "faults": faults}

"""upload-sweeper: invoked every minute, by operators, and when a local stack starts, to continue stalled uploads."""

from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.aws.metrics import count
from pipeline.handlers.time_left import time_check
from pipeline.services import services
from pipeline.stages.deliver import SWEEP_SECONDS, deliver_webhooks
from pipeline.stages.expire import delete_expired
from pipeline.stages.redrive import list_stalled, redrive, status_counts
from pipeline.stages.steps import step
from pipeline.stages.sweep import look_for_drops, sweep


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A scheduled event, which sweeps, or an operator's event.

    `stalled_after_seconds`, `stopped_before`, `look_for_drops` and `redrive` are options of the sweep. Instead of it,
    `{"show": true}` lists what is stalled, `{"status": true}` counts it, `{"forget": true}` deletes expired rows.
    """
    if "show" in event:
        return list_stalled(services())
    if "status" in event:
        return status_counts(services())
    settings = services().settings
    if "forget" in event:
        return {"removed": delete_expired(services(), time_check(context, settings.handover_seconds))}
    stalled_after = timedelta(seconds=event.get("stalled_after_seconds", settings.stalled_after_seconds))
    has_time = time_check(context, settings.handover_seconds)
    stopped = event.get("stopped_before")
    with step("redrive") as redrive_step:
        redriven = redrive(services(), has_time) if event.get("redrive") else {}
    faults = redrive_step.faults
    if event.get("look_for_drops"):
        faults += look_for_drops(services(), has_time, stalled_after=stalled_after)
    moved_before = datetime.fromisoformat(stopped) if stopped else None
    faults += sweep(services(), has_time, stalled_after=stalled_after, moved_before=moved_before)
    if has_time():
        faults += not deliver_webhooks(services(), seconds=SWEEP_SECONDS)
    count(SweepFaults=faults)
    if redrive_step.fault:  # an operator asked for it and waits for the answer
        raise redrive_step.fault
    return {"redriven": redriven, "faults": faults}

"""Whether an invocation has time left, or must hand over."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.stages.parse import HasTime


def time_check(context: LambdaContext, reserve_seconds: int) -> HasTime:
    """A check for whether more than `reserve_seconds` remain; they are reserved for handing over."""
    return lambda: context.get_remaining_time_in_millis() > reserve_seconds * 1000

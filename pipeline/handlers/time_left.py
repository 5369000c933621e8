"""How much of its time a function has left."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.stages.parse import HasTime


def time_left(context: LambdaContext, kept_seconds: int) -> HasTime:
    """Whether there is time for more than the last `kept_seconds`, which serve to hand over."""
    return lambda: context.get_remaining_time_in_millis() > kept_seconds * 1000

"""The settings of each event source, and those in the deployed template."""

import json
from dataclasses import dataclass
from pathlib import Path

from cfnlint.decode import cfn_yaml  # type: ignore[import-untyped]

from tests.event_sources.filters import Pattern

TEMPLATE = Path(__file__).parents[2] / "infra" / "template.yaml"


@dataclass(frozen=True, kw_only=True)
class StreamSettings:
    """A mapping of a DynamoDB stream."""

    batch_size: int = 100
    parallelization_factor: int = 1
    bisects: bool = False
    most_retries: int = -1  # -1: until the record expires in the stream
    oldest_seconds: float = -1
    reports_item_failures: bool = False
    filters: tuple[Pattern, ...] = ()


@dataclass(frozen=True, kw_only=True)
class QueueSettings:
    """A mapping of a queue, and the queue."""

    batch_size: int = 10
    most_at_once: int = 1_000
    visibility_seconds: float = 30
    most_receives: int = 1_000
    reports_item_failures: bool = False


@dataclass(frozen=True, kw_only=True)
class AsyncSettings:
    """The queue of a function's asynchronous invocations."""

    most_retries: int = 2


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """The settings of all event sources."""

    stream: StreamSettings
    queue: QueueSettings
    asynchronous: AsyncSettings


def deployed() -> Deployed:
    """The settings in `infra/template.yaml`, with the defaults of its parameters."""
    template = cfn_yaml.load(str(TEMPLATE))
    resources = template["Resources"]
    stream, queue = (resources[name]["Properties"] for name in ("ValidatorSource", "ErrorQueue"))
    reporter, retries = (resources[name]["Properties"] for name in ("ReporterSource", "ParserRetries"))
    batch_size, at_once = (
        template["Parameters"][stream[name]["Ref"]]["Default"] for name in ("BatchSize", "ParallelizationFactor")
    )
    return Deployed(
        stream=StreamSettings(
            batch_size=batch_size,
            parallelization_factor=at_once,
            bisects=stream["BisectBatchOnFunctionError"],
            most_retries=stream["MaximumRetryAttempts"],
            oldest_seconds=stream["MaximumRecordAgeInSeconds"],
            reports_item_failures="ReportBatchItemFailures" in stream.get("FunctionResponseTypes", ()),
            filters=tuple(json.loads(each["Pattern"]) for each in stream["FilterCriteria"]["Filters"]),
        ),
        queue=QueueSettings(
            batch_size=reporter["BatchSize"],
            most_at_once=reporter["ScalingConfig"]["MaximumConcurrency"],
            visibility_seconds=queue["VisibilityTimeout"],
            most_receives=queue["RedrivePolicy"]["maxReceiveCount"],
            reports_item_failures="ReportBatchItemFailures" in reporter["FunctionResponseTypes"],
        ),
        asynchronous=AsyncSettings(most_retries=retries["MaximumRetryAttempts"]),
    )

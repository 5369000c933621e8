"""Metrics in CloudWatch's embedded format: a line of the log that becomes numbers, for alarms and the dashboard."""

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

_NAMESPACE = "ProductOnboarding"


def count(**counts: int) -> None:
    """`count(ProductsValidated=95, ProductsRejected=5)`."""
    _write(MetricUnit.Count, counts)


def measure_milliseconds(**durations: float) -> None:
    """`measure_milliseconds(ValidationProcessingTime=41.5)`."""
    _write(MetricUnit.Milliseconds, durations)


def _write(unit: MetricUnit, values: dict[str, int] | dict[str, float]) -> None:
    """Without dimensions: an alarm on a number must see all of it, whichever function counted.

    Left to itself, the library adds the service's name from the environment as one.
    """
    metrics = EphemeralMetrics(namespace=_NAMESPACE, service="")
    for name, value in values.items():
        metrics.add_metric(name=name, unit=unit, value=value)
    metrics.flush_metrics()

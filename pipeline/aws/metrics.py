"""Metrics in CloudWatch's embedded format: log lines that CloudWatch turns into numbers."""

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

_NAMESPACE = "ProductOnboarding"


def count(**counts: int) -> None:
    """`count(ProductsValidated=95, ProductsRejected=5)`."""
    _write(MetricUnit.Count, counts)


def measure_milliseconds(**durations: float) -> None:
    """`measure_milliseconds(ValidationProcessingTime=41.5)`."""
    _write(MetricUnit.Milliseconds, durations)


def _write(unit: MetricUnit, values: dict[str, int] | dict[str, float]) -> None:
    """Without dimensions, so that an alarm sees the sum over all functions."""
    # The empty service name matters: otherwise the library adds the one from the environment as a dimension.
    metrics = EphemeralMetrics(namespace=_NAMESPACE, service="")
    for name, value in values.items():
        metrics.add_metric(name=name, unit=unit, value=value)
    metrics.flush_metrics()

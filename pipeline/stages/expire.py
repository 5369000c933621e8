"""Deletes expired rows hourly, in short transactions."""

from collections.abc import Callable

from pipeline.domain.uploads import CHANGES_RETENTION, FILE_RETENTION
from pipeline.logs import log
from pipeline.postgres.retention import (
    remove_old_answers,
    remove_old_changes,
    remove_old_confirmations,
    remove_old_corrections,
    remove_old_deliveries,
    remove_old_errors,
    remove_old_left_out_values,
    remove_old_mails,
    remove_old_positions,
    remove_old_removed_products,
)
from pipeline.services import Services
from pipeline.stages.parse import HasTime

_ROWS_AT_ONCE = 5000
_SPARE_DAYS = 30
_ANSWER_DAYS = 2  # repeated requests get their stored answer for 24 hours, so two whole days cover that


def delete_expired(services: Services, has_time: HasTime) -> dict[str, int]:
    """Deletes expired errors, changes, deliveries, mails and idempotency keys, and returns how many of each."""
    settings = services.settings
    # While a file can still be processed, its upload needs the ledger of the later ones.
    ledger_days = max(settings.error_days, FILE_RETENTION.days + _SPARE_DAYS)
    retention: tuple[tuple[str, Callable[..., int], int], ...] = (
        ("errors", remove_old_errors, settings.error_days),
        ("left_out", remove_old_left_out_values, settings.error_days),
        ("corrections", remove_old_corrections, settings.error_days),
        ("positions", remove_old_positions, CHANGES_RETENTION.days),
        ("changes", remove_old_changes, ledger_days),
        ("removed_products", remove_old_removed_products, ledger_days),
        ("confirmations", remove_old_confirmations, ledger_days),
        ("deliveries", remove_old_deliveries, settings.delivery_days),
        ("mails", remove_old_mails, settings.delivery_days),
        ("answers", remove_old_answers, _ANSWER_DAYS),
    )
    removed = {name: _remove_all(services, has_time, remove, days) for name, remove, days in retention}
    log("retention.done", **removed)
    return removed


def _remove_all(services: Services, has_time: HasTime, remove: Callable[..., int], days: int) -> int:
    total, last = 0, _ROWS_AT_ONCE
    while last == _ROWS_AT_ONCE and has_time():
        with services.database.transaction() as cursor:
            last = remove(cursor, days=days, limit=_ROWS_AT_ONCE)
        total += last
    return total

"""The invariants, each a function of the final state: nothing is lost, doubled or stuck.

Each raises AssertionError with the upload, and the row if there is one, that breaks it. They hold whenever no function
runs, except for `i10_everything_ended`, which holds once faults have stopped and everything is delivered.
"""

from collections import Counter

from tests.reliability.digest import digest
from tests.reliability.invariant_words import equal, failure_code, some
from tests.reliability.invariants_of_changes import i12_later_uploads_win, i13_the_ledger_agrees
from tests.reliability.invariants_of_plans import i14_plans_hold
from tests.reliability.invariants_of_values import (
    i3_accepted_values_are_their_cells,
    i7_vendors_see_their_own,
    i8_the_file_decides_among_duplicates,
    i9_damage_stays_where_it_is,
)
from tests.reliability.state import FINAL, NOTIFIED, Row, State, Step

STEPS = {
    None: {"awaiting_upload"},
    "awaiting_upload": {"processing", "expired", "cancelled"},
    "processing": {"completed", "partial", "failed", "cancelled"},
    "expired": {"processing"},
}
MOST_MEMORY = 512 * 1024 * 1024


def check_all(state: State, *, before: State | None = None, is_drained: bool = True) -> None:
    """Checks every invariant. `before` is an earlier state; uploads that had ended by then must not have changed."""
    for check in (
        i1_each_record_has_one_outcome,
        i2_counts_agree,
        i3_accepted_values_are_their_cells,
        i5_status_moves_forward,
        i6_one_notification,
        i7_vendors_see_their_own,
        i8_the_file_decides_among_duplicates,
        i9_damage_stays_where_it_is,
        i11_memory_and_connections_are_bounded,
        i12_later_uploads_win,
        i13_the_ledger_agrees,
        i14_plans_hold,
    ):
        check(state)
    if before is not None:
        i4_replays_change_nothing(before, state)
    if is_drained:
        i10_everything_ended(state)


def i1_each_record_has_one_outcome(state: State) -> None:
    """Every decided record is created, updated, unchanged, superseded or rejected; every record of an ended upload is
    decided."""
    for upload_id, upload in state.uploads.items():
        decided, outcomes = set(upload["decided_rows"]), state.outcomes_of(upload_id)
        total = upload["total_records"] or 0
        assert decided <= set(range(1, total + 1)), f"{upload_id}: decided rows beyond the last, {total}"
        if upload["status"] in NOTIFIED and upload["failure"] is None:
            missing = set(range(1, total + 1)) - decided
            assert not missing, f"{upload_id} is {upload['status']}, but rows {some(missing)} were never decided"
        for row in sorted(decided | set(outcomes)):
            became = outcomes.get(row, [])
            assert row in decided, f"{upload_id} row {row}: it has an outcome but is not decided"
            assert len(became) == 1, f"{upload_id} row {row}: it became {', '.join(became) or 'nothing'}"
        products = state.products_of(upload_id) if upload["dry_run"] else {}
        assert not products, f"{upload_id} rows {some(set(products))}: a dry run wrote a product"


def i2_counts_agree(state: State) -> None:
    """Counters = products + rejected rows = the rows of both reports = staging statuses."""
    for upload_id, upload in state.uploads.items():
        errors = state.errors_of(upload_id)
        became = Counter(each for outcomes in state.outcomes_of(upload_id).values() for each in outcomes)
        valid = became.total() - became["error"]
        equal(upload["valid_records"], valid, f"{upload_id}: valid_records and products, or what changed them")
        for outcome in ("updated", "unchanged", "superseded"):
            equal(upload[f"{outcome}_records"], became[outcome], f"{upload_id}: {outcome}_records and the ledger")
        equal(upload["error_records"], len(errors), f"{upload_id}: error_records and rejected rows")
        _counters_add_up(upload_id, upload)
        by_type: dict[str, int] = {}
        for error in (error for row in errors.values() for error in row):
            by_type[error["error_type"]] = by_type.get(error["error_type"], 0) + 1
        equal(upload["errors_by_type"], by_type, f"{upload_id}: errors_by_type and the errors")
        counts = state.error_counts.get(upload_id, (0, 0))
        equal(counts, (sum(by_type.values()), len(errors)), f"{upload_id}: error_counts and the errors, their rows")
        _reports_agree(state, upload_id, upload)
        _staging_agrees(state, upload_id, upload)


def _counters_add_up(upload_id: str, upload: Row) -> None:
    valid, rejected, not_processed = (upload[f"{name}_records"] for name in ("valid", "error", "not_processed"))
    is_cut_short = upload["status"] == "cancelled" or failure_code(upload) == "PROCESSING_FAILED"
    assert is_cut_short or not not_processed, (
        f"{upload_id} is {upload['status']} and has {not_processed} records not processed"
    )
    if upload["total_records"] is None:
        equal((valid, rejected, not_processed), (0, 0, 0), f"{upload_id}: counters of a file that was never accepted")
    elif upload["status"] in FINAL:
        equal(
            valid + rejected + not_processed, upload["total_records"], f"{upload_id}: the counters' sum and the total"
        )
    if upload["status"] in NOTIFIED and upload["failure"] is None:
        expected = "failed" if not valid else "partial" if rejected else "completed"
        equal(upload["status"], expected, f"{upload_id}: status and counters")


def _reports_agree(state: State, upload_id: str, upload: Row) -> None:
    errors = state.errors_of(upload_id)
    if upload["status"] not in NOTIFIED and upload["error_file_s3_key"] is None:
        return  # the reports of a cancelled upload are written a little later
    assert bool(upload["error_file_s3_key"]) == bool(upload["fix_file_s3_key"]) == bool(errors), (
        f"{upload_id}: {len(errors)} rejected rows, reports {upload['error_file_s3_key']}, {upload['fix_file_s3_key']}"
    )
    if not errors:
        return
    reported = [(int(line["Row"]), line["Error Type"]) for line in state.report_of(upload_id, "error_file_s3_key")]
    expected = [(row, error["error_type"]) for row in sorted(errors) for error in errors[row]]
    equal(reported, expected, f"{upload_id}: the error report and the errors")
    to_fix = [int(line["_row"].removesuffix("?")) for line in state.report_of(upload_id, "fix_file_s3_key")]
    equal(to_fix, sorted(errors), f"{upload_id}: the fix file and the rejected rows")


def _staging_agrees(state: State, upload_id: str, upload: Row) -> None:
    items, errors, decided = state.items_of(upload_id), state.errors_of(upload_id), set(upload["decided_rows"])
    if upload["status"] in FINAL and state.staging_is_whole:
        missing = decided - set(items)
        assert not missing, f"{upload_id}: rows {some(missing)} are decided and not in the staging table"
    for row, status in items.items():
        if upload["status"] in FINAL and row in decided:
            expected = "error" if row in errors else "validated"
            equal(status, expected, f"{upload_id} row {row}: the staging table and PostgreSQL")
        elif row not in decided:
            equal(status, "pending_validation", f"{upload_id} row {row}: staging knows more than PostgreSQL")


def i4_replays_change_nothing(before: State, after: State) -> None:
    """Uploads that had ended are unchanged, to the last byte of their reports, whatever was delivered again since."""
    for upload_id, upload in before.uploads.items():
        if upload["status"] in NOTIFIED:
            was, now = digest(before, upload_id), digest(after, upload_id)
            for part in was:
                equal(now[part], was[part], f"{upload_id}: {part} after a replay, and before it")


def i5_status_moves_forward(state: State) -> None:
    """The status only moves forward and is never final too early; counters only grow, until the status is final."""
    last: dict[str, Step] = {}
    for step in state.steps:
        earlier = last.get(step.upload_id)
        status = earlier.status if earlier else None
        is_possible = step.status == status or step.status in STEPS.get(status, ())
        assert is_possible or (earlier is None and _begins_with_file(state, step)), (
            f"{step.upload_id}: from {status} to {step.status}"
        )
        if earlier:
            _counters_only_grow(earlier, step)
        if step.status in NOTIFIED and step.status != status:
            _is_not_early(state, step)
        last[step.upload_id] = step
    for upload_id, step in last.items():
        if upload_id in state.uploads:
            equal(state.uploads[upload_id]["status"], step.status, f"{upload_id}: status and the last step seen")


def _begins_with_file(state: State, step: Step) -> bool:
    """Whether it is the first step of a correction, whose file the service writes, or of one whose file is stored."""
    upload = state.uploads.get(step.upload_id) or {}
    has_source = any(upload.get(name) is not None for name in ("parent_upload_id", "source_upload_id"))
    return step.status == "processing" and has_source


def _counters_only_grow(earlier: Step, step: Step) -> None:
    before, now = (earlier.valid_records, earlier.error_records), (step.valid_records, step.error_records)
    if earlier.status in NOTIFIED or earlier.status == "cancelled":
        equal(now, before, f"{step.upload_id}: counters after it was {earlier.status}")
    assert all(a <= b for a, b in zip(before, now, strict=True)), (
        f"{step.upload_id}: counters fell from {before} to {now}"
    )
    if earlier.total_records is not None:
        equal(step.total_records, earlier.total_records, f"{step.upload_id}: total_records, once known")
    assert step.total_records is not None or not any(now), f"{step.upload_id}: decided rows before the total is known"


def _is_not_early(state: State, step: Step) -> None:
    if step.failure_code is None:
        decided = step.valid_records + step.error_records
        equal(decided, step.total_records, f"{step.upload_id} became {step.status}: decided rows and all rows")
    if (
        step.error_records and step.failure_code != "PROCESSING_FAILED"
    ):  # an upload that is given up ends with or without reports
        assert step.report_key, f"{step.upload_id} became {step.status} without its error report"
        if step.report_key in state.objects:
            written = state.objects[step.report_key].first_written
            assert written <= step.at, f"{step.upload_id} became {step.status} before its report was written, {written}"


def i6_one_notification(state: State) -> None:
    """One notification per upload, none to other vendors, none before its report can be read."""
    for mail in state.mails:
        upload = state.uploads.get(mail.upload_id)
        if upload is None:
            continue
        assert upload["status"] in NOTIFIED, f"{mail.upload_id} is {upload['status']}, and was notified"
        attributes = {name: mail.attributes.get(name) for name in ("vendor_id", "status", "notification_id")}
        expected = (upload["vendor_id"] or "unknown", upload["status"], str(upload["notification_id"]))
        equal(tuple(attributes.values()), expected, f"{mail.upload_id}: what its notification says of itself")
        report = state.objects.get(upload["error_file_s3_key"] or "")
        if upload["error_records"]:
            assert report, f"{mail.upload_id}: notified, and there is no report"
            assert report.first_written <= mail.sent_at, f"{mail.upload_id}: notified before its report could be read"
    for upload_id, upload in state.uploads.items():
        count, twice = len(state.mails_of(upload_id)), state.expectations_of(upload_id).may_be_notified_twice
        assert count <= 1 or twice, f"{upload_id}: {count} notifications"
        if upload["status"] in NOTIFIED and upload["notified_at"] and state.mailbox_is_whole:
            assert count, f"{upload_id} is {upload['status']} and noted as notified, but no notification came"


def i10_everything_ended(state: State) -> None:
    """Every upload has ended, has its reports and notification, and has no lease. Holds once faults are over."""
    for upload_id, upload in state.uploads.items():
        assert upload["status"] in FINAL, f"{upload_id} is {upload['status']}, and nothing is under way"
        if upload["status"] in NOTIFIED:
            assert upload["notified_at"], f"{upload_id} is {upload['status']} and its notification is not noted as sent"
            assert upload["processing_completed_at"], f"{upload_id} is {upload['status']} without a time of its end"
        if upload["error_records"]:
            assert upload["error_file_s3_key"], f"{upload_id} is {upload['status']} and its report was never written"


def i11_memory_and_connections_are_bounded(state: State) -> None:
    """Each container has one connection, and uses much less memory than it has."""
    for container in state.containers:
        assert container.connections <= 1, f"{container.name} holds {container.connections} connections"
        assert container.peak_bytes < MOST_MEMORY, f"{container.name} took {container.peak_bytes >> 20} MiB"

"""DynamoDB `UploadRecords`: the records of an upload on their way from the parser to a validator.

Its stream wakes the validators, and support sees in it where a record stands; only PostgreSQL decides.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from itertools import islice
from typing import NamedTuple, NoReturn

from pipeline.aws.batch_puts import AnswerLost, Completion, Item, Puts, Throttled
from pipeline.aws.staged_kinds import kinds_item, kinds_of
from pipeline.checking.survey import EarlierRow, StagedRecord
from pipeline.domain.cell_kinds import TEXT_CELLS
from pipeline.domain.errors import RowError
from pipeline.domain.layout import Layout
from pipeline.domain.records import Place, Row
from pipeline.domain.stored_products import Value
from pipeline.domain.uploads import StagingStatus, record_id
from pipeline.reading.lineage import UNCHECKED

_BATCH = 25  # the limit of BatchWriteItem
_ATTEMPTS = 12
_MOST_CHARACTERS = 2_000_000  # per batch


@dataclass
class _Batch:
    """The items of one request. `is_repeated` if they were sent again although they may have been stored."""

    items: Sequence[Item]
    is_repeated: bool = False


class _Now(NamedTuple):
    milliseconds: int
    iso: str
    expires_at: str


def _report(batch: _Batch, on_written: Callable[[int], None], on_repeated: Callable[[Sequence[Item]], None]) -> None:
    if batch.is_repeated:
        on_repeated(batch.items)
    on_written(len(batch.items))


def _raise(fault: Exception) -> NoReturn:
    raise fault


class StagingRefused(Exception):
    """DynamoDB left items of a batch unprocessed in every attempt."""


class Staging:
    longest_pause = 5.0  # seconds between two attempts

    def __init__(self, puts: Puts, *, threads: int, days: int) -> None:
        self._puts, self._threads = puts, threads
        self._retention = timedelta(days=days)
        self._now = _Now(0, "", "")

    def write(
        self,
        items: Iterable[Item],
        on_written: Callable[[int], None] = lambda count: None,
        on_repeated: Callable[[Sequence[Item]], None] = lambda items: None,
    ) -> None:
        """Writes all items, with `threads` requests in flight. Raises StagingRefused.

        `on_written` is called in order, with the number of further items that are stored for certain. `on_repeated` is
        called with items that were sent again because an answer was lost: the first request may have stored them, and a
        validator may have changed them since.
        """
        in_flight: deque[tuple[_Batch, Completion]] = deque()
        finishing: deque[Future[_Batch]] = deque()
        remaining = iter(items)
        try:
            while chunk := list(islice(remaining, _BATCH)):
                in_flight.append(self._begin(_Batch(chunk)))
                if len(in_flight) >= self._threads:
                    finishing.append(self._finish(*in_flight.popleft()))
                if len(finishing) > self._threads:
                    _report(finishing.popleft().result(), on_written, on_repeated)
            while in_flight:
                finishing.append(self._finish(*in_flight.popleft()))
            while finishing:
                _report(finishing.popleft().result(), on_written, on_repeated)
        finally:
            for _, complete in in_flight:  # after a fault, so that no connection is left with an unread answer
                with suppress(Exception):
                    complete()
            wait(finishing)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        """Threads that wait and send unprocessed items again."""
        return ThreadPoolExecutor(self._threads)

    def _begin(self, batch: "_Batch") -> "tuple[_Batch, Completion]":
        # In this thread: nearly every batch is stored at the first attempt, and handing it to a thread would only cost.
        try:
            return batch, self._puts.begin(batch.items)
        except (Throttled, AnswerLost) as fault:
            return batch, partial(_raise, fault)

    def _finish(self, batch: "_Batch", complete: Completion) -> "Future[_Batch]":
        unprocessed = batch.items
        try:
            unprocessed = complete()
        except Throttled:
            pass
        except AnswerLost:
            batch.is_repeated = True
        if unprocessed:
            return self._pool.submit(self._write_unprocessed, batch, unprocessed)
        done: Future[_Batch] = Future()
        done.set_result(batch)
        return done

    def _write_unprocessed(self, batch: "_Batch", unprocessed: Sequence[Item]) -> "_Batch":
        """Sends until nothing is unprocessed. Gives up after 12 attempts in a row of which DynamoDB stored nothing."""
        # `pace` falls after progress, so a partition that many uploads share is used as far as it goes.
        futile = pace = int(len(unprocessed) == len(batch.items))
        while futile < _ATTEMPTS:
            time.sleep(random.uniform(0, min(self.longest_pause, 0.05 * 2**pace)))  # noqa: S311
            before = len(unprocessed)
            try:
                unprocessed = self._puts(unprocessed)
            except Throttled:
                pass
            except AnswerLost:
                batch.is_repeated = True
            if not unprocessed:
                return batch
            futile, pace = (0, max(pace - 1, 0)) if len(unprocessed) < before else (futile + 1, pace + 1)
        raise StagingRefused(f"{len(unprocessed)} of {len(batch.items)} items are not stored")

    def pending(self, upload_id: str, vendor_id: str, staged: StagedRecord, layout: Layout) -> Item:
        """A record that waits for its validator. `record_of` is the inverse."""
        row = staged.record.row
        item = self._item(upload_id, vendor_id, row, StagingStatus.PENDING)
        item["line"], item["sheet_row"] = {"N": str(row.line)}, {"N": str(row.sheet_row)}
        if len(row.cells) < len(layout.columns) and not row.malformed:
            item["cell_count"] = {"N": str(len(row.cells))}
        if row.kinds is not TEXT_CELLS:
            item |= kinds_item(row)
        for key, earlier in (("sku", staged.earlier_sku), ("vendor_product_id", staged.earlier_vendor_product_id)):
            if earlier:
                item[f"earlier_{key}_row"] = {"N": str(earlier.row_number)}
                item[f"earlier_{key}_line"] = {"N": str(earlier.line)}
                item[f"earlier_{key}_sheet_row"] = {"N": str(earlier.sheet_row)}
        if row.malformed:
            item["malformed"], item["raw"] = {"S": row.malformed}, {"S": row.raw or ""}
        else:
            item["product_data"] = {"M": {name: {"S": cell} for name, cell in staged.record.received.items() if cell}}
        if row.malformed in {None, UNCHECKED}:  # an unchecked row is identified later, by its marks of lineage
            others = {
                str(i): {"S": cell}
                for i, (cell, column) in enumerate(zip(row.cells, layout.columns, strict=False))
                if cell and not column.column
            }
            if others:
                item["other_cells"] = {"M": others}
        return item

    def validated(
        self, upload_id: str, vendor_id: str, row: Row, values: Iterable[tuple[str, Value]], created_at: str | None
    ) -> Item:
        """An accepted record with its columns and values, numbers as DynamoDB numbers."""
        item = self._item(upload_id, vendor_id, row, StagingStatus.VALIDATED, created_at, processed=True)
        item["product_data"] = {"M": {name: _attribute(value) for name, value in values if value is not None}}
        return item

    def rejected(
        self,
        upload_id: str,
        vendor_id: str,
        row: Row,
        received: Mapping[str, str],
        errors: Sequence[RowError],
        created_at: str | None,
    ) -> Item:
        """A record with errors: `error_reason` has their types, `error_details` their fields and messages."""
        item = self._item(upload_id, vendor_id, row, StagingStatus.ERROR, created_at, processed=True)
        item["product_data"] = {"M": {name: {"S": cell} for name, cell in received.items() if cell}}
        item["error_reason"] = {"S": ",".join(dict.fromkeys(error.error_type for error in errors))}
        item["error_details"] = {"L": [{"M": _error_details(error)} for error in errors]}
        return item

    def _item(
        self,
        upload_id: str,
        vendor_id: str,
        row: Row,
        status: StagingStatus,
        created_at: str | None = None,
        *,
        processed: bool = False,
    ) -> Item:
        now = self._moment()
        item = {
            "upload_id": {"S": upload_id},
            "record_id": {"S": record_id(row.row_number)},
            "vendor_id": {"S": vendor_id},
            "row_number": {"N": str(row.row_number)},
            "status": {"S": status},
            "created_at": {"S": created_at or now.iso},
            "expires_at": {"N": now.expires_at},
        }
        if processed:
            item["processed_at"] = {"S": now.iso}
        return item

    def _moment(self) -> "_Now":
        """The present time, to the millisecond."""
        # Formatted once a millisecond: many items are made in each.
        milliseconds = time.time_ns() // 1_000_000
        if self._now.milliseconds != milliseconds:
            now = datetime.fromtimestamp(milliseconds / 1000, UTC)
            self._now = _Now(milliseconds, _iso(now), str(int((now + self._retention).timestamp())))
        return self._now


def is_pending(item: Item) -> bool:
    return bool(item["status"]["S"] == StagingStatus.PENDING)


def record_of(item: Item, layout: Layout) -> StagedRecord:
    """The record of a pending item, as `Staging.pending` wrote it."""
    received = {name: value["S"] for name, value in item.get("product_data", {"M": {}})["M"].items()}
    others = {int(i): value["S"] for i, value in item.get("other_cells", {"M": {}})["M"].items()}
    cells = [
        received.get(column.column, "") if column.column else others.get(i, "")
        for i, column in enumerate(layout.columns)
    ]
    if "cell_count" in item:
        del cells[_number(item, "cell_count") :]
    place = Place(_number(item, "row_number"), _number(item, "line"), _number(item, "sheet_row"))
    row = Row(*place, cells, kinds=kinds_of(item))
    if "malformed" in item:
        row.malformed, row.raw = item["malformed"]["S"], item["raw"]["S"]
    return StagedRecord(layout.record(row), _earlier(item, "sku"), _earlier(item, "vendor_product_id"))


def in_batches(records: Iterable[StagedRecord], size: int) -> Iterator[list[StagedRecord]]:
    """Batches of at most `size` records and a few megabytes, because rows can be wide."""
    batch: list[StagedRecord] = []
    characters = 0
    for record in records:
        batch.append(record)
        characters += record.record.row.characters
        if len(batch) == size or characters > _MOST_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _earlier(item: Item, key: str) -> EarlierRow | None:
    row, line, sheet_row = (_number(item, f"earlier_{key}_{name}") for name in ("row", "line", "sheet_row"))
    return EarlierRow(row, line, sheet_row) if row else None


def _number(item: Item, name: str) -> int:
    return int(item[name]["N"]) if name in item else 0


def _attribute(value: object) -> dict[str, str]:
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


def _error_details(error: RowError) -> Item:
    details = {"error_type": error.error_type, "error_field": error.error_field, "error_message": error.message}
    return {name: {"S": text} for name, text in details.items() if text}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

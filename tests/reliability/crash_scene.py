"""A scene: uploads of one run in a lane, brought to the point where something will die."""

import json
from collections.abc import Sequence
from typing import Any

from pipeline.domain.decisions import NO_DECISIONS, Decisions, UploadMode
from pipeline.postgres.database import transaction_at
from pipeline.postgres.queries.uploads import add_upload
from tests.announcing import announced_upload
from tests.reliability.crash_digest import Mails, as_base32, digest
from tests.reliability.crash_lane import Event, Lane
from tests.reliability.crash_world import World
from tests.reliability.wire import Call, Fate
from tests.stack import csv_of, sound_rows, tag

BOUNDARY = "b0undary"
UPDATE, UPSERT = Decisions(UploadMode.UPDATE), Decisions(UploadMode.UPSERT, defaults={"stock_quantity": "3"})


def small_file(run: str) -> bytes:
    """Thirty rows: sound ones, and one of each other kind."""
    rows = sound_rows(22, run)
    rows[3] = rows[3].replace("19.99", "-1")
    rows[4] = f"P{run}-4b,Again,Electronics,S{run}-5,1,1"  # the SKU of a later row, which is the duplicate then
    rows += [
        f"P{run}-1,Id again,Electronics,S{run}-23,1,1",
        f"P{run}-24,SKU again,Electronics,S{run}-2,1,1",
        f'P{run}-25,"broken"quote,Electronics,S{run}-25,1,1',
        f"P{run}-26,=1+1,Nowhere,S{run}-26,x,x",
        f"P{run}-27,,Electronics,S{run}-27,,1",
        f"P{run}-28,Short,Electronics",
        f"P{run}-29,Of another vendor,Electronics,HELD,1,1",
        f"P{run}-30,Wäsche,Clothing,S{run}-30,1.50,0",
    ]
    return csv_of(rows)


CHANGED_PRODUCTS = 10


def file_of_changes(run: str) -> bytes:
    """An upsert of ten products and four more rows: changes of every kind, creations, and rejected records."""
    rows = [f"P{run}-{n},S{run}-{n},,,{n}.50,,,box" for n in range(1, CHANGED_PRODUCTS + 1)]
    rows[0] = f"P{run}-1,S{run}-1,,electronics,019.99,5,,"
    rows[1] = f"P{run}-2,,,,19.99,05,,[clear]"
    rows[2] = f"P{run}-3,S{run}-other,,,1,,,"
    rows[3] = f"P{run}-4,S{run}-4,,,-1,,,"
    rows[4] = f"P{run}-5,S{run}-5,,,1,,withdrawn,"
    rows[6] = f"P{run}-7,S{run}-7,,,7.50,,,"
    rows += [
        f"P{run}-1,S{run}-1,,,1,,,",
        f"P{run}-98,HELD,New,Electronics,1,,,",
        f"P{run}-99,S{run}-99,New,Electronics,1,,,",
        f"P{run}-100,S{run}-100,,Electronics,1,,,",
    ]
    return csv_of(rows, "vendor_product_id,sku,product_name,category,price,stock_quantity,listing_status,unit")


def file_of_later_changes(run: str) -> bytes:
    """An update that stands later."""
    return csv_of([f"S{run}-{n},{n},5" for n in range(6, 10)], "sku,price,stock_quantity")


def half_of(records: Sequence[Event]) -> Sequence[Event]:
    return records[: len(records) // 2]


class Scene:
    def __init__(self, lane: Lane) -> None:
        self.lane, self.mails, self.world, self.run = lane, Mails(lane), World(lane), tag()
        self.upload_ids: list[str] = []
        self._forget_events()  # those of earlier scenes

    def digests(self) -> list[dict[str, Any]]:
        return [digest(self.lane, self.mails, upload_id, self.run) for upload_id in self.upload_ids]

    def upload(
        self, content: bytes | None = None, *, dry_run: bool = False, decisions: Decisions = NO_DECISIONS
    ) -> str:
        """Announces an upload and stores its file, whose event is not delivered yet."""
        upload_id = self._announce(decisions, dry_run=dry_run)
        self.put(upload_id, content or self._file())
        return upload_id

    def put(self, upload_id: str, content: bytes) -> None:
        self.lane.put(f"uploads/VEND001/{upload_id}/products.csv", content)

    def lose_the_stream(self, *, dry_run: bool = False) -> None:
        self.upload(dry_run=dry_run)
        self.world.parse()
        self._forget_events()

    def changes(self) -> None:
        """An upload over existing products, some of which a later one has changed already."""
        self._create_products()
        upload_id = self._announce(UPSERT)
        self.upload(file_of_later_changes(self.run), decisions=UPDATE)
        self.world.settle()
        self.put(upload_id, file_of_changes(self.run))

    def planned(self) -> str:
        """A dry run over existing products, some of which a later upload has changed since."""
        self._create_products()
        earlier = self._announce(UPDATE)
        plan = self.upload(file_of_changes(self.run), dry_run=True, decisions=UPSERT)
        self.world.deliver_all()
        self.put(earlier, csv_of([f"S{self.run}-5,3", f"S{self.run}-10,4"], "sku,price"))
        self.upload(file_of_later_changes(self.run), decisions=UPDATE)
        self.world.deliver_all()
        return plan

    def _create_products(self) -> None:
        self.lane.sql(
            "INSERT INTO products (vendor_id, vendor_product_id, product_name, category, sku, price, stock_quantity)"
            " SELECT 'VEND001', %s || n, 'Thing', 'Electronics', %s || n, 19.99, 5 FROM generate_series(1, %s) AS n",
            f"P{self.run}-", f"S{self.run}-", CHANGED_PRODUCTS,
        )  # fmt: skip

    def changed_twice(self) -> str:
        """An upload that created and changed products, one of which a later one has changed since."""
        self.changes()
        self.world.settle()
        self.upload(csv_of([f"S{self.run}-2,0.50"], "sku,price"), decisions=UPDATE)
        self.world.settle()
        return self.upload_ids[0]

    def undo(self, upload_id: str) -> None:
        """Takes an upload back, up to the rest."""
        self._ask(upload_id, "undo", b"")

    def apply(self, upload_id: str) -> None:
        """Applies a plan but for one of its rows, up to the rest."""
        self._ask(upload_id, "apply", b'{"omit": [6]}')

    def _ask(self, upload_id: str, act: str, body: bytes) -> None:
        path = f"/v1/uploads/{upload_id}/{act}"
        answer = self.world.ask("POST", path, body, "application/json", f"{act}-{upload_id}")
        self.upload_ids.append(str(answer["upload_id"]))
        self.world.settle()

    def lose_the_stream_of_changes(self) -> None:
        self.changes()
        self.world.parse()
        self._forget_events()

    def with_its_parser_dead(self) -> None:
        """Leaves an upload whose parser died at its first read of the file, in every attempt."""
        self.upload()
        (event,) = self.world.arrivals()
        self.lane.run("csv_parser", event, _dead_at("GetObject"))

    def lose_the_event(self) -> None:
        self.upload()
        self._forget_events()

    def decided_without_end(self) -> None:
        self.upload()
        self.world.parse()
        self.world.validate()
        self._forget_events()

    def ended_without_notification(self) -> None:
        self.upload()
        self.world.parse()
        self.world.validate()
        for message in self.lane.messages():
            record = {"messageId": message["MessageId"], "body": message["Body"]}
            self.lane.run("error_processor", {"Records": [record]}, _dead_at("Publish"))
        self._forget_events()

    def cancelled_without_report(self) -> None:
        upload_id = self.upload()
        self.world.parse()
        self.decide(half_of(self.lane.stream_records()))
        self.ask_to_cancel(upload_id)
        self._forget_events()

    def announce_without_file(self) -> None:
        upload_id = self._announce()
        self.lane.sql(
            "UPDATE upload_history SET expires_at = now() - interval '1 minute' WHERE upload_id = %s", upload_id
        )

    def decide(self, records: Sequence[Event]) -> None:
        self.lane.run("product_validator", {"Records": list(records)})

    def ask_to_announce(self) -> str:
        body = json.dumps({"file_name": "products.csv", "reference": self.run}).encode()
        answer = self.world.ask("POST", "/v1/uploads", body, "application/json", self.run)
        return str(answer["upload_id"])

    def ask_to_take(self, content: bytes) -> None:
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="reference"\r\n\r\n{self.run}\r\n'.encode(),
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="products.csv"\r\n'.encode(),
            b"Content-Type: text/csv\r\n\r\n" + content + f"\r\n--{BOUNDARY}--\r\n".encode(),
        ]
        content_type = f"multipart/form-data; boundary={BOUNDARY}"
        self.world.ask("POST", "/v1/uploads/file", b"".join(parts), content_type, self.run)

    def ask_to_cancel(self, upload_id: str) -> None:
        self.world.ask("POST", f"/v1/uploads/{upload_id}/cancel", b"", "application/json", f"cancel-{upload_id}")

    def announced_by_the_api(self) -> list[str]:
        uploads = self.lane.sql(
            "SELECT upload_id FROM upload_history WHERE reference = %s ORDER BY upload_timestamp DESC", self.run
        )
        return [upload["upload_id"] for upload in uploads]

    def _announce(self, decisions: Decisions = NO_DECISIONS, *, dry_run: bool = False) -> str:
        upload_id = f"UPLOAD_20260101_{len(self.upload_ids):06d}_" + as_base32(self.run)
        key = f"uploads/VEND001/{upload_id}/products.csv"
        with transaction_at(self.lane.database_url) as cursor:
            add_upload(cursor, announced_upload(upload_id, "VEND001", key, decisions, dry_run=dry_run))
        self.upload_ids.append(upload_id)
        return upload_id

    def _file(self) -> bytes:
        """A file with keys that no other upload of the scene has."""
        return small_file(f"{self.run}.{len(self.upload_ids)}")

    def _forget_events(self) -> None:
        """Loses all events that are not delivered yet."""
        _ = list(self.world.arrivals()), self.lane.stream_records()
        self.lane.invoked.clear()
        for message in self.lane.messages():
            self.lane.done_with(message)


def _dead_at(name: str) -> Any:
    def choose(number: int, call: Call) -> Fate:
        return Fate.CUT_BEFORE if call.name == name else Fate.PASS

    return choose

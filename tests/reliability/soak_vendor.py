"""Realistic vendors: each sends file after file, in every possible way, and repeats requests without an answer."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.domain.guards import GuardCode
from tests.stack import HEADER, Stack, csv_of, tag

Json = dict[str, Any]
_PAUSE = 0.3  # seconds before a client asks again
_LARGEST = 5_000
_SHARED = 400  # SKUs that all vendors use
_ON_A_SHELF, _CHANGES_OF_A_SHELF = 60, 8


class Stopped(Exception):
    """The soak is over, and this request was not answered."""


@dataclass(slots=True)
class Sending:
    """A file that a vendor has sent and that has arrived."""

    vendor_id: str
    name: str  # its reference, or the file name of a drop
    rows: int
    way: str
    shelf: str | None = None  # the products that it creates or changes, if other uploads change them, too
    sent_at: float = field(default_factory=time.monotonic)
    upload_id: str | None = None
    is_cancelled: bool = False


class Vendor(threading.Thread):
    """A vendor's program. `where` returns the running stack, which may be restarted at any time."""

    def __init__(self, vendor_id: str, where: Callable[[], Stack], *, seed: int) -> None:
        super().__init__(name=vendor_id, daemon=True)
        self.vendor_id, self._where, self._chance = vendor_id, where, random.Random(seed)  # noqa: S311
        self.is_over = threading.Event()
        self.gives_up = threading.Event()
        self.sendings: list[Sending] = []
        self.repeats = 0
        self.fault: Exception | None = None
        self._shelf, self._changes_left = "", 0

    def run(self) -> None:
        ways = [self._announced] * 4 + [self._in_one_call] * 2 + [self._dropped, self._dry_run, self._cancelled] * 2
        ways += [self._changed] * 6
        try:
            while not self.is_over.is_set():
                self._chance.choice([*ways, self._corrected])()
                self.is_over.wait(self._chance.uniform(0, 0.5))
        except Stopped:
            pass
        except Exception as fault:  # reported by the thread that waits for this one
            self.fault = fault

    def _announced(self, content: bytes | None = None, shelf: str | None = None, **fields: object) -> Sending:
        rows = self._number_of_rows()
        content = content or self._file(rows)
        way = str(fields.get("mode", "announced"))
        sending = Sending(self.vendor_id, tag(), content.count(b"\n") - 1, way, shelf)
        announcement = {"file_name": "products.csv", "size_bytes": len(content), "reference": sending.name, **fields}
        upload = self._ask("POST", "/v1/uploads", sending.name, json=announcement)
        sending.upload_id = upload["upload_id"]
        self._put(upload["upload"], content, announcement, sending.name)
        self.sendings.append(sending)
        return sending

    def _in_one_call(self) -> None:
        rows = min(self._number_of_rows(), 500)
        sending = Sending(self.vendor_id, tag(), rows, "in one call")
        files = {"file": ("products.csv", self._file(rows), "text/csv")}
        answer = self._ask("POST", "/v1/uploads/file", sending.name, data={"reference": sending.name}, files=files)
        sending.upload_id = answer["upload_id"]
        self.sendings.append(sending)

    def _dropped(self) -> None:
        rows = min(self._number_of_rows(), 500)
        sending = Sending(self.vendor_id, f"drop {tag()}+%ü.csv", rows, "dropped")
        key, content = f"uploads/{self.vendor_id}/{sending.name}", self._file(rows)
        self._until_done(lambda stack: _drop(stack, key, content))
        self.sendings.append(sending)

    def _dry_run(self) -> None:
        self._announced(dry_run=True)

    def _changed(self) -> None:
        """Changes some products of a shelf, while other files that change them may not have been processed yet."""
        if not self._changes_left:
            self._shelf, self._changes_left = tag(), _CHANGES_OF_A_SHELF
            self._announced(csv_of([_on_shelf(self._shelf, n) for n in range(1, _ON_A_SHELF + 1)]), self._shelf)
        self._changes_left -= 1
        mode, is_trial = self._chance.choice(["upsert", "update"]), self._chance.random() < 0.1
        content = self._upsert() if mode == "upsert" else self._update()
        meant = [GuardCode.PRICE_CLIFF]  # now and then, it halves the prices of many
        sending = self._announced(content, self._shelf, mode=mode, dry_run=is_trial, accept=meant)
        if self._chance.random() < 0.1:
            self._cancel(sending)

    def _upsert(self) -> bytes:
        """Also creates products now and then, and has wrong prices."""
        numbers = self._chance.sample(range(1, _ON_A_SHELF + 5), self._chance.randint(1, _ON_A_SHELF))
        return csv_of(
            [_on_shelf(self._shelf, n, price=self._price(), stock=self._chance.randint(5, 7)) for n in numbers]
        )

    def _update(self) -> bytes:
        column, letter = self._chance.choice([("sku", "S"), ("vendor_product_id", "P")])
        numbers = self._chance.sample(range(1, _ON_A_SHELF + 1), self._chance.randint(1, _ON_A_SHELF))
        return csv_of([f"{letter}{self._shelf}-{n},{self._price()}" for n in numbers], f"{column},price")

    def _price(self) -> str:
        return self._chance.choice(["19.99", "19.99", "18.5", "18.50", "9.99", "-1"])

    def _cancelled(self) -> None:
        self._cancel(self._announced())

    def _cancel(self, sending: Sending) -> None:
        self.is_over.wait(self._chance.uniform(0, 1))
        answer = self._ask("POST", f"/v1/uploads/{sending.upload_id}/cancel", f"cancel-{sending.name}", settled=(409,))
        sending.is_cancelled = answer.get("status") == "cancelled"

    def _corrected(self) -> None:
        """The fix file of an earlier upload with corrected prices and categories."""
        for earlier in reversed([sending for sending in self.sendings[-10:] if sending.upload_id]):
            path = f"/v1/uploads/{earlier.upload_id}/fix.csv"
            fix_file: bytes = self._until_done(partial(_download, vendor_id=self.vendor_id, path=path))
            if fix_file:
                corrected = fix_file.replace(b",-1,", b",1,").replace(b"Nowhere", b"Toys")
                self._announced(corrected.replace(b"\r\n", b"\n"), earlier.shelf)
                return

    def _put(self, address: Json, content: bytes, announcement: Json, name: str) -> None:
        """PUTs the file until it has arrived, each time with a new address."""

        def put(stack: Stack) -> bool:
            answer = httpx.put(address["url"], content=content, headers=address["headers"], timeout=60)
            if answer.status_code not in {200, 412}:
                address.update(self._ask("POST", "/v1/uploads", name, json=announcement)["upload"])
            return answer.status_code in {200, 412}

        self._until_done(put)

    def _ask(self, method: str, path: str, name: str, *, settled: tuple[int, ...] = (), **request: Any) -> Json:
        """A request with an idempotency key, repeated until it is answered."""

        def ask(stack: Stack) -> Json | None:
            with stack.api(self.vendor_id) as api:
                answer = api.request(method, path, headers={"Idempotency-Key": name}, **request)
            is_answer = answer.is_success or (answer.status_code in settled and _code(answer) == "ALREADY_FINAL")
            if not is_answer and answer.status_code not in {409, 429, 500, 502, 503, 504}:
                raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            return answer.json() if is_answer else None

        content: Json = self._until_done(ask)
        return content

    def _until_done(self, work: Callable[[Stack], Any]) -> Any:
        while not self.gives_up.is_set():
            try:
                if (done := work(self._where())) is not None and done is not False:
                    return done
            except (httpx.TransportError, BotoCoreError, ClientError):
                pass
            self.repeats += 1
            self.gives_up.wait(_PAUSE)
        raise Stopped

    def _number_of_rows(self) -> int:
        """A number from 1 to 5,000, most often a small one."""
        return int(10 ** self._chance.uniform(0, 3.7)) or 1

    def _file(self, rows: int) -> bytes:
        run, chance = tag(), self._chance
        lines = [f"P{run}-{n},Thing {n},Electronics,S{run}-{n},19.99,5" for n in range(1, rows + 1)]
        for n in range(1, rows + 1):
            match chance.randrange(40):
                case 0:
                    lines[n - 1] = f"P{run}-{n},Thing,Electronics,S{run}-{n},-1,5"
                case 1:
                    lines[n - 1] = f"P{run}-{n},Thing,Nowhere,S{run}-{n},1,5"
                case 2:
                    lines[n - 1] = f"P{run}-{n},Fought for,Electronics,SHARED-{chance.randrange(_SHARED)},1,5"
                case 3:
                    lines[n - 1] = f"P{run}-{chance.randint(1, rows)},Again,Electronics,S{run}-{n}b,1,5"
        return csv_of(lines, HEADER)


def _on_shelf(shelf: str, n: int, *, price: str = "19.99", stock: int = 5) -> str:
    return f"P{shelf}-{n},Thing {n},Electronics,S{shelf}-{n},{price},{stock}"


def _code(answer: httpx.Response) -> str:
    return str(answer.json().get("code", ""))


def _drop(stack: Stack, key: str, content: bytes) -> bool:
    stack.drop(key, content)
    return True


def _download(stack: Stack, vendor_id: str, path: str) -> bytes | None:
    with stack.api(vendor_id) as api:
        answer = api.get(path, follow_redirects=True)
    if answer.status_code in {404, 409}:
        return b""
    return answer.content if answer.is_success else None

"""A client of the REST API, for the command line, the demo and the canary.

It imports only httpx, because the command line is installed without the service's other packages.
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

import httpx

Json = dict[str, Any]
ReadKey = Callable[[bool], str]

_LONGEST_PAUSE = 30.0
_SECONDS_TO_WRITE = 600.0
_EXPORT_PAUSE = 0.5
_WORTH_A_REPEAT = {429, 502, 503, 504}
_ALREADY_THERE = 412  # an earlier attempt to send the file succeeded: an upload URL takes one file only
_BLOCK_BYTES = 1 << 18


class ApiError(Exception):
    """The service or its storage could not be reached, or refused. The message is for a person."""


class Refusal(ApiError):
    """An answer with an error status. `code` is that of the problem (RFC 9457), if the answer has one."""

    def __init__(self, message: str, answer: httpx.Response, code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code = answer.status_code, code
        self.method, self.path = answer.request.method, answer.request.url.path


class NotFinal(ApiError):
    """The upload has not ended in time. `status` is the last one seen."""

    def __init__(self, upload_id: str, status: str, seconds: float) -> None:
        super().__init__(f"Upload {upload_id} has not ended after {seconds:.0f} s (it is {status}).")
        self.status = status


class ApiClient:
    """Raises ApiError for every answer with an error status.

    `key` is the API key, or a function that reads it; called with True, it must not return a cached key. A request
    that the service is too busy for is sent up to `attempts` times. `transfer_seconds` is the timeout of the storage.
    `trust_env=False` ignores the proxies in the environment.
    """

    PAGE = 200
    """How many items of a list are fetched at once."""

    def __init__(
        self,
        url: str,
        key: str | ReadKey | None,
        *,
        attempts: int = 1,
        transfer_seconds: float = 300,
        trust_env: bool = True,
    ) -> None:
        self._attempts, self._transfer_seconds, self._trust_env = attempts, transfer_seconds, trust_env
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            auth=_BearerKey(key if callable(key) else lambda _fresh: key) if key else None,
            timeout=30,
            trust_env=trust_env,
            transport=httpx.HTTPTransport(retries=2) if attempts > 1 else None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def rules(self) -> Json:
        return self._json("GET", "/v1/rules")

    def me(self) -> Json:
        """Whose key this is."""
        return self._json("GET", "/v1/me")

    def remembered(self) -> Iterator[Json]:
        """What the vendor had remembered of headers, the newest first; a header of two columns comes twice."""
        return self._items("/v1/mapping")

    def aliases(self) -> Iterator[Json]:
        """The vendor's own names for categories."""
        return self._items("/v1/aliases")

    def forget(self, header: str) -> None:
        """Forgets what a header is meant for. Raises Refusal if nothing is remembered of it."""
        self._answer("DELETE", f"/v1/mapping/{quote(header, safe='')}")

    def announce(self, file_name: str, size_bytes: int, *, idempotency_key: str | None = None, **fields: Any) -> Json:
        """Creates an upload. The answer has the address for its file under `upload`."""
        new = {"file_name": file_name, "size_bytes": size_bytes, **fields}
        headers = {"Idempotency-Key": idempotency_key or str(uuid4())}
        return self._json("POST", "/v1/uploads", json=new, headers=headers)

    def send(self, address: Json, content: bytes | Iterable[bytes], *, size_bytes: int) -> None:
        """Sends a file to the address from its announcement."""
        headers = address["headers"] | {"Content-Length": str(size_bytes)}
        with _network_errors("The file could not be sent"), self._storage() as storage:
            answer = storage.request(address["method"], address["url"], content=content, headers=headers)
        if not answer.is_success and answer.status_code != _ALREADY_THERE:
            message = f"The file could not be sent: the storage answered {answer.status_code}. Please try again."
            raise Refusal(message, answer)

    def apply(self, upload_id: str, **fields: Any) -> Json:
        """Processes the stored file of an upload again with these decisions; returns the new upload."""
        headers = {"Idempotency-Key": str(uuid4())}
        return self._json("POST", f"{_path(upload_id)}/apply", json=fields, headers=headers)

    def undo(self, upload_id: str, *, dry_run: bool) -> Json:
        """Takes back what an upload did to the catalogue; returns the new upload that does so."""
        headers = {"Idempotency-Key": str(uuid4())}
        return self._json("POST", f"{_path(upload_id)}/undo", json={"dry_run": dry_run}, headers=headers)

    def correct(self, upload_id: str, **fields: Any) -> Json:
        """Corrects rejected rows of an upload; returns the new upload with `corrected_rows`."""
        headers = {"Idempotency-Key": str(uuid4())}
        return self._json("POST", f"{_path(upload_id)}/corrections", json=fields, headers=headers)

    def upload(self, upload_id: str) -> Json:
        return self._json("GET", _path(upload_id))

    def follow(self, upload_id: str, *, seconds: float | None = None) -> Iterator[Json]:
        """Yields the upload at growing intervals until it has ended. Raises NotFinal after `seconds`."""
        begin, pause = time.monotonic(), 0.2
        while True:
            upload = self.upload(upload_id)
            yield upload
            if upload["is_final"]:
                return
            if seconds is not None and time.monotonic() - begin > seconds:
                raise NotFinal(upload_id, upload["status"], seconds)
            time.sleep(pause)
            pause = min(2.0, pause * 1.4)

    def errors(self, upload_id: str, **filters: str | int) -> Iterator[Json]:
        """Every error, in report order. Pages are fetched as needed."""
        return self._items(f"{_path(upload_id)}/errors", **filters)

    def _items(self, path: str, **filters: str | int) -> Iterator[Json]:
        """All items of a list."""
        params: dict[str, str | int] = {"limit": self.PAGE, **filters}
        while True:
            page = self._json("GET", path, params=params)
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            params["cursor"] = page["next_cursor"]

    def records(self, upload_id: str, **filters: str) -> list[Json]:
        """One page of the row ledger: what became of each row."""
        rows: list[Json] = self._json("GET", f"{_path(upload_id)}/records", params=filters)["items"]
        return rows

    def each_record(self, upload_id: str, **filters: str | int) -> Iterator[Json]:
        """The whole row ledger. Pages are fetched as needed."""
        return self._items(f"{_path(upload_id)}/records", **filters)

    def causes(self, upload_id: str, limit: int) -> list[Json]:
        causes: list[Json] = self._json("GET", f"{_path(upload_id)}/errors/summary", params={"limit": limit})["items"]
        return causes

    def every_cause(self, upload_id: str) -> Iterator[Json]:
        """Why rows are rejected, the most frequent cause first. Pages are fetched as needed."""
        return self._items(f"{_path(upload_id)}/errors/summary")

    def download(self, upload_id: str, name: str) -> Iterator[bytes]:
        """The error report (`errors.csv`), the fix file (`fix.csv`) or what was changed (`changes.csv`) in blocks.

        Waits for a file that is being written. Raises Refusal if there is none.
        """
        # Not a generator itself, so that the refusal is raised by the call and not with the first block.
        begin, path = time.monotonic(), f"{_path(upload_id)}/{name}"
        while (answer := self._answer("GET", path)).status_code == httpx.codes.ACCEPTED:
            if time.monotonic() - begin > _SECONDS_TO_WRITE:
                raise ApiError(f"{name} is still being written. Please try again later.")
            time.sleep(float(answer.headers["Retry-After"]))
        return self._blocks(answer.headers["Location"])

    def export(self, export_format: str, **filters: Any) -> Json:
        """Has the catalogue written to a file, and waits for it; returns the export, which may have failed."""
        begin, headers = time.monotonic(), {"Idempotency-Key": str(uuid4())}
        export = self._json("POST", "/v1/exports", json={"format": export_format, **filters}, headers=headers)
        while export["status"] == "pending":
            if time.monotonic() - begin > _SECONDS_TO_WRITE:
                raise ApiError("The export is still being written. Please try again later.")
            time.sleep(_EXPORT_PAUSE)
            export = self._json("GET", f"/v1/exports/{export['export_id']}")
        return export

    def download_export(self, export: Json) -> Iterator[bytes]:
        """The file of an export that is ready, in blocks."""
        return self._blocks(export["url"])

    def changes(self, after: str | None) -> Json:
        """What happened to the vendor's products after a cursor: `items`, and the `next_cursor`."""
        params = {"limit": str(self.PAGE)} | ({"after": after} if after else {})
        return self._json("GET", "/v1/changes", params=params)

    def _blocks(self, address: str) -> Iterator[bytes]:
        with (
            _network_errors("The file could not be fetched"),
            self._storage() as storage,
            storage.stream("GET", address) as answer,
        ):
            if not answer.is_success:
                host = answer.request.url.host
                raise Refusal(f"The file could not be fetched: {answer.status_code} from {host}.", answer)
            yield from answer.iter_bytes(_BLOCK_BYTES)

    def _storage(self) -> httpx.Client:
        """A client without the API key: storage URLs are signed, and only the service may see the key."""
        return httpx.Client(timeout=self._transfer_seconds, trust_env=self._trust_env)

    def _json(self, method: str, path: str, **request: Any) -> Json:
        answer = self._answer(method, path, **request)
        try:
            content: Json = answer.json()
        except ValueError as error:
            raise ApiError(f"{self._client.base_url} does not answer as the onboarding service does.") from error
        return content

    def _answer(self, method: str, path: str, **request: Any) -> httpx.Response:
        with _network_errors("The service cannot be reached"):
            for attempt in range(self._attempts):
                answer = self._client.request(method, path, **request)
                if answer.status_code not in _WORTH_A_REPEAT or attempt == self._attempts - 1:
                    break
                wait = answer.headers.get("Retry-After", "")
                time.sleep(min(_LONGEST_PAUSE, float(wait) if wait.isdigit() else 0.5 * 2**attempt))
        if answer.is_success or answer.is_redirect:
            return answer
        raise _refusal(answer)


class _BearerKey(httpx.Auth):
    """Sends the API key. If the service refuses it, reads it once more, because it may have been rotated."""

    def __init__(self, read: ReadKey) -> None:
        self._read = read

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        key = self._read(False)
        request.headers["Authorization"] = f"Bearer {key}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED and (fresh := self._read(True)) != key:
            request.headers["Authorization"] = f"Bearer {fresh}"
            yield request


@contextmanager
def _network_errors(what: str) -> Iterator[None]:
    """Turns errors of the network into an ApiError whose message begins with `what`."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise ApiError(f"{what}: {str(error) or type(error).__name__}") from error


def _path(upload_id: str) -> str:
    return f"/v1/uploads/{quote(upload_id, safe='')}"


def _refusal(answer: httpx.Response) -> Refusal:
    """The title and detail of a problem (RFC 9457), or the status of any other answer."""
    if answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        problem = answer.json()
        return Refusal(f"{problem['title']}: {problem['detail']}", answer, problem["code"])
    path = answer.request.url.path
    return Refusal(f"The service answered {answer.status_code} to {answer.request.method} {path}.", answer)

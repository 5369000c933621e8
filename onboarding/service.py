"""The service, as `onboarding` talks to it: the REST API and the addresses that it gives."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

from onboarding.faults import Fault

Json = dict[str, Any]
OnBytes = Callable[[int], object]

_ATTEMPTS = 6
_BLOCK = 1 << 18
_TRANSFER_SECONDS = 300.0  # without a byte
_LONGEST_PAUSE = 30.0
_WORTH_A_REPEAT = {429, 502, 503, 504}


class Service:
    """Raises Fault for whatever is not answered as it should be."""

    def __init__(self, url: str, api_key: str | None) -> None:
        if not url.startswith(("http://", "https://")):
            raise Fault(f'"{url}" is no address of a service: it starts with http:// or https://.')
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            timeout=30,
            transport=httpx.HTTPTransport(retries=2),
        )

    def rules(self) -> Json:
        return self._json("GET", "/v1/rules")

    def send(self, path: Path, *, dry_run: bool, reference: str | None, on_bytes: OnBytes) -> Json:
        """Announces a file and sends it; returns the upload as it was announced."""
        size = path.stat().st_size
        new = {"file_name": path.name, "size_bytes": size, "dry_run": dry_run, "reference": reference}
        announced = self._json("POST", "/v1/uploads", json=new, headers={"Idempotency-Key": str(uuid4())})
        address = announced.pop("upload")
        headers = address["headers"] | {"Content-Length": str(size)}
        with _spoken_of("The file could not be sent"):
            answer = httpx.put(
                address["url"], content=_blocks(path, on_bytes), headers=headers, timeout=_TRANSFER_SECONDS
            )
        if not answer.is_success:
            raise Fault(f"The file could not be sent: the storage answered {answer.status_code}. Please try again.")
        return announced

    def upload(self, upload_id: str) -> Json:
        return self._json("GET", _path(upload_id))

    def follow(self, upload_id: str) -> Iterator[Json]:
        """The upload again and again, until it has ended; ever more seldom."""
        pause = 0.2
        while True:
            upload = self.upload(upload_id)
            yield upload
            if upload["is_final"]:
                return
            time.sleep(pause)
            pause = min(2.0, pause * 1.4)

    def errors(self, upload_id: str) -> Iterator[Json]:
        """Every error in report order, page by page."""
        yield from self._pages(f"{_path(upload_id)}/errors")

    def causes(self, upload_id: str, most: int) -> list[Json]:
        found: list[Json] = self._json("GET", f"{_path(upload_id)}/errors/summary", params={"limit": most})["items"]
        return found

    def download(self, upload_id: str, name: str, path: Path, on_bytes: OnBytes) -> None:
        """Saves the error report (`errors.csv`) or the fix file (`fix.csv`); `path` is there only when it is whole."""
        part = path.with_name(f"{path.name}.part")
        with _spoken_of("The file could not be fetched"), part.open("wb") as file:
            for block in self._downloaded(f"{_path(upload_id)}/{name}"):
                file.write(block)
                on_bytes(len(block))
        part.replace(path)

    def _downloaded(self, path: str) -> Iterator[bytes]:
        address = self._answered("GET", path).headers["Location"]
        with httpx.stream("GET", address, timeout=_TRANSFER_SECONDS) as answer:
            answer.raise_for_status()
            yield from answer.iter_bytes(_BLOCK)

    def _pages(self, path: str) -> Iterator[Json]:
        params: dict[str, str] = {"limit": "200"}
        while True:
            page = self._json("GET", path, params=params)
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            params["cursor"] = page["next_cursor"]

    def _json(self, method: str, path: str, **request: Any) -> Json:
        answer = self._answered(method, path, **request)
        try:
            told: Json = answer.json()
        except ValueError:
            raise Fault(f"{self._client.base_url} does not answer as the onboarding service does.") from None
        return told

    def _answered(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer; asked again, as often as it makes sense, when the service says that it is busy."""
        with _spoken_of("The service cannot be reached"):
            for attempt in range(_ATTEMPTS):
                answer = self._client.request(method, path, **request)
                if answer.status_code not in _WORTH_A_REPEAT or attempt == _ATTEMPTS - 1:
                    break
                wait = answer.headers.get("Retry-After", "")
                time.sleep(min(_LONGEST_PAUSE, float(wait) if wait.isdigit() else 0.5 * 2**attempt))
        if answer.is_success or answer.is_redirect:
            return answer
        raise _refusal(answer)


@contextmanager
def _spoken_of(what: str) -> Iterator[None]:
    """Turns what the network raises into words for a person."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise Fault(f"{what}: {error.response.status_code} from {error.request.url.host}.") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Fault(f"{what}: {str(error) or type(error).__name__}") from None


def _path(upload_id: str) -> str:
    return f"/v1/uploads/{quote(upload_id, safe='')}"


def _blocks(path: Path, on_bytes: OnBytes) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
            on_bytes(len(block))


def _refusal(answer: httpx.Response) -> Fault:
    """What a problem says (RFC 9457), or the status of any other answer."""
    if answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        problem = answer.json()
        return Fault(f"{problem['title']}: {problem['detail']}", problem["code"])
    return Fault(f"The service answered {answer.status_code} to {answer.request.method} {answer.request.url.path}.")

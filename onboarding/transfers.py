"""Sends product files and saves reports, counting the bytes for a progress bar."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.http.api_client import ApiClient, Json

OnBytes = Callable[[int], object]

_BLOCK_BYTES = 1 << 18


def send_file(client: ApiClient, path: Path, fields: Mapping[str, Any], on_bytes: OnBytes) -> Json:
    """Announces a file, with these further fields, and sends it; returns the answer to the announcement."""
    size = path.stat().st_size
    announced = client.announce(path.name, size, **fields)
    client.send(announced.pop("upload"), _blocks(path, on_bytes), size_bytes=size)
    return announced


def save(blocks: Iterator[bytes], path: Path, on_bytes: OnBytes) -> None:
    """Writes a download. `path` exists only once the download is complete."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        for block in blocks:
            file.write(block)
            on_bytes(len(block))
    part.replace(path)


def _blocks(path: Path, on_bytes: OnBytes) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
            on_bytes(len(block))

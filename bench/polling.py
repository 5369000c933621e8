"""Many clients that poll the status of an upload at once, each with a key of its own."""

import asyncio
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from bench.alone import Measured
from bench.sizes import Sizes
from infra.local.demo import service
from infra.local.processes import free_port
from infra.local.vendor import vendor_client
from pipeline.domain.keys import Role
from pipeline.postgres.api_keys import make_key
from pipeline.postgres.database import transaction_at

PAUSES = 2.0, 0.5
"""Seconds that a client waits: as `Retry-After` says, and a quarter of it."""


def measure(folder: Path, sizes: Sizes) -> Measured:
    clients = sizes.polling_clients
    with service(folder / "state", free_port(None)) as (description, _):
        address = vendor_client(description, "VEND001").announce("polled.csv", 1000)["links"]["self"]
        keys = _keys(description, clients)
        asked = [_asked(address, keys, sizes.polling_seconds, pause) for pause in PAUSES]
    return {"clients": clients, "asked": asked}


def _asked(address: str, keys: list[str], seconds: int, pause: float) -> Measured:
    answers, took = asyncio.run(_poll(address, keys, seconds, pause))
    percentiles = quantiles([seconds * 1000 for _, seconds in answers], n=100)
    found = {f"p{n}_ms": percentiles[n - 1] for n in (50, 95, 99)}
    failed = sum(status != 200 for status, _ in answers)
    return {"pause": pause, "a_second": len(answers) / took, "failed": failed} | found


def _keys(description: dict[str, Any], count: int) -> list[str]:
    with transaction_at(description["database_url"]) as cursor:
        return [make_key(cursor, role=Role.VENDOR, vendor_id="VEND001", label="load", days=1) for _ in range(count)]


async def _poll(address: str, keys: list[str], seconds: int, pause: float) -> tuple[list[tuple[int, float]], float]:
    """Status (0: no answer) and seconds of every request."""
    answers: list[tuple[int, float]] = []
    begin = time.monotonic()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(timeout=30, limits=limits, trust_env=False) as http:

        async def client(number: int, key: str) -> None:
            await asyncio.sleep(pause * number / len(keys))
            while time.monotonic() < begin + seconds:
                asked = time.monotonic()
                try:
                    status = (await http.get(address, headers={"Authorization": f"Bearer {key}"})).status_code
                except httpx.HTTPError:
                    status = 0
                answers.append((status, time.monotonic() - asked))
                await asyncio.sleep(pause)

        await asyncio.gather(*(client(number, key) for number, key in enumerate(keys)))
    return answers, time.monotonic() - begin


def tables(found: Measured) -> dict[str, str]:
    lines = [
        f"| each of {found['clients']} clients asks every | requests a second | p50 ms | p95 ms | p99 ms | failed |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for asked in found["asked"]:
        figures = [asked["a_second"], *(asked[f"p{n}_ms"] for n in (50, 95, 99)), asked["failed"]]
        lines.append(f"| {asked['pause']:g} s | " + " | ".join(f"{figure:,.0f}" for figure in figures) + " |")
    return {"polling": "\n".join(lines)}

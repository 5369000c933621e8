"""Many clients poll the status of an upload at once, each with its own key."""

import asyncio
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from bench.alone import Figures
from bench.sizes import Sizes
from infra.local.demo import service
from infra.local.processes import free_port
from infra.local.vendor import vendor_client
from pipeline.domain.keys import Role
from pipeline.postgres.api_keys import make_key
from pipeline.postgres.database import transaction_at

PAUSES = 2.0, 0.5
"""Seconds between two requests of a client: those of `Retry-After`, and a quarter of them."""


def measure(folder: Path, sizes: Sizes) -> Figures:
    clients = sizes.polling_clients
    with service(folder / "state", free_port(None)) as (description, _):
        address = vendor_client(description, "VEND001").announce("polled.csv", 1000)["links"]["self"]
        keys = _keys(description, clients)
        runs = [_measure_polling(address, keys, sizes.polling_seconds, pause) for pause in PAUSES]
    return {"clients": clients, "asked": runs}


def _measure_polling(address: str, keys: list[str], seconds: int, pause: float) -> Figures:
    answers, took = asyncio.run(_poll(address, keys, seconds, pause))
    percentiles = quantiles([seconds * 1000 for _, seconds in answers], n=100)
    result = {f"p{n}_ms": percentiles[n - 1] for n in (50, 95, 99)}
    failed = sum(status != 200 for status, _ in answers)
    return {"pause": pause, "a_second": len(answers) / took, "failed": failed} | result


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
                start = time.monotonic()
                try:
                    status = (await http.get(address, headers={"Authorization": f"Bearer {key}"})).status_code
                except httpx.HTTPError:
                    status = 0
                answers.append((status, time.monotonic() - start))
                await asyncio.sleep(pause)

        await asyncio.gather(*(client(number, key) for number, key in enumerate(keys)))
    return answers, time.monotonic() - begin


def tables(result: Figures) -> dict[str, str]:
    lines = [
        f"| each of {result['clients']} clients asks every | requests a second | p50 ms | p95 ms | p99 ms | failed |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for run in result["asked"]:
        figures = [run["a_second"], *(run[f"p{n}_ms"] for n in (50, 95, 99)), run["failed"]]
        lines.append(f"| {run['pause']:g} s | " + " | ".join(f"{figure:,.0f}" for figure in figures) + " |")
    return {"polling": "\n".join(lines)}

"""What a million rows cost on AWS, and which rates its quotas allow: `python -m bench.capacity`.

Computed from the calls and times that `python -m bench handlers choices` measured. Prices are the public list prices of
us-east-1 in November 2025, without free tiers and discounts; look them up before you rely on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bench import results
from bench.alone import Figures

PRICES_OF = "us-east-1, November 2025"
GB_SECOND = 0.0000166667  # Lambda, x86
INVOCATION = 0.20e-6
WRITE_UNIT = 0.625e-6  # DynamoDB, on demand, 1 KiB
QUEUE_REQUEST = 0.40e-6  # three per message: send, receive, delete
OBJECT_GET, OBJECT_PUT = 0.0004e-3, 0.005e-3
DATABASE_CORE_HOUR = 0.318 / 2  # db.m6g.large, Multi-AZ

# What AWS adds to the times measured here: network and remote disks.
BATCH_MS, ITEM_MS, MESSAGE_MS = 10.0, 5.0, 10.0
STATEMENT_MS, COMMIT_MS = 1.0, 3.0
STATEMENTS_A_BATCH, STATEMENTS_A_RECORD = 9, 4
CORE_MEMORY_MB = 1769  # with this much memory, a Lambda function has a whole core
PARSER_MB, VALIDATOR_MB, NAIVE_MB = 1769, 512, 512
IN_FLIGHT = 4
OUR_BATCH, NAIVE_BATCH = 500, 100

PARTITION_WRITES = 1_000
WRITES_A_ROW = 2  # when it is staged, and with its result; VendorIndex takes as many again
PARALLELIZATION, VALIDATORS, PARSERS = 10, 80, 20
FUNCTIONS_WITH_CONNECTIONS = 210
ROWS_A_FILE = 1_000
MILLION = 1_000_000


@dataclass(frozen=True)
class Cost:
    """Dollars per million rows."""

    parser: float
    validator: float
    dynamodb: float
    queue: float
    store: float
    database: float

    @property
    def total(self) -> float:
        return self.parser + self.validator + self.dynamodb + self.queue + self.store + self.database


def our_cost(ours: Figures) -> Cost:
    calls = ours["validator"]["calls"]
    staging_ms = BATCH_MS / IN_FLIGHT * calls["BatchWriteItem"]
    parser_ms = ours["parser"]["processor_us"] / 1e3 + BATCH_MS / IN_FLIGHT * ours["parser"]["calls"]["BatchWriteItem"]
    validator_ms = (
        _on(VALIDATOR_MB, ours) + staging_ms + _sql_ms(STATEMENTS_A_BATCH, OUR_BATCH) + MESSAGE_MS / OUR_BATCH
    )
    return _cost(ours, parser_ms, PARSER_MB, validator_ms, VALIDATOR_MB, OUR_BATCH)


def naive_cost(naive: Figures) -> Cost:
    calls = naive["validator"]["calls"]
    slower = CORE_MEMORY_MB / NAIVE_MB
    parser_ms = naive["parser"]["processor_us"] / 1e3 * slower + BATCH_MS * naive["parser"]["calls"]["BatchWriteItem"]
    waiting_ms = ITEM_MS * calls["UpdateItem"] + MESSAGE_MS * calls["SendMessage"]
    validator_ms = _on(NAIVE_MB, naive) + waiting_ms + STATEMENT_MS * STATEMENTS_A_RECORD + COMMIT_MS
    return _cost(naive, parser_ms, NAIVE_MB, validator_ms, NAIVE_MB, NAIVE_BATCH)


def _on(memory_mb: int, side: Figures) -> float:
    """Milliseconds of the validator on a fraction of a core, and of PostgreSQL, per row."""
    validator = side["validator"]
    return float(validator["processor_us"] * CORE_MEMORY_MB / memory_mb + validator["postgres_us"]) / 1e3


def _sql_ms(statements: int, batch: int) -> float:
    return (statements * STATEMENT_MS + COMMIT_MS) / batch


def _cost(side: Figures, parser_ms: float, parser_mb: int, validator_ms: float, validator_mb: int, batch: int) -> Cost:
    writes = MILLION * WRITES_A_ROW * 2 * side["write_units"]
    messages = side["validator"]["calls"].get("SendMessage", 0) * MILLION
    return Cost(
        parser=parser_ms / 1e3 * MILLION * parser_mb / 1024 * GB_SECOND,
        validator=validator_ms / 1e3 * MILLION * validator_mb / 1024 * GB_SECOND + MILLION / batch * INVOCATION,
        dynamodb=writes * WRITE_UNIT,
        queue=3 * messages * QUEUE_REQUEST,
        store=side["parser"]["calls"].get("GetObject", 0) * MILLION * OBJECT_GET + 3 * OBJECT_PUT,
        database=side["validator"]["postgres_us"] * MILLION / 1e6 / 3600 * DATABASE_CORE_HOUR,
    )


def batch_seconds(ours: Figures) -> float:
    """How long a validator takes for a whole batch on AWS."""
    row_ms = _on(VALIDATOR_MB, ours) + BATCH_MS / IN_FLIGHT * ours["validator"]["calls"]["BatchWriteItem"]
    return float((row_ms + _sql_ms(STATEMENTS_A_BATCH, OUR_BATCH)) * OUR_BATCH / 1e3)


def tables(stored: Figures) -> dict[str, str]:
    """Empty before the handlers have been measured."""
    if "handlers" not in stored:
        return {}
    ours, naive = stored["handlers"]["ours"], stored["handlers"]["naive"]
    costs = "\n".join(_cost_lines(our_cost(ours), naive_cost(naive)))
    return {"cost": costs, "limits": "\n".join(_limit_lines(ours)), "vendors": "\n".join(_vendor_lines(ours))}


def _cost_lines(ours: Cost, naive: Cost) -> Iterator[str]:
    yield f"| dollars a million rows ({PRICES_OF}) | ours | naive design |"
    yield "| --- | ---: | ---: |"
    for name, label in (
        ("dynamodb", "DynamoDB: every row written twice, and twice more into the index"),
        ("validator", "product-validator"),
        ("parser", "csv-parser"),
        ("queue", "SQS"),
        ("database", "PostgreSQL's processor time, at the price of a core"),
        ("store", "S3"),
        ("total", "**together**"),
    ):
        yield f"| {label} | {getattr(ours, name):.3f} | {getattr(naive, name):.3f} |"
    functions = (naive.parser + naive.validator) / (ours.parser + ours.validator)
    yield ""
    yield f"The functions alone: {functions:.0f} times less than in the naive design."


def _limit_lines(ours: Figures) -> Iterator[str]:
    units, seconds = ours["write_units"], batch_seconds(ours)
    partition = PARTITION_WRITES / WRITES_A_ROW / units
    yield "| what ends | at | rows a second |"
    yield "| --- | --- | ---: |"
    for what, where, rows in (
        ("one upload: its partition of the table", f"{PARTITION_WRITES:,} writes a second", partition),
        ("one vendor: its partition of VendorIndex", f"{PARTITION_WRITES:,} writes a second", partition),
        ("one shard of the stream", f"{PARALLELIZATION} batches at once", PARALLELIZATION * OUR_BATCH / seconds),
        ("all validators", f"{VALIDATORS} at once", VALIDATORS * OUR_BATCH / seconds),
        ("all parsers", f"{PARSERS} at once, one core each", PARSERS * 1e6 / ours["parser"]["processor_us"]),
        ("PostgreSQL", "one core of its own", 1e6 / max(ours["validator"]["postgres_us"], 1.0)),
        ("a new table on demand", "4,000 writes a second at first", 4_000 / WRITES_A_ROW / units),
        ("a table, unless raised", "40,000 writes a second", 40_000 / WRITES_A_ROW / units),
    ):
        yield f"| {what} | {where} | {rows:,.0f} |"


def _vendor_lines(ours: Figures) -> Iterator[str]:
    cost = our_cost(ours)
    yield f"| vendors a day, each {ROWS_A_FILE:,} rows | rows a day | rows a second | tenfold peak |"
    yield "| --- | ---: | ---: | ---: |"
    for vendors in (10, 1_000, 100_000):
        rows = vendors * ROWS_A_FILE
        yield f"| {vendors:,} | {rows:,} | {rows / 86_400:,.1f} | {rows / 8_640:,.0f} |"
    yield ""
    yield f"At {cost.total:.2f} dollars a million rows that is {cost.total / 100:.3f}, {cost.total:.2f} and"
    yield f"{cost.total * 100:,.0f} dollars a day, besides what always runs: database, NAT gateway, endpoints."


def main() -> None:
    for table in tables(results.load()).values():
        print(f"\n{table}")


if __name__ == "__main__":
    main()

"""The headers of real shops, platforms and suppliers, with their meanings."""

import csv
from collections import defaultdict
from pathlib import Path

_TABLE = Path(__file__).parents[1] / "data" / "headers.tsv"


def meanings_of_shop_headers() -> dict[str, set[str]]:
    """Header → the columns that it means to some shop; an empty name stands for none of ours, or no certain one."""
    meanings: dict[str, set[str]] = defaultdict(set)
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            meanings[row["header"]].add(row["column"])
    return dict(meanings)

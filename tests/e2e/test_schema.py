"""The OpenAPI document is true: whatever fits it is answered as it says, and what does not is refused.

SCHEMA_EXAMPLES sets how many requests a call gets; CI takes the default, a long run thousands.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import negative_data_rejection

from api.main import create_app
from pipeline.domain.keys import Role
from pipeline.postgres.api_keys import create_api_key
from tests.stack import Stack

EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "25"))
KEYS = 40  # each with its own allowance, so that the limit on requests is not what is tested

# What no schema can say: which cursors are ours, and which addresses a webhook may have.
REFUSED_THOUGH_WELL_FORMED = ["2xx", "400", "401", "403", "404", "409", "422"]
schema = schemathesis.openapi.from_dict(
    create_app().openapi(),
    config=schemathesis.Config.from_dict(
        {"checks": {"positive_data_acceptance": {"expected-statuses": REFUSED_THOUGH_WELL_FORMED}}}
    ),
)


@pytest.fixture(scope="module")
def keys(stack: Stack) -> Iterator[Iterator[str]]:
    url = stack.description["database_url"]
    new_keys = [create_api_key(url, role=Role.VENDOR, vendor_id="VEND003", label="schema") for _ in range(KEYS // 2)]
    new_keys += [create_api_key(url, role=Role.SUPPORT, vendor_id=None, label="schema") for _ in range(KEYS // 2)]
    yield cycle(new_keys)  # any number of webhooks of any vendor are left
    stack.sql("DELETE FROM webhook_deliveries")
    stack.sql("DELETE FROM webhooks")
    for table in ("remembered_headers", "category_aliases"):
        stack.sql(f"DELETE FROM {table}")
    decided = ("default_mode", "blank_cells", "number_format", "optional_values", "guards")
    stack.sql(f"UPDATE vendors SET {', '.join(f'{setting} = DEFAULT' for setting in decided)}")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_every_call_answers_as_the_document_says(
    case: schemathesis.Case[Any], stack: Stack, keys: Iterator[str]
) -> None:
    excluded: list[Any] = [negative_data_rejection] if is_valid_once_it_is_sent(case) else []
    headers = {"Authorization": f"Bearer {next(keys)}"}
    case.call_and_validate(base_url=stack.api_url, headers=headers, excluded_checks=excluded)


def is_valid_once_it_is_sent(case: schemathesis.Case[Any]) -> bool:
    """What is wrong with a value can get lost on the wire: in a form all is text, and an empty list in a query is
    nothing at all. Then it is rightly accepted."""
    if case.operation.label == "POST /v1/uploads/file":
        return True
    query: dict[str, Any] = dict(case.query or {})
    return any(value is None or value in ([], {}, "") for value in query.values())


def test_calls_that_follow_from_each_other_answer_as_the_document_says(stack: Stack, tmp_path: Path) -> None:
    """Walks along the document's links: announce or send, then follow, cancel, read."""
    config = tmp_path / "schemathesis.toml"
    expected = ", ".join(f'"{status}"' for status in REFUSED_THOUGH_WELL_FORMED)
    config.write_text(f"[checks]\npositive_data_acceptance.expected-statuses = [{expected}]\n")
    key = create_api_key(stack.description["database_url"], role=Role.SUPPORT, vendor_id=None, label="schema")
    done = subprocess.run(
        [Path(sys.executable).parent / "schemathesis", "--config-file", config, "run", f"{stack.api_url}/openapi.json",
         "--phases", "stateful", "--max-examples", str(EXAMPLES // 2), "--rate-limit", "45/s", "--no-color",
         "--header", f"Authorization: Bearer {key}"],
        capture_output=True, text=True, timeout=1200, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert "stateful" in done.stdout.lower()

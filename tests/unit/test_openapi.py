"""The OpenAPI document: every answer and every problem has an example, which fits its schema."""

import json
import re
from typing import Any

import jsonschema_rs
import pytest

from api.answers.problems import PROBLEMS
from api.main import create_app

DOCUMENT = create_app().openapi()
ANSWERS = [
    (f"{method} {path} {status}", kind, content)
    for path, methods in DOCUMENT["paths"].items()
    for method, call in methods.items()
    for status, answer in call["responses"].items()
    for kind, content in answer.get("content", {}).items()
    if kind.endswith("json")
]


@pytest.mark.parametrize(("answer", "kind", "content"), ANSWERS, ids=[name for name, _, _ in ANSWERS])
def test_every_answer_has_an_example_that_fits_its_schema(answer: str, kind: str, content: dict[str, Any]) -> None:
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    examples = [each["value"] for each in content.get("examples", {}).values()] or [content.get("example")]
    for example in examples:
        assert example is not None
        jsonschema_rs.validate(schema, example)


def test_every_problem_has_an_example() -> None:
    documented = {code for _, kind, content in ANSWERS if "problem" in kind for code in content["examples"]}
    # Only paths and methods outside the document answer 405.
    assert set(PROBLEMS) - documented == {"METHOD_NOT_ALLOWED"}


def test_every_call_has_one_of_the_tags() -> None:
    tags = [call["tags"] for methods in DOCUMENT["paths"].values() for call in methods.values()]
    assert {tag for (tag,) in tags} == {tag["name"] for tag in DOCUMENT["tags"]}


def test_every_schema_is_referenced_and_exists() -> None:
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert references == set(DOCUMENT["components"]["schemas"])


def test_operation_ids_fit_generated_clients() -> None:
    calls = [call for methods in DOCUMENT["paths"].values() for call in methods.values()]
    names = [call["operationId"] for call in calls]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name == name.lower() for name in names)
    assert all(call["tags"] and call["summary"] for call in calls)

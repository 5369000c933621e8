"""What a function imports is what every cold start waits for; so it imports nothing that it has no use for."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HANDLERS = ("csv_parser", "product_validator", "error_processor", "upload_sweeper")
OF_THE_WEB_SERVICE = {"api", "fastapi", "starlette", "jinja2", "mangum", "anyio", "uvicorn"}
OF_THE_COMMAND_LINE = {"onboarding", "typer", "rich", "httpx"}
OF_DEVELOPMENT = {"infra", "tests", "pytest", "hypothesis", "psutil", "ministack"}
OF_THE_PAGES = {"jinja2", "api.portal.pages", "api.portal.upload", "api.console.search"}
OF_OTHER_CALLS = {"api.schemas.reading", "api.rest.support", "api.rest.webhooks", "pipeline.outcome.rulebook"}
OF_READING_FILES = {"pipeline.reading.reader", "pipeline.checking.survey", "pipeline.aws.staging"}
OF_TYPED_STATEMENTS = {"sqlmodel", "sqlalchemy", "pipeline.postgres.tables", "pipeline.postgres.sessions"}
SELDOM_NEEDED = {"httpcore", "pipeline.reading.encodings.code_pages", "rapidfuzz", "cryptography"}


def imported_by(module: str) -> set[str]:
    """The packages, and the whole names of what is imported in a fresh interpreter."""
    program = f"import sys, {module}; print(*sys.modules, sep='\\n')"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    names = set(done.stdout.split())
    return names | {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_imports_only_what_it_uses(handler: str) -> None:
    imported = imported_by(f"pipeline.handlers.{handler}")
    assert "boto3" in imported
    assert not imported & (OF_THE_WEB_SERVICE | OF_THE_COMMAND_LINE | OF_DEVELOPMENT | SELDOM_NEEDED)
    assert not imported & OF_TYPED_STATEMENTS


def test_the_web_service_imports_what_somebody_asks_for() -> None:
    imported = imported_by("api.aws_lambda")
    assert {"fastapi", "api.rest.uploads"} <= imported
    assert not imported & (OF_THE_PAGES | OF_OTHER_CALLS | OF_READING_FILES | OF_TYPED_STATEMENTS)
    assert not imported & (OF_THE_COMMAND_LINE | OF_DEVELOPMENT | SELDOM_NEEDED)


def test_checking_a_file_imports_nothing_of_the_service() -> None:
    imported = imported_by("onboarding.main")
    assert "typer" in imported
    assert not imported & (OF_THE_WEB_SERVICE - {"anyio"} | {"boto3", "botocore", "pydantic", "psycopg2"})

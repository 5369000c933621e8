"""A client that is generated from the OpenAPI document completes the journey: the document says all that is needed."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.stack import Stack, csv_of, eventually, sound_rows, tag


@pytest.fixture(scope="module")
def generated(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = Path(tmp_path_factory.mktemp("generated"))
    document = folder / "openapi.json"
    document.write_text(json.dumps(httpx.get(f"{stack.api_url}/openapi.json").json()))
    tools = Path(sys.executable).parent
    done = subprocess.run(
        [tools / "openapi-python-client", "generate", "--path", document, "--meta", "none",
         "--output-path", folder / "generated_client", "--fail-on-warning"],
        capture_output=True, text=True, timeout=120, env=os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    uploads = {
        name: importlib.import_module(f"generated_client.api.uploads.{name}")
        for name in ("create_upload", "get_upload", "list_upload_errors", "download_error_report")
    }
    yield SimpleNamespace(
        models=importlib.import_module("generated_client.models"),
        client=importlib.import_module("generated_client").AuthenticatedClient,
        **uploads,
    )
    sys.path.remove(str(folder))


def test_a_generated_client_completes_the_journey(stack: Stack, generated: Any) -> None:
    run = tag()
    content = csv_of([*sound_rows(2, run), f"P{run}-3,Lamp,Nowhere,S{run}-3,-1,5"])
    with generated.client(base_url=stack.api_url, token=stack.description["api_keys"]["VEND001"]) as client:
        new = generated.models.NewUpload(file_name="generated.csv", size_bytes=len(content))
        announced = generated.create_upload.sync(client=client, body=new)
        address = announced.upload
        httpx.put(address.url, content=content, headers=address.headers.to_dict()).raise_for_status()

        def final() -> Any:
            upload = generated.get_upload.sync(announced.upload_id, client=client)
            return upload if upload.is_final else None

        upload = eventually(final)
        assert (str(upload.status), upload.valid_records, upload.error_records) == ("partial", 2, 1)
        page = generated.list_upload_errors.sync(announced.upload_id, client=client)
        assert [str(error.error_type) for error in page.items] == ["INVALID_PRICE", "INVALID_CATEGORY"]
        report = generated.download_error_report.sync_detailed(announced.upload_id, client=client)
        assert report.status_code == 307


def test_its_refusals_are_typed_problems(stack: Stack, generated: Any) -> None:
    with generated.client(base_url=stack.api_url, token="vk_wrong") as client:
        refused = generated.get_upload.sync("UPLOAD_20260101_000000_aaaaaaaa", client=client)
    assert (refused.status, refused.code) == (401, "UNAUTHENTICATED")

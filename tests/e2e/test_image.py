"""The image, without Docker: its steps as the Dockerfile has them, in an environment that has nothing else.

What a build adds to this is the base image and its system libraries.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.processes import free_port
from tests.runtime_api import RuntimeApi, runtime_api
from tests.stack import PROJECT, Stack, eventually
from tests.templates import read

DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")


class Image:
    """What the Dockerfile makes: the packages, the service's folder, and its own environment variables."""

    def __init__(self, folder: Path) -> None:
        self.packages, self.service = folder / "packages", folder / "service"
        self.python = folder / "python" / "bin" / "python"

    def build(self) -> None:
        subprocess.run([sys.executable, "-m", "venv", self.python.parents[1]], check=True)
        [install] = re.findall(r"^RUN pip (install .*)$", DOCKERFILE, re.MULTILINE)
        command = [str(self.packages) if word == "/packages" else word for word in install.split()]
        subprocess.run([self.python, "-m", "pip", *command], cwd=PROJECT, check=True, capture_output=True)
        for source, target in re.findall(r"^COPY (\w+) (\w+)$", DOCKERFILE, re.MULTILINE):
            shutil.copytree(PROJECT / source, self.service / target, ignore=shutil.ignore_patterns("__pycache__"))

    def environment(self, **variables: str) -> dict[str, str]:
        return {"PATH": os.defpath, "PYTHONPATH": f"{self.service}:{self.packages}", **variables}

    @contextmanager
    def running(self, *arguments: str, log: Path, **variables: str) -> Iterator["subprocess.Popen[bytes]"]:
        with log.open("wb") as output:
            process = subprocess.Popen(
                [self.python, *arguments], cwd=self.service, env=self.environment(**variables),
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    image = Image(tmp_path_factory.mktemp("image"))
    image.build()
    return image


def variables_of(stack: Stack, function: str) -> dict[str, str]:
    """What the deployed function has, and the way to the embedded services."""
    functions = stack.aws("lambda")
    [configuration] = [f for f in functions.list_functions()["Functions"] if f["FunctionName"].endswith(function)]
    variables: dict[str, str] = configuration["Environment"]["Variables"]
    return variables | {
        "AWS_ENDPOINT_URL": stack.description["aws_endpoint_url"],
        "AWS_REGION": stack.description["aws_region"],
        "AWS_DEFAULT_REGION": stack.description["aws_region"],
        "AWS_ACCESS_KEY_ID": stack.description["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": stack.description["aws_secret_access_key"],
        "AWS_LAMBDA_FUNCTION_NAME": configuration["FunctionName"],
    }


def request_for(path: str) -> dict[str, Any]:
    """An event of the HTTP API, payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "api.example.com"},
        "requestContext": {
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }


def handlers() -> dict[str, str]:
    """The entry points that the templates name, by function."""
    return {
        function["Properties"]["FunctionName"]["Fn::Sub"].removeprefix("${AWS::StackName}-"):
            function["Properties"]["ImageConfig"]["Fn::If"][1]["Command"][0]
        for name in ("template", "schema")
        for function in read(name)["Resources"].values()
        if function["Type"] == "AWS::Lambda::Function"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("function", "event", "answer"),
    [
        ("csv-parser", {"Service": "Amazon S3", "Event": "s3:TestEvent"}, None),
        ("product-validator", {"Records": []}, None),
        ("error-processor", {"Records": []}, {"batchItemFailures": []}),
        ("upload-sweeper", {"show": True}, {"uploads": [], "dead_letters": []}),
        ("vendor-registrar", {"command": "revoke_key", "key_id": 0}, {"revoked": False}),
        ("migrator", {}, {"applied": []}),
    ],
)
def test_every_entry_point_starts_in_the_image_and_answers(
    stack: Stack, image: Image, tmp_path: Path, function: str, event: object, answer: object
) -> None:
    like = "upload-sweeper" if function == "migrator" else function
    with started(image, handlers()[function], tmp_path, **variables_of(stack, like)) as api:
        assert api.invoke(event) == answer


def test_the_canary_starts_in_the_image_and_reaches_the_front_door(stack: Stack, image: Image, tmp_path: Path) -> None:
    with started(image, handlers()["upload-canary"], tmp_path, **variables_of(stack, "upload-canary")) as api:
        assert api.invoke({})["fault"] == "POST /v1/uploads was answered with 401"  # what it has is no key yet


def test_the_api_starts_in_the_image_and_answers(stack: Stack, image: Image, tmp_path: Path) -> None:
    with started(image, handlers()["api"], tmp_path, **variables_of(stack, "api")) as api:
        assert api.invoke(request_for("/readyz"))["statusCode"] == 200
        page = api.invoke(request_for("/docs"))
    assert page["headers"]["content-type"].startswith("text/html")


@contextmanager
def started(image: Image, handler: str, folder: Path, **variables: str) -> Iterator[RuntimeApi]:
    """A function's process as the image's ENTRYPOINT and the template's Command make it."""
    [entry] = re.findall(r'^ENTRYPOINT \["python", (.*)\]$', DOCKERFILE, re.MULTILINE)
    arguments = [word.strip('" ') for word in entry.split(",")]
    with (
        runtime_api() as api,
        image.running(*arguments, handler, log=folder / "log", AWS_LAMBDA_RUNTIME_API=api.address, **variables),
    ):
        yield api


def test_the_web_service_starts_in_the_image_and_answers(stack: Stack, image: Image, tmp_path: Path) -> None:
    [command] = re.findall(r'^CMD \["python", (.*uvicorn.*)\]$', DOCKERFILE, re.MULTILINE)
    port = str(free_port(None))
    arguments = [word.strip('" ').replace("8000", port).replace("0.0.0.0", "127.0.0.1") for word in command.split(",")]  # noqa: S104
    with image.running(*arguments, log=tmp_path / "log", **variables_of(stack, "api")):
        eventually(lambda: answers(f"http://127.0.0.1:{port}/readyz"))


def answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False


def test_everything_that_is_copied_is_let_through_to_the_build() -> None:
    let_through = re.findall(r"^!(\S+)$", (PROJECT / ".dockerignore").read_text(), re.MULTILINE)
    copied = re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    assert sorted(word for line in copied for word in line.split()) == sorted(let_through)


def test_nothing_runs_as_root() -> None:
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    stages = dict(re.findall(r"^FROM (\S+) AS (\S+)$", DOCKERFILE, re.MULTILINE)[::-1])
    assert set(stages) - {"${PYTHON}"} == {"service", "functions"}

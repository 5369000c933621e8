"""Stopping and killing the whole stack in the middle of a file loses nothing and doubles nothing."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.stack import Stack, csv_of, eventually, sound_rows, start, tag

ROWS = 3000
LATER = csv_of(sound_rows(2, tag()))


def interrupt(launcher: subprocess.Popen[bytes]) -> None:
    launcher.send_signal(signal.SIGINT)
    launcher.wait(25)


def kill_everything(launcher: subprocess.Popen[bytes]) -> None:
    everything = [launcher_process := psutil.Process(launcher.pid), *launcher_process.children(recursive=True)]
    for process in everything:
        with suppress(psutil.NoSuchProcess):  # it died of its parent's death
            process.kill()
    psutil.wait_procs(everything, timeout=10)
    launcher.wait(10)


def is_in_the_middle(stack: Stack, upload_id: str) -> bool:
    with stack.api() as api:
        upload = api.get(f"/v1/uploads/{upload_id}").json()
    assert not upload["is_final"], "it was over before it could be interrupted"
    return bool(upload["valid_records"] + upload["error_records"])


@dataclass(frozen=True)
class Interrupted:
    """A stack after its second start, and three uploads from before its end."""

    stack: Stack
    run: str
    ended: dict[str, Any]
    under_way: dict[str, Any]
    announced: dict[str, Any]


@pytest.fixture(scope="module", params=[interrupt, kill_everything])
def interrupted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Interrupted]:
    state_dir, run = Path(tmp_path_factory.mktemp("interrupted")) / "state", tag()
    first, launcher = start(state_dir)
    ended = first.ended(first.send(csv_of(sound_rows(2, tag())))["upload_id"])
    with first.api() as api:
        announced = api.post("/v1/uploads", json={"file_name": "a.csv", "size_bytes": len(LATER)}).json()
    under_way = first.send(csv_of([*sound_rows(ROWS, run), f"P{run}-x,Lamp,Nowhere,S{run}-x,-1,x"]))
    eventually(lambda: is_in_the_middle(first, under_way["upload_id"]))
    request.param(launcher)

    second, launcher = start(state_dir)
    try:
        yield Interrupted(second, run, ended, under_way, announced)
    finally:
        launcher.terminate()
        launcher.wait(25)


def test_an_upload_that_was_under_way_goes_on_after_the_next_start(interrupted: Interrupted) -> None:
    stack, run, upload_id = interrupted.stack, interrupted.run, interrupted.under_way["upload_id"]
    ended = stack.ended(upload_id, seconds=90)
    assert (ended["status"], ended["valid_records"], ended["error_records"]) == ("partial", ROWS, 1)
    assert len(stack.products(q=f"S{run}-")) == ROWS
    statuses = [item["status"]["S"] for item in eventually(lambda: stack.staged(upload_id))]
    assert statuses == ["validated"] * ROWS + ["error"]
    assert stack.download(ended["links"]["error_report"]).status_code == 200
    assert len(stack.mails(upload_id, at_least=2, seconds=4)) == 1

    new = stack.ended(stack.send(csv_of(sound_rows(5, tag())))["upload_id"])
    assert (new["status"], new["valid_records"]) == ("completed", 5)
    before = interrupted.ended
    assert stack.ended(before["upload_id"]) == before | {"links": stack.ended(before["upload_id"])["links"]}


def test_an_upload_address_works_beyond_the_next_start(interrupted: Interrupted) -> None:
    address, stack = interrupted.announced["upload"], interrupted.stack
    assert httpx.put(address["url"], content=LATER, headers=address["headers"]).status_code == 200
    assert stack.ended(interrupted.announced["upload_id"])["status"] == "completed"


def test_after_an_update_of_the_template_records_still_reach_the_validator(tmp_path: Path) -> None:
    stack, launcher = start(tmp_path / "state")
    cloudformation = stack.aws("cloudformation")
    (deployed,) = cloudformation.describe_stacks(StackName="product-onboarding")["Stacks"]
    others = [
        {"ParameterKey": parameter["ParameterKey"], "UsePreviousValue": True}
        for parameter in deployed["Parameters"]
        if parameter["ParameterKey"] != "StreamBatchSize"
    ]
    cloudformation.update_stack(
        StackName="product-onboarding",
        UsePreviousTemplate=True,
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[*others, {"ParameterKey": "StreamBatchSize", "ParameterValue": "400"}],
    )
    interrupt(launcher)

    stack, launcher = start(tmp_path / "state")
    try:
        upload = stack.ended(stack.send(csv_of(sound_rows(5, tag())))["upload_id"], seconds=20)
        assert (upload["status"], upload["valid_records"]) == ("completed", 5)
    finally:
        launcher.terminate()
        launcher.wait(25)

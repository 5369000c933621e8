"""Stopping and killing the whole stack in the middle of a file loses nothing and doubles nothing."""

import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests.stack import Stack, csv_of, eventually, sound_rows, start, tag

ROWS = 3000


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


@pytest.mark.parametrize("stop", [interrupt, kill_everything])
def test_an_upload_that_was_under_way_goes_on_after_the_next_start(tmp_path: Path, stop: object) -> None:
    assert callable(stop)
    run, later = tag(), tag()
    first, launcher = start(tmp_path / "state")
    before = first.ended(first.send(csv_of(sound_rows(2, tag())))["upload_id"])
    upload = first.send(csv_of([*sound_rows(ROWS, run), f"P{run}-x,Lamp,Nowhere,S{run}-x,-1,x"]))
    eventually(lambda: is_in_the_middle(first, upload["upload_id"]))
    stop(launcher)

    second, launcher = start(tmp_path / "state")
    try:
        ended = second.ended(upload["upload_id"], seconds=90)
        assert (ended["status"], ended["valid_records"], ended["error_records"]) == ("partial", ROWS, 1)
        assert len(second.products(q=f"S{run}-")) == ROWS
        statuses = [item["status"]["S"] for item in eventually(lambda: second.staged(upload["upload_id"]))]
        assert statuses == ["validated"] * ROWS + ["error"]
        assert second.download(ended["links"]["error_report"]).status_code == 200
        assert len(second.mails(upload["upload_id"], at_least=2, seconds=4)) == 1

        new = second.ended(second.send(csv_of(sound_rows(5, later)))["upload_id"])
        assert (new["status"], new["valid_records"]) == ("completed", 5)
        assert second.ended(before["upload_id"]) == before | {"links": second.ended(before["upload_id"])["links"]}
    finally:
        launcher.terminate()
        launcher.wait(25)


@pytest.mark.parametrize("stop", [interrupt, kill_everything])
def test_an_upload_address_works_beyond_the_next_start(tmp_path: Path, stop: object) -> None:
    assert callable(stop)
    content = csv_of(sound_rows(2, tag()))
    first, launcher = start(tmp_path / "state")
    with first.api() as api:
        announced = api.post("/v1/uploads", json={"file_name": "a.csv", "size_bytes": len(content)}).json()
    stop(launcher)

    second, launcher = start(tmp_path / "state")
    try:
        address = announced["upload"]
        assert httpx.put(address["url"], content=content, headers=address["headers"]).status_code == 200
        assert second.ended(announced["upload_id"])["status"] == "completed"
    finally:
        launcher.terminate()
        launcher.wait(25)


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

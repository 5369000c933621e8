"""The whole stack: the order in which its parts start, and stop."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local import aws, deploy, postgres, processes, surroundings, web
from infra.local.processes import Child, Restarting, StackError
from infra.local.state import Memory, StateDir, write_privately
from pipeline.domain.keys import Role
from pipeline.postgres.api_keys import create_api_key
from sql.migrate import load_demo_data, migrate

DEMO_VENDORS = ("VEND001", "VEND002", "VEND003")
Report = Callable[[str], None]

# 17 seconds in all, so that a stack stops within 20.
STOP_SECONDS = {"api": 3.0, "aws": 10.0, "postgres": 4.0}


@dataclass(frozen=True)
class Stack:
    """A running stack. `description` is the content of `stack.json`."""

    description: dict[str, Any]
    parts: tuple[Child | Restarting, ...] = field(repr=False)

    def serve(self, is_interrupted: Callable[[], bool]) -> None:
        """Runs until a signal comes or a part fails. The web service is restarted if it fails."""
        while not is_interrupted():
            for part in self.parts:
                part.fail_if_dead()
            time.sleep(0.2)


@contextmanager
def running(state: StateDir, *, port: int, fresh: bool, report: Report) -> Iterator[Stack]:
    """Starts everything, and stops it in reverse order when the block ends, in whatever way."""
    started_at = datetime.now(UTC)
    with state.locked(), ExitStack() as stops:
        if count := processes.end_leftovers(state.path):
            report(f"Ended {count} processes that an earlier run had left behind.")
        if not processes.is_free(port):
            raise StackError(f"Port {port} is taken. Choose another one with --port.")
        deploy.limits()  # raises for a wrong limit, before anything is changed
        state.prepare(fresh=fresh)
        stops.callback(processes.end_leftovers, state.path, kill_after_seconds=1)
        memory = state.remember()
        state.save(memory)  # saves the passwords before anything uses them

        with _timed("PostgreSQL", report):
            database = _stopping(stops, postgres.start(state, memory))
            migrate(postgres.url(memory))
            load_demo_data(postgres.url(memory))
        with _timed("AWS services", report):
            services, outputs = _start_services(state, memory, stops, api_url=f"http://127.0.0.1:{port}", report=report)
            mailbox = surroundings.make_mailbox(outputs["TopicArn"])
        with _timed("Web service", report):
            _make_demo_keys(memory)
            state.save(memory)
            service = Restarting(lambda: web.start(state, memory, port=port, outputs=outputs), report)
            stops.callback(service.stop, kill_after_seconds=STOP_SECONDS["api"])
        surroundings.sweep_now(outputs["SweeperFunctionName"], stopped_before=started_at)

        description = _describe(memory, outputs, port=port, mailbox=mailbox)
        stops.callback(state.description.unlink, missing_ok=True)
        write_privately(state.description, json.dumps(description, indent=2) + "\n")
        yield Stack(description, (database, services, service))


def _start_services(
    state: StateDir, memory: Memory, stops: ExitStack, *, api_url: str, report: Report
) -> tuple[Child, dict[str, str]]:
    """Starts the AWS services from their saved state, or rebuilds them if a crash left none that is usable."""
    if not aws.must_be_rebuilt(state):
        try:
            return _start_and_deploy(state, memory, stops, api_url=api_url)
        except (StackError, ClientError, BotoCoreError) as error:
            report(f"  The AWS services cannot go on from what they saved: {error}")
    report("  Rebuilding the AWS services; the bucket's files are kept ...")
    # The bucket cannot be created over existing files, so they are set aside while the template is deployed, and put
    # back while the services are stopped.
    with ExitStack() as stops_first:
        aws.set_files_aside(state, deploy.BUCKET)
        _start_and_deploy(state, memory, stops_first, api_url=api_url)
    aws.put_files_back(state, deploy.BUCKET)
    return _start_and_deploy(state, memory, stops, api_url=api_url)


def _start_and_deploy(
    state: StateDir, memory: Memory, stops: ExitStack, *, api_url: str
) -> tuple[Child, dict[str, str]]:
    with ExitStack() as stops_on_failure:
        services = _stopping(stops_on_failure, aws.start(state, memory))
        aws.use_in_this_process(memory)
        outputs = deploy.deploy(api_url=api_url, database_secret_arn=surroundings.put_database_secret(memory))
        surroundings.keep_link_secret(memory, outputs["LinkSecretArn"])
        surroundings.verify_sender(deploy.MAIL_FROM)
        surroundings.allow_recursion(outputs["ParserFunctionName"])
        surroundings.settle_batch_sizes()
        aws.keep_saving(state)
        stops.push(stops_on_failure.pop_all())
    return services, outputs


def _make_demo_keys(memory: Memory) -> None:
    url = postgres.url(memory)
    for vendor_id in DEMO_VENDORS:
        if vendor_id not in memory.api_keys:
            memory.api_keys[vendor_id] = create_api_key(url, role=Role.VENDOR, vendor_id=vendor_id, label="demo")
    if "support" not in memory.api_keys:
        memory.api_keys["support"] = create_api_key(url, role=Role.SUPPORT, vendor_id=None, label="demo")


def _describe(memory: Memory, outputs: dict[str, str], *, port: int, mailbox: str) -> dict[str, Any]:
    return {
        "api_url": f"http://127.0.0.1:{port}",
        "aws_endpoint_url": aws.endpoint_url(memory),
        "aws_region": aws.REGION,
        "aws_access_key_id": aws.ACCOUNT,
        "aws_secret_access_key": memory.aws_secret_access_key,
        "bucket": outputs["BucketName"],
        "table": outputs["TableName"],
        "error_queue_url": outputs["ErrorQueueUrl"],
        "dead_letter_queue_url": outputs["DeadLetterQueueUrl"],
        "topic_arn": outputs["TopicArn"],
        "mailbox_queue_url": mailbox,
        "database_url": postgres.url(memory),
        "api_keys": memory.api_keys,
    }


def _stopping(stops: ExitStack, child: Child) -> Child:
    stops.callback(child.stop, kill_after_seconds=STOP_SECONDS[child.name])
    return child


@contextmanager
def _timed(part: str, report: Report) -> Iterator[None]:
    begin = time.monotonic()
    yield
    report(f"  {part:<13} ready after {time.monotonic() - begin:.1f} s")

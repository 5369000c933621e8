"""`onboarding ops`: show the state of the service, and continue or repeat work that failed."""

from typing import Annotated, Any

import typer

from onboarding import printing
from onboarding.exits import NEEDS_A_PERSON, exit_on_fault
from onboarding.ops import tables
from onboarding.ops.deployment import Deployment
from onboarding.ops.keys import key, prefix_and_hash
from onboarding.ops.options import STACK, StackName, StateDir, group
from onboarding.ops.registering import category, vendor
from onboarding.options import AsJson
from pipeline.domain.dead_letters import REDRIVE_RESULTS, DeadLetterKind
from pipeline.domain.keys import KeyState, Role, new_key
from pipeline.domain.operator_commands import OperatorCommand

app = group(
    "For operators: see the state of the service, repeat failed work, add vendors and keys.\n\n"
    "Works on the CloudFormation stack --stack, with your AWS profile's rights, or on a stack of this machine"
    " with --state-dir. Every command is safe to repeat.\n\n"
    "Exit codes: 0 all is well, 1 something needs a person, 2 it could not be done."
)
app.add_typer(vendor, name="vendor")
app.add_typer(category, name="category")
app.add_typer(key, name="key")

CANARY = "CANARY"
_INBOX = "success@simulator.amazonses.com"  # the address of AWS for tests: it accepts every mail and discards it


@app.command()
def status(stack: StackName = STACK, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """Show the state of the service: uploads now and in the last day, what is stuck, which alarms are ringing."""
    with exit_on_fault():
        deployment = Deployment(stack, state_dir)
        state = deployment.sweeper({"status": True}) | {"alarms": deployment.alarms()}
    if as_json:
        printing.line(state)
    else:
        _print_state(state)
    raise typer.Exit(NEEDS_A_PERSON if state["stuck"] or state["dead_letters"] or state["alarms"] else 0)


def _print_state(state: dict[str, Any]) -> None:
    printing.text(f"Under way: {_in_words(state['under_way'])}")
    printing.text(f"Ended in the last 24 hours: {_in_words(state['ended_in_24_hours'])}")
    printing.text(f"Stuck: {state['stuck']}", "red" if state["stuck"] else "")
    printing.text(f"Dead letters: {state['dead_letters']}", "red" if state["dead_letters"] else "")
    printing.text(f"Ringing alarms: {', '.join(state['alarms']) or 'none'}", "red" if state["alarms"] else "")
    if state["stuck"] or state["dead_letters"]:
        printing.text("Show them: onboarding ops stuck")


def _in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in counts.items()) or "none"


@app.command()
def stuck(stack: StackName = STACK, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """Show uploads without progress for five minutes, and dead letters. Exit code 1 if there are any."""
    with exit_on_fault():
        report = Deployment(stack, state_dir).sweeper({"show": True})
    uploads, letters = report["uploads"], report["dead_letters"]
    if as_json:
        printing.line(report)
    else:
        tables.stuck_uploads(uploads) if uploads else printing.text("No upload is stuck.")
        tables.dead_letters(letters) if letters else printing.text("There are no dead letters.")
    raise typer.Exit(NEEDS_A_PERSON if uploads or letters else 0)


@app.command()
def redrive(stack: StackName = STACK, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """Process every dead letter again, then sweep. Do this once the cause is removed; it is safe to repeat.

    Exit code 1 if letters remain because this service did not write them.
    """
    with exit_on_fault():
        redriven = Deployment(stack, state_dir).sweeper({"redrive": True, "look_for_drops": True})["redriven"]
    if as_json:
        printing.line(redriven)
    else:
        for kind, count in redriven.items():
            printing.text(f"{count:>6}  {REDRIVE_RESULTS.get(kind, kind)}")
        printing.text("Everything was swept." if redriven else "There were no dead letters. Everything was swept.")
    raise typer.Exit(NEEDS_A_PERSON if DeadLetterKind.UNKNOWN in redriven else 0)


@app.command()
def sweep(stack: StackName = STACK, state_dir: StateDir = None) -> None:
    """Sweep now: continue stalled uploads, and look for files whose events were lost."""
    with exit_on_fault():
        faults = Deployment(stack, state_dir).sweeper({"look_for_drops": True}).get("faults", 0)
    if faults:
        printing.fault(f"{faults} steps failed; the log of upload-sweeper says which. Everything else was swept.")
        raise typer.Exit(NEEDS_A_PERSON)
    printing.text("Everything was swept.")


@app.command()
def canary(
    enrol: Annotated[bool, typer.Option("--enrol", help="First create its vendor and a new key for it.")] = False,
    stack: StackName = STACK,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Send a small file through the front door as a vendor would, and show whether it was processed correctly."""
    with exit_on_fault():
        deployment = Deployment(stack, state_dir)
        if enrol:
            _enrol(deployment)
        result = deployment.canary()
    if as_json:
        printing.line(result)
    elif result["fault"]:
        printing.text(f"Failed: {result['fault']} (upload {result['upload_id'] or 'not announced'}).", "red")
        if result["fault"].endswith("401"):
            printing.text("Its key does not work, or it has none yet: onboarding ops canary --enrol")
    else:
        printing.text(f"All is well: {result['upload_id']} took {result['milliseconds'] / 1000:.1f} s.")
    raise typer.Exit(NEEDS_A_PERSON if result["fault"] else 0)


def _enrol(deployment: Deployment) -> None:
    """Gives the canary a new key; the old keys are revoked only once it can use the new one."""
    deployment.registrar(OperatorCommand.ADD_VENDOR, vendor_id=CANARY, vendor_name="Synthetic uploads", email=_INBOX)
    old_keys = deployment.registrar(OperatorCommand.LIST_KEYS, vendor_id=CANARY)["keys"]
    new = new_key(Role.VENDOR)
    deployment.registrar(
        OperatorCommand.CREATE_KEY, role=Role.VENDOR, vendor_id=CANARY, label="canary", **prefix_and_hash(new)
    )
    deployment.store_canary_key(new)
    for each in old_keys:
        if each["state"] == KeyState.WORKS:
            deployment.registrar(OperatorCommand.REVOKE_KEY, key_id=each["key_id"])

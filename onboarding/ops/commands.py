"""`onboarding ops`: how the service is, what stands still, and having it done again."""

from typing import Annotated, Any

import typer

from onboarding import printing
from onboarding.exits import NEEDS_A_PERSON, exit_on_fault
from onboarding.ops import tables
from onboarding.ops.deployment import Deployment
from onboarding.ops.keys import key, told_of
from onboarding.ops.options import STACK, StackName, StateDir, group
from onboarding.ops.registering import category, vendor
from onboarding.options import AsJson
from pipeline.domain.dead_letters import REDRIVE_RESULTS, DeadLetterKind
from pipeline.domain.keys import KeyState, Role, new_key

app = group(
    "For operators: see how the service is, have failed work done again, add vendors and keys.\n\n"
    "Works on the CloudFormation stack --stack, with your AWS profile's rights, or on a stack of this machine"
    " with --state-dir. Every command may be repeated.\n\n"
    "Exit codes: 0 all is well, 1 something needs a person, 2 it could not be done."
)
app.add_typer(vendor, name="vendor")
app.add_typer(category, name="category")
app.add_typer(key, name="key")

CANARY = "CANARY"
_INBOX = "success@simulator.amazonses.com"  # of AWS, for trials: whatever is mailed to it arrives, and nobody reads it


@app.command()
def status(stack: StackName = STACK, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """Show how the service is: uploads now and since yesterday, what stands still, which alarms ring."""
    with exit_on_fault():
        deployment = Deployment(stack, state_dir)
        found = deployment.sweeper({"status": True}) | {"alarms": deployment.alarms()}
    if as_json:
        printing.line(found)
    else:
        _print_status(found)
    raise typer.Exit(NEEDS_A_PERSON if found["stuck"] or found["dead_letters"] or found["alarms"] else 0)


def _print_status(found: dict[str, Any]) -> None:
    printing.said(f"Under way: {_counted(found['under_way'])}")
    printing.said(f"Ended in the last 24 hours: {_counted(found['ended_in_24_hours'])}")
    printing.said(f"Stand still: {found['stuck']}", "red" if found["stuck"] else "")
    printing.said(f"Dead letters: {found['dead_letters']}", "red" if found["dead_letters"] else "")
    printing.said(f"Alarms that ring: {', '.join(found['alarms']) or 'none'}", "red" if found["alarms"] else "")
    if found["stuck"] or found["dead_letters"]:
        printing.said("What they are: onboarding ops stuck")


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in counts.items()) or "none"


@app.command()
def stuck(stack: StackName = STACK, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """Show uploads without progress for five minutes, and dead letters. Exit code 1 if there are any."""
    with exit_on_fault():
        found = Deployment(stack, state_dir).sweeper({"show": True})
    uploads, letters = found["uploads"], found["dead_letters"]
    if as_json:
        printing.line(found)
    else:
        tables.stuck_uploads(uploads) if uploads else printing.said("No upload stands still.")
        tables.dead_letters(letters) if letters else printing.said("There are no dead letters.")
    raise typer.Exit(NEEDS_A_PERSON if uploads or letters else 0)


@app.command()
def redrive(stack: StackName = STACK, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """Have every dead letter done again, and everything swept. Do it when the cause is gone; a repeat does no harm.

    Exit code 1 if letters stay, because no part of this service wrote them.
    """
    with exit_on_fault():
        redriven = Deployment(stack, state_dir).sweeper({"redrive": True, "look_for_drops": True})["redriven"]
    if as_json:
        printing.line(redriven)
    else:
        for kind, count in redriven.items():
            printing.said(f"{count:>6}  {REDRIVE_RESULTS.get(kind, kind)}")
        printing.said("Everything was swept." if redriven else "There were no dead letters. Everything was swept.")
    raise typer.Exit(NEEDS_A_PERSON if DeadLetterKind.UNKNOWN in redriven else 0)


@app.command()
def sweep(stack: StackName = STACK, state_dir: StateDir = None) -> None:
    """Sweep now: move on what stands still, and look for files that no event told of."""
    with exit_on_fault():
        faults = Deployment(stack, state_dir).sweeper({"look_for_drops": True}).get("faults", 0)
    if faults:
        printing.fault(f"{faults} steps failed; the log of upload-sweeper says which. Everything else was swept.")
        raise typer.Exit(NEEDS_A_PERSON)
    printing.said("Everything was swept.")


@app.command()
def canary(
    enrol: Annotated[bool, typer.Option("--enrol", help="First make its vendor, and give it a new key.")] = False,
    stack: StackName = STACK,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Send a small file through the front door as a vendor would, and show whether it was handled well."""
    with exit_on_fault():
        deployment = Deployment(stack, state_dir)
        if enrol:
            _enrol(deployment)
        flight = deployment.canary()
    if as_json:
        printing.line(flight)
    elif flight["fault"]:
        printing.said(f"Not well: {flight['fault']} (upload {flight['upload_id'] or 'not announced'}).", "red")
        if flight["fault"].endswith("401"):
            printing.said("Its key does not work, or it has none yet: onboarding ops canary --enrol")
    else:
        printing.said(f"All is well: {flight['upload_id']} took {flight['milliseconds'] / 1000:.1f} s.")
    raise typer.Exit(NEEDS_A_PERSON if flight["fault"] else 0)


def _enrol(deployment: Deployment) -> None:
    """Its keys from before end only when the new one is in its place."""
    deployment.registrar("add_vendor", vendor_id=CANARY, vendor_name="Synthetic uploads", email=_INBOX)
    before = deployment.registrar("list_keys", vendor_id=CANARY)["keys"]
    new = new_key(Role.VENDOR)
    deployment.registrar("create_key", role=Role.VENDOR, vendor_id=CANARY, label="canary", **told_of(new))
    deployment.keep_canary_key(new)
    for each in before:
        if each["state"] == KeyState.WORKS:
            deployment.registrar("revoke_key", key_id=each["key_id"])

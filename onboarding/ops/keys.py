"""`onboarding ops key`: API keys.

A key is generated on the operator's machine and shown there, once. Only its prefix and its hash are sent: no function,
log or database ever has the key itself.
"""

from typing import Annotated, Any

import typer

from onboarding import printing
from onboarding.exits import exit_on_fault
from onboarding.faults import Fault
from onboarding.ops import tables
from onboarding.ops.deployment import Deployment
from onboarding.ops.options import STACK, StackName, StateDir, group
from onboarding.options import AsJson
from pipeline.domain.keys import PREFIX_LENGTH, KeyState, Role, hash_of, new_key
from pipeline.domain.operator_commands import OperatorCommand

key = group("API keys: create, list, rotate and revoke them.")

KeyId = Annotated[int, typer.Argument(metavar="KEY_ID", help="The number that `list` shows.")]


def prefix_and_hash(new: str) -> dict[str, str]:
    """All that is sent of a key."""
    return {"key_prefix": new[:PREFIX_LENGTH], "key_hash": hash_of(new).hex()}


@key.command()
def create(
    label: Annotated[str, typer.Option(help="What the key is for, such as `ERP of TechGear`.")],
    vendor: Annotated[str | None, typer.Option(help="The vendor whose key it is, such as VEND001.")] = None,
    support: Annotated[bool, typer.Option("--support", help="A support agent's key: sees every vendor.")] = False,
    days: Annotated[int | None, typer.Option(min=1, help="Days until it expires. Without it: never.")] = None,
    stack: StackName = STACK,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Create a key and show it, only this once."""
    if support == bool(vendor):
        raise typer.BadParameter("give either --vendor or --support")
    role = Role.SUPPORT if support else Role.VENDOR
    new = new_key(role)
    with exit_on_fault():
        Deployment(stack, state_dir).registrar(
            OperatorCommand.CREATE_KEY, role=role, vendor_id=vendor, label=label, days=days, **prefix_and_hash(new)
        )
    _show(new, as_json)


@key.command("list")
def list_keys(
    vendor: Annotated[str | None, typer.Option(help="Only this vendor's keys.")] = None,
    stack: StackName = STACK,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """List keys: whose they are, when they were last used, whether they still work."""
    with exit_on_fault():
        listed = Deployment(stack, state_dir).registrar(OperatorCommand.LIST_KEYS, vendor_id=vendor)["keys"]
    if as_json:
        for each in listed:
            printing.line(each)
    else:
        tables.keys(listed)


@key.command()
def rotate(
    key_id: KeyId,
    hours: Annotated[int, typer.Option(min=0, help="How long the old key works beside the new one.")] = 24,
    stack: StackName = STACK,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Create a key with the same owner and role, and let the old one expire after an overlap."""
    with exit_on_fault():
        deployment = Deployment(stack, state_dir)
        new = new_key(_find_working_key(deployment, key_id)["role"])
        deployment.registrar(OperatorCommand.ROTATE_KEY, key_id=key_id, hours=hours, **prefix_and_hash(new))
    _show(new, as_json)


@key.command()
def revoke(key_id: KeyId, stack: StackName = STACK, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """Revoke a key at once."""
    with exit_on_fault():
        if not Deployment(stack, state_dir).registrar(OperatorCommand.REVOKE_KEY, key_id=key_id)["revoked"]:
            raise _no_such_key(key_id)
    if as_json:
        printing.line({"key_id": key_id, "revoked": True})
    else:
        printing.text(f"Key {key_id} no longer works.")


def _find_working_key(deployment: Deployment, key_id: int) -> dict[str, Any]:
    for each in deployment.registrar(OperatorCommand.LIST_KEYS)["keys"]:
        if each["key_id"] == key_id and each["state"] == KeyState.WORKS:
            working: dict[str, Any] = each
            return working
    raise _no_such_key(key_id)


def _no_such_key(key_id: int) -> Fault:
    return Fault(f"There is no key {key_id} that still works.")


def _show(new: str, as_json: bool) -> None:
    if as_json:
        printing.line({"key": new})
        return
    printing.text(new)
    printing.note("This is the only time that it can be read.")

"""`onboarding ops vendor` and `onboarding ops category`: who may send, and what there is to sell."""

from typing import Annotated

import typer

from onboarding import printing
from onboarding.exits import exit_on_fault
from onboarding.ops import tables
from onboarding.ops.deployment import Deployment
from onboarding.ops.options import STACK, StackName, StateDir, group
from onboarding.options import AsJson

vendor = group("Vendors: who may send files.")
category = group("Categories: what products may be sold under. Those active when a file is read hold for all of it.")


@vendor.command("add")
def add_vendor(
    vendor_id: Annotated[str, typer.Argument(metavar="VENDOR_ID", help="Such as VEND001. It stays for good.")],
    name: Annotated[str, typer.Option(help="What the vendor is called.")],
    email: Annotated[str, typer.Option(help="Where it is reached.")],
    phone: Annotated[str | None, typer.Option()] = None,
    subscribe: Annotated[
        bool, typer.Option("--subscribe", help="Have SNS mail it what becomes of its files. AWS asks it to confirm.")
    ] = False,
    stack: StackName = STACK,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Add a vendor. One that is there already stays as it is."""
    with exit_on_fault():
        deployment = Deployment(stack, state_dir)
        answer = deployment.registrar("add_vendor", vendor_id=vendor_id, vendor_name=name, email=email, phone=phone)
        if subscribe:
            deployment.subscribe(vendor_id, email)
    if as_json:
        printing.line({"vendor_id": vendor_id, **answer})
    elif answer["added"]:
        printing.said(f"Vendor {vendor_id} is added. Its key: onboarding ops key create --vendor {vendor_id} --label …")
    else:
        printing.said(f"Vendor {vendor_id} was there already, and stays as it is.")


@vendor.command("list")
def list_vendors(stack: StackName = STACK, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """List all vendors."""
    with exit_on_fault():
        vendors = Deployment(stack, state_dir).registrar("list_vendors")["vendors"]
    if as_json:
        for each in vendors:
            printing.line(each)
    else:
        tables.table(("Vendor", "Name", "Email", "Status"), [tuple(each.values()) for each in vendors])


@category.command("add")
def add_category(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As products will show it.")],
    description: Annotated[str | None, typer.Option()] = None,
    stack: StackName = STACK,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Add a category. One of this name that is there already stays as it is."""
    with exit_on_fault():
        answer = Deployment(stack, state_dir).registrar("add_category", category_name=name, description=description)
    if as_json:
        printing.line({"category_name": name, **answer})
    else:
        printing.said(f"Category {name} {'is added' if answer['added'] else 'was there already'}.")


@category.command("list")
def list_categories(stack: StackName = STACK, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """List all categories."""
    with exit_on_fault():
        categories = Deployment(stack, state_dir).registrar("list_categories")["categories"]
    if as_json:
        for each in categories:
            printing.line(each)
    else:
        shown = [(each["category_name"], "active" if each["is_active"] else "inactive") for each in categories]
        tables.table(("Category", "State"), shown)

"""`onboarding ops vendor` and `onboarding ops category`: register vendors and product categories."""

from typing import Annotated

import typer

from onboarding import printing
from onboarding.exits import exit_on_fault
from onboarding.ops import tables
from onboarding.ops.deployment import Deployment
from onboarding.ops.options import STACK, StackName, StateDir, group
from onboarding.options import AsJson
from pipeline.domain.operator_commands import OperatorCommand

vendor = group("Vendors: who may send files.")
category = group("Categories of products. The ones that are active when an upload is first read apply to all its rows.")


@vendor.command("add")
def add_vendor(
    vendor_id: Annotated[str, typer.Argument(metavar="VENDOR_ID", help="Such as VEND001. It stays for good.")],
    name: Annotated[str, typer.Option(help="The vendor's name.")],
    email: Annotated[str, typer.Option(help="Its mail address.")],
    phone: Annotated[str | None, typer.Option()] = None,
    subscribe: Annotated[
        bool, typer.Option("--subscribe", help="Have SNS mail it the outcome of its uploads. AWS asks it to confirm.")
    ] = False,
    stack: StackName = STACK,
    state_dir: StateDir = None,
    as_json: AsJson = False,
) -> None:
    """Add a vendor. A vendor that exists already is not changed."""
    with exit_on_fault():
        deployment = Deployment(stack, state_dir)
        answer = deployment.registrar(
            OperatorCommand.ADD_VENDOR, vendor_id=vendor_id, vendor_name=name, email=email, phone=phone
        )
        if subscribe:
            deployment.subscribe(vendor_id, email)
    if as_json:
        printing.line({"vendor_id": vendor_id, **answer})
    elif answer["added"]:
        printing.text(f"Vendor {vendor_id} is added. Its key: onboarding ops key create --vendor {vendor_id} --label …")
    else:
        printing.text(f"Vendor {vendor_id} exists already, and was not changed.")


@vendor.command("list")
def list_vendors(stack: StackName = STACK, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """List all vendors."""
    with exit_on_fault():
        vendors = Deployment(stack, state_dir).registrar(OperatorCommand.LIST_VENDORS)["vendors"]
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
    """Add a category. A category that exists already is not changed."""
    with exit_on_fault():
        answer = Deployment(stack, state_dir).registrar(
            OperatorCommand.ADD_CATEGORY, category_name=name, description=description
        )
    if as_json:
        printing.line({"category_name": name, **answer})
    else:
        printing.text(f"Category {name} {'is added' if answer['added'] else 'exists already'}.")


@category.command("list")
def list_categories(stack: StackName = STACK, state_dir: StateDir = None, as_json: AsJson = False) -> None:
    """List all categories."""
    with exit_on_fault():
        categories = Deployment(stack, state_dir).registrar(OperatorCommand.LIST_CATEGORIES)["categories"]
    if as_json:
        for each in categories:
            printing.line(each)
    else:
        rows = [(each["category_name"], "active" if each["is_active"] else "inactive") for each in categories]
        tables.table(("Category", "State"), rows)

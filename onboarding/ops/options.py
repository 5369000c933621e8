"""The options that the operators' commands share, and how each of them ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from onboarding import printing
from onboarding.faults import Fault

StackName = Annotated[str, typer.Option("--stack", envvar="ONBOARDING_STACK", help="The CloudFormation stack.")]
StateDir = Annotated[
    Path | None,
    typer.Option(
        "--state-dir", envvar="ONBOARDING_STATE_DIR",
        help="The state folder of a stack on this machine, such as .local. Without it: AWS, as your profile says.",
    ),
]  # fmt: skip
STACK = "product-onboarding"

NEEDS_A_PERSON, FAULT = 1, 2


def group(help_text: str) -> typer.Typer:
    return typer.Typer(
        help=help_text, no_args_is_help=True, rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )  # fmt: skip


@contextmanager
def faults_told() -> Iterator[None]:
    try:
        yield
    except Fault as fault:
        printing.fault(str(fault))
        raise typer.Exit(FAULT) from None

"""Options that the operators' commands share."""

from pathlib import Path
from typing import Annotated

import typer

StackName = Annotated[str, typer.Option("--stack", envvar="ONBOARDING_STACK", help="The CloudFormation stack.")]
StateDir = Annotated[
    Path | None,
    typer.Option(
        "--state-dir", envvar="ONBOARDING_STATE_DIR",
        help="The state folder of a stack on this machine, such as .local. Without it: AWS, as your profile says.",
    ),
]  # fmt: skip
STACK = "product-onboarding"


def group(help_text: str) -> typer.Typer:
    return typer.Typer(
        help=help_text, no_args_is_help=True, rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )  # fmt: skip

"""The options and arguments that commands share."""

from pathlib import Path
from typing import Annotated

import typer

Url = Annotated[str, typer.Option("--url", envvar="ONBOARDING_URL", help="Address of the service.", show_default=False)]
ApiKey = Annotated[
    str,
    typer.Option(
        "--api-key", envvar="ONBOARDING_API_KEY", show_default=False,
        help="Your API key. Better kept in the variable: other users of this machine can see options.",
    ),
]  # fmt: skip
OptionalApiKey = Annotated[
    str | None, typer.Option("--api-key", envvar="ONBOARDING_API_KEY", show_default=False, help="Your API key.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one value a line, for programs.")]
Everything = Annotated[bool, typer.Option("--all", help="Show every error, not only the first 50.")]
ProductFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        readable=True,
        help="Your product file: CSV, also in gzip or zip, or an Excel workbook.",
    ),
]
UploadId = Annotated[str, typer.Argument(metavar="UPLOAD_ID", help="As `onboarding upload` shows it: UPLOAD_…")]

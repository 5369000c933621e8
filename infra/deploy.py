"""`python -m infra.deploy`: takes an empty account to a running service, and deploys every release after that.

    python -m infra.deploy foundation                once: the key, the repository, the network, the database
    python -m infra.deploy release --image URI       every time: migrations first, then the new code

A parameter keeps its value until `--set` changes it, except for those that one stack takes from another. Every command
may be repeated.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import boto3
import typer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.cloudformation import StackFailed, Stacks

TEMPLATES = Path(__file__).parent
_MIGRATION_SECONDS = 910  # a little more than the timeout of the function

app = typer.Typer(help="Deploy to AWS.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Name = Annotated[str, typer.Option("--name", help="The application's stack; the others are named after it.")]
Role = Annotated[str | None, typer.Option(help="The role that CloudFormation works with (output StackRoleArn).")]
Settings = Annotated[list[str], typer.Option("--set", help="NatGateways=one-per-zone: a parameter, by its name.")]
NAME = "product-onboarding"


@app.command()
def foundation(name: Name = NAME, stack_role: Role = None, settings: Settings = []) -> None:  # noqa: B006
    """Make or update what the service stands on: platform, network, database. The first time takes about 20 minutes."""
    with _exit_on_faults():
        templates = _Templates(_stacks(stack_role), settings, "platform", "network", "database")
        platform = templates.deploy("platform", f"{name}-platform", {})
        network = templates.deploy("network", f"{name}-network", _only(platform, "KmsKeyArn"))
        database = _only(platform | network, "KmsKeyArn", "SubnetIds", "SecurityGroupIds", "DatabaseSecurityGroupId")
        templates.deploy("database", f"{name}-database", database)
    typer.echo(f"Push the image to {platform['ImageRepository']}, then: python -m infra.deploy release --image …")


@app.command()
def release(
    image: Annotated[str, typer.Option(help="The pushed image, with its tag or digest.")] = "",
    code_bucket: Annotated[str, typer.Option(help="Instead of an image: a zip's bucket ...")] = "",
    code_key: Annotated[str, typer.Option(help="... and its key.")] = "",
    name: Name = NAME,
    stack_role: Role = None,
    settings: Settings = [],  # noqa: B006
) -> None:
    """Bring the schema up to date, then the functions. A release that fails leaves the one before it running."""
    with _exit_on_faults():
        stacks = _stacks(stack_role)
        platform, network, database = (stacks.outputs(f"{name}-{each}") for each in ("platform", "network", "database"))
        templates = _Templates(stacks, settings, "schema", "template", bucket=platform["ArtifactBucket"])
        values = {
            "ImageUri": image,
            "CodeBucket": code_bucket,
            "CodeKey": code_key,
            **_only(platform | network | database, "KmsKeyArn", "SubnetIds", "SecurityGroupIds", "DatabaseSecretArn"),
        }
        schema = templates.deploy("schema", f"{name}-schema", {**values, "DatabaseHost": database["DatabaseAddress"]})
        applied = _migrate(schema["MigratorFunctionName"])
        typer.echo(f"Migrations applied: {', '.join(applied) or 'none were missing'}")
        outputs = templates.deploy("template", name, {**values, "DatabaseHost": database["DatabaseHost"]})
    typer.echo(f"The service answers at {outputs['HttpApiUrl']}")


class _Templates:
    """The templates of one command. A value of `--set` goes to every template that has the parameter."""

    def __init__(self, stacks: Stacks, settings: list[str], *names: str, bucket: str | None = None) -> None:
        self._stacks, self._bucket = stacks, bucket
        self._texts = {name: (TEMPLATES / f"{name}.yaml").read_text(encoding="utf-8") for name in names}
        self._parameters = {name: stacks.parameters(text, bucket) for name, text in self._texts.items()}
        self._settings = dict(_setting(each) for each in settings)
        if unknown := self._settings.keys() - set().union(*self._parameters.values()):
            raise StackFailed(f"--set {min(unknown)}: no template of this command has this parameter.")

    def deploy(self, name: str, stack: str, values: Mapping[str, str]) -> dict[str, str]:
        typer.echo(f"{stack} ...")
        settings = {each: value for each, value in self._settings.items() if each in self._parameters[name]}
        return self._stacks.deploy(stack, self._texts[name], {**values, **settings}, bucket=self._bucket)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise StackFailed(f"--set {text}: write it as {text}=value.")
    return name, value


def _migrate(function: str) -> list[str]:
    patient = Config(read_timeout=_MIGRATION_SECONDS, retries={"max_attempts": 0})
    answer = boto3.client("lambda", config=patient).invoke(FunctionName=function, Payload=b"{}")
    content: dict[str, Any] = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise StackFailed(
            f"The migrations failed ({content.get('errorType', 'unknown')}) and changed nothing. The release was not"
            f" deployed; the log of {function} says why."
        )
    applied: list[str] = content["applied"]
    return applied


def _only(values: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: values[name] for name in names}


def _stacks(role: str | None) -> Stacks:
    return Stacks(boto3.client("cloudformation"), role)


@contextmanager
def _exit_on_faults() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError, StackFailed) as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    typer.echo(f"Error: {message}", err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()

"""The templates as tests see them: read, changed, and without what the embedded AWS services do not know."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml  # type: ignore[import-untyped]

INFRA = Path(__file__).parents[1] / "infra"
NAMES = ("platform", "network", "database", "schema", "template")
Template = dict[str, Any]


def read(name: str) -> Template:
    """A template as plain dicts and lists, with the long forms of its functions."""
    template: Template = deepcopy(cfn_yaml.load(str(INFRA / f"{name}.yaml")))
    return template


def text_of(name: str) -> str:
    return (INFRA / f"{name}.yaml").read_text(encoding="utf-8")


def without_types(template: Template, types: set[str]) -> Template:
    """The template without the resources of some types; nothing that is left may need them."""
    kept = {name: each for name, each in template["Resources"].items() if each["Type"] not in types}
    dropped = template["Resources"].keys() - kept.keys()
    for each in kept.values():
        if isinstance(each.get("DependsOn"), str) and each["DependsOn"] in dropped:
            del each["DependsOn"]
    return {**template, "Resources": kept}

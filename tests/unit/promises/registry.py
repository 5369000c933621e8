"""The promises, what breaks each, and how to look into templates."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.templates import Template

Templates = dict[str, Template]
Properties = dict[str, Any]
PROMISES: list[Callable[[Templates], bool]] = []
MUTANTS: list[tuple[Callable[[Templates], bool], str, Callable[[Templates], object]]] = []


def promise(holds: Callable[[Templates], bool]) -> Callable[[Templates], bool]:
    PROMISES.append(holds)
    return holds


def mutant(broken: Callable[[Templates], bool], name: str, change: Callable[[Templates], object]) -> None:
    """A change to the templates that breaks a promise."""
    MUTANTS.append((broken, name, change))


def of_type(templates: Templates, kind: str) -> dict[str, Properties]:
    return {
        f"{template}.{name}": each["Properties"]
        for template, content in templates.items()
        for name, each in content["Resources"].items()
        if each["Type"] == kind
    }


def properties(templates: Templates, resource: str, template: str = "template") -> Properties:
    found: Properties = templates[template]["Resources"][resource]["Properties"]
    return found


def statements(templates: Templates) -> Iterator[dict[str, Any]]:
    """What roles may do; a statement with a condition of the template is taken as if it held."""
    for role in of_type(templates, "AWS::IAM::Role").values():
        for policy in role.get("Policies", ()):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield statement["Fn::If"][1] if "Fn::If" in statement else statement


def actions(statement: dict[str, Any]) -> list[str]:
    return statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]


def with_values(resource: str, template: str = "template", **values: object) -> Callable[[Templates], None]:
    return lambda templates: properties(templates, resource, template).update(values)


def without(resource: str, name: str, template: str = "template") -> Callable[[Templates], None]:
    return lambda templates: properties(templates, resource, template).__delitem__(name)

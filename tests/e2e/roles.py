"""What the roles of a stack's functions permit, and which permissions the functions used."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.stack import Stack


class Permission(NamedTuple):
    """One action of one statement of one function's role."""

    function: str
    statement: str
    action: str


Refusal = tuple[str, str, str]  # function, action, resource


class Roles:
    """The roles of a stack's functions, and the log of the permissions that they used."""

    def __init__(self, stack: Stack) -> None:
        self._iam, self._log = stack.aws("iam"), stack.logs / "permissions.jsonl"
        self._functions = {
            role["RoleName"]: policies[0]
            for role in self._iam.list_roles()["Roles"]
            if (policies := self._iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"])
        }

    def allowed(self) -> set[Permission]:
        return {
            Permission(function, statement["Sid"], action)
            for role, function in self._functions.items()
            for statement in self._policy(role)["Statement"]
            for action in _actions(statement)
        }

    def used(self) -> set[Permission]:
        return {
            Permission(self._functions[line["role"]], line["statement"], line["action"])
            for line in self._lines()
            if "statement" in line
        }

    def refused(self) -> set[Refusal]:
        """The requests that were refused."""
        return {
            (self._functions[line["role"]], line["action"], line["refused"])
            for line in self._lines()
            if "refused" in line
        }

    def _lines(self) -> list[dict[str, str]]:
        lines = [json.loads(line) for line in self._log.read_text().splitlines()]
        return [line for line in lines if line["role"] in self._functions]

    def take(self, permission: Permission) -> Callable[[], None]:
        """Removes one action from one statement; returns a function that restores it."""
        [role] = [role for role, function in self._functions.items() if function == permission.function]
        policy = self._policy(role)
        less = json.loads(json.dumps(policy))
        [statement] = [each for each in less["Statement"] if each["Sid"] == permission.statement]
        actions = [action for action in _actions(statement) if action != permission.action]
        statement["Action"] = actions or ["s3:ListAllMyBuckets"]
        self._put(role, less)
        return lambda: self._put(role, policy)

    def _policy(self, role: str) -> Any:
        return self._iam.get_role_policy(RoleName=role, PolicyName=self._functions[role])["PolicyDocument"]

    def _put(self, role: str, policy: Any) -> None:
        self._iam.put_role_policy(RoleName=role, PolicyName=self._functions[role], PolicyDocument=json.dumps(policy))


def _actions(statement: dict[str, Any]) -> list[str]:
    return statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]

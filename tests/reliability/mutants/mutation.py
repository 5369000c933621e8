"""Mutants: faults in the running process, made by replacing functions of ours."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_OURS = {"api", "pipeline", "tests", "__main__"}


class NothingRefersToIt(Exception):
    """Nothing uses the function that a mutant replaces, so the mutant would prove nothing."""


@dataclass(frozen=True)
class Change:
    """A function and its replacement."""

    function: Callable[..., Any]
    replacement: Callable[..., Any]

    def apply(self) -> None:
        """Replaces every reference to the function, for good. The replacement's module keeps the original to call."""
        references = list(_references(self.function, besides=self.replacement.__module__))
        if not references:
            raise NothingRefersToIt(f"{self.function.__module__}.{self.function.__qualname__}")
        for owner, name in references:
            setattr(owner, name, self.replacement)


@dataclass(frozen=True)
class Mutant:
    """A fault, the act that shows it, and a part of the message of the invariant that must notice it."""

    name: str
    act: str
    notices: str
    changes: tuple[Change, ...]

    def apply(self) -> None:
        for change in self.changes:
            change.apply()


def instead_of(function: Callable[P, R]) -> Callable[[Callable[P, R]], Change]:
    """Marks a function as the replacement of another; the type checker compares their signatures."""
    return lambda replacement: Change(function, replacement)


def _references(function: Callable[..., Any], *, besides: str) -> Iterator[tuple[Any, str]]:
    """Modules and classes of ours that have the function as an attribute, with the attribute's name."""
    for owner in _modules_and_classes(besides):
        for name, value in vars(owner).items():
            if value is function:
                yield owner, name


def _modules_and_classes(besides: str) -> Iterator[Any]:
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] in _OURS and module_name != besides:
            yield module
            yield from (value for value in vars(module).values() if _is_class_of(value, module_name))


def _is_class_of(value: object, module_name: str) -> bool:
    return isinstance(value, type) and value.__module__ == module_name

"""Imports go one way: down. No module imports from a layer above its own, and no two modules import each other."""

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = (
    "sql",
    "pipeline.domain",
    "pipeline.reading",
    "pipeline.checking",
    "pipeline.outcome",
    "pipeline.settings",
    "pipeline.logs",
    "pipeline.http",
    "pipeline.aws",
    "pipeline.postgres",
    "pipeline.services",
    "pipeline.stages",
    "pipeline.handlers",
    "api",
    "onboarding",
    "infra",
)
"""From the lowest to the highest."""
PURE = LAYERS[1 : LAYERS.index("pipeline.outcome") + 1]
OF_PURE_CODE = {"pydantic", "rapidfuzz", "xlsxwriter"}
"""The only packages outside the standard library that may be imported without input or output."""


def modules() -> dict[str, Path]:
    files = (
        file for folder in ("pipeline", "api", "onboarding", "infra", "sql") for file in (ROOT / folder).rglob("*.py")
    )
    names = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in files}
    return {name.removesuffix(".__init__"): file for name, file in names.items()}


MODULES = modules()


def imports_of(module: str) -> Iterator[str]:
    """Modules and packages named by any import statement, those inside functions included."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in MODULES else node.module


def layer_of(module: str) -> int | None:
    return next((at for at, layer in enumerate(LAYERS) if f"{module}.".startswith(f"{layer}.")), None)


@pytest.mark.parametrize("module", [name for name in MODULES if layer_of(name) is not None])
def test_no_import_goes_up(module: str) -> None:
    own = layer_of(module)
    assert own is not None
    assert [name for name in imports_of(module) if (layer_of(name) or 0) > own] == []


def test_every_module_has_a_layer() -> None:
    assert [name for name in MODULES if layer_of(name) is None] == ["pipeline"]


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: {used for used in imports_of(name) if used in MODULES and used != name} for name in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith(PURE)])
def test_pure_layers_import_only_the_standard_library(module: str) -> None:
    packages = {name.partition(".")[0] for name in imports_of(module)}
    assert packages <= sys.stdlib_module_names | OF_PURE_CODE | {"pipeline"}

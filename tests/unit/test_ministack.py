"""What `infra/local/aws_server.py` replaces in ministack, and calls there, is what it was written for.

Much of it is private, and may change with any release. So each part is pinned by a digest of its source: a new release
that changes one fails here, with its name, and not somewhere in a stack that behaves a little differently.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.stack import PROJECT

SERVER = PROJECT / "infra" / "local" / "aws_server.py"
PINS: dict[str, dict[str, str]] = {
    "ministack.app": {
        "_build_persistence_save_dict": "47f94a0e375a2f82",
        "logger": "8cf197cfdbf66563",
        "main": "ebd7fde9b7130107",
        "pin_signed_request": "00b39eb59cde9ce7",
        "save_all": "7dff63de208c839a",
    },
    "ministack.core.iam_actions": {
        "extract_resource_arn": "4f721b00d35d8a33",
    },
    "ministack.core.iam_evaluator": {
        "EvalResult": "0420346e81ed53fc",
        "_fnmatch_compile": "2a820d82f2dd7340",
        "_is_root_key": "b85203109d8fdbe0",  # replaced in the globals of `pin_signed_request`
        "enforce": "fcf4e6146835b9b7",
        "evaluate": "71e50e8a8d48db54",
        "pin_signed_request": "4cbdbb2066046b7c",
    },
    "ministack.core.persistence": {
        "STATE_DIR": "9de4b529de21f111",
        "_json_default": "1d3557d055222ef6",
        "_state_format_version": "4950071e07c070ca",
    },
    "ministack.services.dynamodb": {
        "copy": "37effa9caacd97ba",
    },
    "ministack.services.s3": {
        "SubElement": "fa9e58a561080c89",
        "_apply_response_overrides": "55062bebda83fcc6",
        "_error": "023de2e6f9b49d7e",
        "_get_object": "ea6e8ddf1d980ad5",
        "_list_object_versions": "a523306629378be9",
        "_qp": "25e4706623c90f69",
        "_url_encode": "14a5bd2ba963481e",
        "_verify_presigned_sigv4": "81b383620a1a3951",
        "_xml_body": "14b5957412eaad0b",
    },
    "ministack.services.ses_v2": {
        "_config_sets": "3c882123710dae3a",
        "handle_request": "03a98b8209ac53e8",
    },
    "ministack.services.sns": {
        "publish_internal": "4404df6012b394c5",
    },
    "ministack.services.sts": {
        "_sessions": "2137b240dbd0742d",
        "register_session": "11dc234b94b75d62",
    },
}
PARTS = [(module, name) for module, pins in PINS.items() for name in pins]


@pytest.mark.parametrize(("module", "name"), PARTS)
def test_a_part_is_what_it_was(module: str, name: str) -> None:
    digest = digest_of(module, name)
    assert digest, f"{module} has no {name} any more: bring infra/local/aws_server.py up to date"
    assert digest == PINS[module][name], (
        f"{module}.{name} has changed. See whether infra/local/aws_server.py still does what it says with it,"
        f" then pin the new digest: {digest}"
    )


def test_every_part_that_the_server_uses_is_pinned() -> None:
    assert set(uses(ast.parse(SERVER.read_text(encoding="utf-8")))) <= set(PARTS)


def digest_of(module: str, name: str) -> str:
    """Of the source of everything that gives the name its value; an empty text if nothing does."""
    source, names = definitions(module)
    parts = [ast.get_source_segment(source, node) or "" for node in names.get(name, ())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16] if parts else ""


@cache
def definitions(module: str) -> tuple[str, dict[str, list[ast.stmt]]]:
    """The source of a module, and the statements that define its names. Nothing is run."""
    spec = find_spec(module)
    assert spec, f"there is no {module} any more: bring infra/local/aws_server.py up to date"
    assert spec.origin
    source = Path(spec.origin).read_text(encoding="utf-8")
    names: dict[str, list[ast.stmt]] = {}
    for node in ast.parse(source).body:
        for name in defined_by(node):
            names.setdefault(name, []).append(node)
    return source, names


def defined_by(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in node.names)
        case ast.Assign():
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def uses(server: ast.Module) -> Iterator[tuple[str, str]]:
    """The modules and names of ministack that the server reads, replaces or calls."""
    modules = dict(imported_modules(server))
    for node in ast.walk(server):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield modules[node.value.id], node.attr


def imported_modules(server: ast.Module) -> Iterator[tuple[str, str]]:
    """`iam: Any = importlib.import_module("ministack.core.iam_evaluator")` and its like."""
    for node in server.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(args=[ast.Constant(value=str(module))])):
                yield name, module

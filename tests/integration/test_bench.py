"""The parts of the benchmark at a tiny size, so that published results can be measured again."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from bench import capacity, choices, end_to_end, floor, handlers, modes, polling, profile, reader, results, workbooks
from bench.alone import alone
from bench.peer_checks import check
from bench.product_files import write_products
from bench.sizes import TINY
from bench.world import World, running_world
from tests.stack import Stack


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("bench")) as world:
        yield world


def test_both_designs_decide_every_record_and_have_a_cost(world: World) -> None:
    figures = handlers.compare_designs(world, TINY)
    assert figures["ours"]["validator"]["calls"]["BatchWriteItem"] == pytest.approx(1 / 25)
    assert figures["naive"]["validator"]["calls"]["UpdateItem"] == 1
    assert "naive design" in handlers.tables(figures)["handlers"]
    assert capacity.naive_cost(figures["naive"]).total > capacity.our_cost(figures["ours"]).total > 0
    assert set(capacity.tables({"handlers": figures})) == {"cost", "limits", "vendors"}


def test_every_mode_has_its_cost(world: World) -> None:
    figures = modes.compare_modes(world, TINY)
    assert list(figures) == ["created", "unchanged", "two fields changed"]
    assert modes.tables(figures)["modes"].count("\n") == 4


def test_validators_at_once_share_an_upload(world: World) -> None:
    assert choices._validators(world, TINY.choices, 2)["seconds"] > 0


@pytest.mark.parametrize("way", sorted(reader._WAYS))
def test_each_step_can_be_measured_alone(tmp_path: Path, way: str) -> None:
    write_products(tmp_path / "products.csv", TINY.reader, faulty_every=20)
    assert reader.best_of(way, str(tmp_path / "products.csv"), runs=1)["seconds"] > 0


def test_workbooks_are_measured_beside_openpyxl(tmp_path: Path) -> None:
    tables = workbooks.tables(workbooks.measure(tmp_path, TINY))
    assert (tables["workbooks"].count("\n"), tables["workbook-passes"].count("\n")) == (3, 4)


@pytest.mark.parametrize("name", ["ours", "by_pydantic"])
def test_peers_reject_the_faulty_rows(tmp_path: Path, name: str) -> None:
    write_products(tmp_path / "products.csv", TINY.peers, faulty_every=20)
    assert check(name, str(tmp_path / "products.csv"))["rejected"] == TINY.peers // 20


def test_an_upload_is_measured_beside_its_calls_alone(stack: Stack) -> None:
    measured = alone("tests.integration.test_bench:upload_and_calls", description=dict(stack.description))
    assert 0 < measured["to_parser"] + measured["parsing"] <= measured["to_notification"]
    assert measured["floor"] > 0
    assert stack.sql("SELECT count(*) FROM upload_history WHERE upload_id LIKE 'floor-%%'") == [{"count": 0}]


def upload_and_calls(description: dict[str, Any]) -> dict[str, Any]:
    """Runs in a process of its own, which closes its connections when it ends."""
    floor_seconds = floor.floor_seconds(description, end_to_end.file_of(1_000))
    return asdict(end_to_end.run(description, 1_000)) | {"floor": floor_seconds}


def test_polling_is_counted(stack: Stack) -> None:
    keys = polling._keys(dict(stack.description), 3)
    figures = polling._measure_polling(f"{stack.api_url}/v1/uploads", keys, seconds=1, pause=0.05)
    assert figures["a_second"] > 0
    assert figures["failed"] == 0


def test_a_profile_names_what_was_done_innermost() -> None:
    looks = [
        "main (bench/alone.py:1);_decide (pipeline/stages/validate.py:1);execute (psycopg2/extras.py:1) 1",
        "write (pipeline/aws/staging.py:1);_Connection.send (pipeline/http/kept_connections.py:1) 3",
        "main (bench/alone.py:1);_find_and_load (<frozen importlib>);errors_of (pipeline/checking/rules.py:1) 9",
    ]
    shares = profile.shares_of(looks)
    assert shares == {profile.TOPICS[0][0]: 0.75, profile.OTHERS: 0.25}
    results_of_parts = {"parse": shares, "validate": {}, "took_seconds": 1.0}
    assert f"| {profile.OTHERS} | 25% | 0% |" in profile.tables(results_of_parts)["profile"]


def test_tables_stand_between_their_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- bench: a -->\nold\n<!-- end -->\nbetween\n<!-- bench: b -->\nkept\n<!-- end -->\n")
    assert results.write({"a": "new\\1"}, tmp_path) == [page]
    assert page.read_text() == (
        "before\n<!-- bench: a -->\nnew\\1\n<!-- end -->\nbetween\n<!-- bench: b -->\nkept\n<!-- end -->\n"
    )
    assert results.write({"a": "new\\1"}, tmp_path) == []

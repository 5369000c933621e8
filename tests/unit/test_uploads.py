"""Ids and keys."""

from datetime import UTC, datetime

import pytest

from pipeline.domain.uploads import key_of_event, new_upload_id, outcome, read_key, record_id


def test_upload_ids_of_one_second_differ() -> None:
    ids = {new_upload_id(datetime(2026, 11, 22, 10, 30, 45, tzinfo=UTC)) for _ in range(1000)}
    assert len(ids) == 1000
    assert all(upload_id.startswith("UPLOAD_20261122_103045_") for upload_id in ids)


@pytest.mark.parametrize(("row", "expected"), [(1, "REC_00001"), (99_999, "REC_99999"), (100_000, "REC_100000")])
def test_record_ids_are_padded_to_five_digits(row: int, expected: str) -> None:
    assert record_id(row) == expected


def test_an_announced_key_names_its_upload_and_a_direct_drop_does_not() -> None:
    announced = read_key("uploads/VEND001/UPLOAD_20261122_103045_k3m2x2pa/a b.csv")
    dropped = read_key("uploads/VEND001/a b.csv")
    assert announced is not None
    assert dropped is not None
    assert (announced.upload_id, announced.file_name) == ("UPLOAD_20261122_103045_k3m2x2pa", "a b.csv")
    assert (dropped.vendor_id, dropped.upload_id) == ("VEND001", None)


UPLOAD_ID = "UPLOAD_20261122_103045_k3m2x2pa"


@pytest.mark.parametrize(
    "key",
    ["uploads/VEND001/", "uploads//a.csv", "uploads/V/deep/a.csv", "errors/V/a.csv", "a.csv", "", "/", "uploads",
     "uploads/V/a\0b", "uploads/V\0/a.csv", f"uploads/V/{UPLOAD_ID}/a\0b", "uploads/V/.", "uploads/V/..",
     "uploads/../a.csv", f"uploads/V/{UPLOAD_ID}/..", f"uploads/V/{UPLOAD_ID}/", f"uploads/V/{UPLOAD_ID}/a/b.csv",
     f"uploads//{UPLOAD_ID}/a.csv", "uploads/V/a/", "uploads/V//a.csv", "/uploads/V/a.csv", "Uploads/V/a.csv"],
)  # fmt: skip
def test_keys_of_other_shapes_are_not_uploads(key: str) -> None:
    assert read_key(key) is None


@pytest.mark.parametrize(
    "name",
    ["a b+c.csv", "a%00b", "%2F", "a\nb", "a\rb", "a\tb", "\ufffe\uffff", "😀", "x" * 1000, "\"'`", "\\", "*", "...",
     " ", UPLOAD_ID, f"{UPLOAD_ID}.csv", "\u202egnp"],
)  # fmt: skip
def test_a_drop_may_have_any_other_name(name: str) -> None:
    dropped = read_key(f"uploads/VEND001/{name}")
    assert dropped is not None
    assert (dropped.vendor_id, dropped.upload_id, dropped.file_name) == ("VEND001", None, name)


@pytest.mark.parametrize(
    ("quoted", "key"),
    [("uploads/V/a+b%2Bc%25.csv", "uploads/V/a b+c%.csv"), ("%F0%9F%98%80", "😀"), ("a%0Ab", "a\nb"), ("%00", "\0"),
     ("%ED%A0%80", None), ("%FF", None)],
)  # fmt: skip
def test_an_event_names_its_key_encoded(quoted: str, key: str | None) -> None:
    assert key_of_event(quoted) == key


@pytest.mark.parametrize(("valid", "errors", "status"), [(3, 0, "completed"), (2, 1, "partial"), (0, 3, "failed")])
def test_the_outcome_follows_from_the_counters(valid: int, errors: int, status: str) -> None:
    assert outcome(valid, errors) == status

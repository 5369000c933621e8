"""What a file may be called."""

import pytest
from pydantic import ValidationError

from api.schemas.uploads import NewUpload


@pytest.mark.parametrize("name", ["products.csv", "Preisliste 2026 (neu).csv", "商品.csv", "a" * 200, "x\u200dy.csv"])
def test_names_of_any_language_are_taken(name: str) -> None:
    assert NewUpload(file_name=name).file_name == name


@pytest.mark.parametrize(
    "name",
    ["", " ", "\u3000", "\u200b", "a/b", "a\\b", "a\nb", "a\x7fb", "a\u2028b", "a\u2029b", "a" * 201, ".", ".."]
    + [f"a{mark}b" for mark in "\u202e\u2066\u200e\u061c"],
)
def test_names_that_could_deceive_or_name_nothing_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        NewUpload(file_name=name)

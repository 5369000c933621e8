"""Reading files with and without the fast path gives the same rows, errors, warnings and failures."""

import io
from dataclasses import asdict, fields
from itertools import product
from tempfile import TemporaryFile
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checking.number_evidence import NumberEvidence
from pipeline.checking.rules import Categories, errors_of
from pipeline.checking.survey import rejected_records, survey
from pipeline.checking.warnings.converted_weights import ConvertedWeights
from pipeline.checking.warnings.suspicions import suspicions_of
from pipeline.checking.warnings.value_warnings import ValueWarnings
from pipeline.domain.columns import COLUMNS, REQUIRED
from pipeline.domain.decisions import NO_DECISIONS
from pipeline.domain.failures import Limits, UnacceptableFile
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.layout import Layout
from pipeline.domain.numbers import NumberReadings
from pipeline.domain.records import Place, Row
from pipeline.reading.reader import open_sheet
from tests.unit.files import CATEGORIES, HEADER, source, surveyed
from tests.unit.test_fast_path import FULL, NEARLY_SOUND, SUSPICIOUS, line_of


def ordinary(content: bytes, categories: Categories, limits: Limits) -> dict[str, Any]:
    """What both passes tell of a file whose rows are all read one by one, rule by rule."""
    sheet = open_sheet(source(content), limits)
    layout, values = Layout(sheet.format.columns, numbers=ordinary_numbers(content, limits)), ValueWarnings()
    weights = ConvertedWeights(layout.columns)
    holders: dict[tuple[str, str], int] = {}
    in_workbook = sheet.format.file_format == FileFormat.XLSX
    places, rejected = [Place(0, 0, 0)], []
    for row in sheet.row_groups(
        None, lambda cells: not errors_of(layout.record(Row(0, 0, 0, list(cells))), categories)
    ):
        assert isinstance(row, Row)
        record = layout.record(row)
        errors = errors_of(record, categories)
        places.append(row.place)
        keys = [(column, record[column]) for column in ("sku", "vendor_product_id")]
        earlier = [holders.get(key, 0) if key[1] else 0 for key in keys]
        if not errors:
            for key in keys:
                holders.setdefault(key, row.row_number)
        if not row.malformed:
            weights.add(record)
            values.add(record, suspicions_of(record), is_sound=not errors)
        if errors or any(earlier):
            rejected.append((_facts(row), *(tuple(places[number]) if number else None for number in earlier)))
    return {
        "places": places,
        "rejected": rejected,
        "warnings": [
            *sheet.warnings(),
            *weights.warning(in_workbook=in_workbook),
            *values.warnings(in_workbook=in_workbook),
        ],
        "numbers": layout.numbers,
    }


def ordinary_numbers(content: bytes, limits: Limits) -> NumberReadings:
    """How the numbers of a file are read, by what each of its cells shows."""
    sheet = open_sheet(source(content), limits)
    layout = Layout(sheet.format.columns)
    evidence = NumberEvidence(layout.numbers, NO_DECISIONS)
    for row in sheet.rows():
        if not row.malformed:
            evidence.add(layout.record(row))
    return evidence.readings()


def fast(content: bytes, categories: Categories, limits: Limits) -> dict[str, Any]:
    result = survey(source(content), categories, limits, scratch=TemporaryFile)
    rejected = rejected_records(source(content), result, limits)
    return {
        "places": [result.earlier.lines.place_of(row) for row in range(result.total_records + 1)],
        "rejected": [(_facts(r.record.row), r.earlier_sku, r.earlier_vendor_product_id) for r in rejected],
        "warnings": result.warnings,
        "numbers": result.format.layout.numbers,
    }


def _facts(row: Row) -> dict[str, Any]:
    return {each.name: getattr(row, each.name) for each in fields(row)}


def both_ways(content: bytes, categories: Categories = CATEGORIES, limits: Limits | None = None) -> None:
    outcomes = []
    for way in (ordinary, fast):
        try:
            outcomes.append(way(content, categories, limits or Limits()))
        except UnacceptableFile as refused:
            outcomes.append(asdict(refused.failure))
    assert outcomes[0] == outcomes[1]


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Rows that are sound, nearly sound, or damaged, in a file of any form."""
    columns = draw(st.permutations([*COLUMNS, "Colour"])) if draw(st.booleans()) else list(REQUIRED)
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    always_quoted = draw(st.booleans())
    ends = st.sampled_from(draw(st.sampled_from([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]])))
    text = io.StringIO(newline="")
    weight = draw(st.sampled_from(["weight_kg", "Weight (g)", "weight_lb"]))
    text.write(delimiter.join(weight if column == "weight_kg" else column for column in columns) + "\n")
    for _ in range(draw(st.integers(1, 25))):
        keys = {key: f"{key}-{draw(st.integers(0, 40))}" for key in ("sku", "vendor_product_id")}
        row = FULL | keys | {"category": draw(st.sampled_from(["Electronics", "clothing", "CLOTHING", "Clothin"]))}
        if draw(st.integers(0, 2)) == 0:
            row[draw(st.sampled_from(columns))] = draw(st.sampled_from(NEARLY_SOUND))
        cells = [row.get(column, "") for column in columns]
        line = delimiter.join(f'"{c}"' for c in cells) if always_quoted else line_of(cells, delimiter)
        text.write(draw(DAMAGES)(line, delimiter) + draw(ends))
    return text.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16"])))


DAMAGES = st.sampled_from(
    [lambda line, _: line] * 12
    + [
        lambda line, mark: line + mark,
        lambda line, mark: line + mark + "x",
        lambda line, mark: line.rpartition(mark)[0],
        lambda line, mark: line[: len(line) // 2],
        lambda line, mark: line[: len(line) // 2] + "\n" + line[len(line) // 2 :],
        lambda line, mark: line[: len(line) // 2] + '"' + line[len(line) // 2 :],
        lambda line, mark: '"' + line,
        lambda line, mark: line + "\n\n" + mark * 3,
    ]
)


@settings(max_examples=400, deadline=None)
@given(files())
def test_both_ways_find_the_same(content: bytes) -> None:
    both_ways(content)


@settings(max_examples=100, deadline=None)
@given(files(), st.integers(1, 12))
def test_both_ways_find_the_same_under_small_limits(content: bytes, rows: int) -> None:
    both_ways(content, limits=Limits(rows=rows))


def test_both_ways_find_the_same_in_a_file_of_many_blocks() -> None:
    """Duplicates, text of several lines, blank lines and damage, far apart."""
    lines = [line_of(list(COLUMNS))]
    for n in range(1, 4_001):
        row = FULL | {"sku": f"S-{n % 3_900}", "vendor_product_id": f"P-{n}"}
        if n % 97 == 0:
            row["description"] = "two\nlines"
        if n % 211 == 0:
            row["price"] = "free"
        cells = [f'"{row[column]}"' if "\n" in row[column] else row[column] for column in COLUMNS]
        lines.append(",".join(cells) + ('"' if n % 503 == 0 else ""))
        lines += [""] * (n % 307 == 0)
    both_ways("\n".join(lines).encode())


def test_both_ways_find_the_same_where_identifiers_have_lost_their_zeros() -> None:
    rows = []
    for n in range(1, 1_500):
        digits = str(n * 7_919_993 % 90_000_000 + 1)
        rows.append(f"P-{n},Mouse,Electronics,{digits},{'free' if n % 40 == 0 else 5},5\n")
    both_ways((HEADER + "".join(rows)).encode())
    assert "LEADING_ZEROS_LOST" in {warning.code for warning in surveyed(HEADER + "".join(rows)).warnings}


def test_both_ways_find_the_same_in_a_file_with_suspicious_values_here_and_there() -> None:
    lines = [line_of(list(COLUMNS))]
    for n, (column, value) in enumerate(product(COLUMNS, SUSPICIOUS)):
        row = FULL | {"sku": f"S-{n}", "vendor_product_id": f"P-{n}"}
        lines += [line_of([row[each] for each in COLUMNS])] * 2
        lines.append(line_of([(row | {column: value})[each] for each in COLUMNS]) if "\n" not in value else "")
    both_ways("\n".join(lines).encode())


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(["", "5", "5.5", "0.250", "1.299", "1234.567", "0,5", "1,299"]), min_size=1, max_size=5)
)
def test_both_ways_find_the_same_numbers(weights: list[str]) -> None:
    for quote, weight in product(("", '"'), ("weight_kg", "Weight oz")):
        rows = [FULL | {"sku": f"S-{n}", "vendor_product_id": f"P-{n}", "weight_kg": w} for n, w in enumerate(weights)]
        lines = [";".join(f"{quote}{cell}{quote}" for cell in cells) for cells in (_header(weight), *map(_cells, rows))]
        both_ways("\n".join(lines).encode())


def _header(weight: str) -> list[str]:
    return [weight if column == "weight_kg" else column for column in COLUMNS]


def _cells(row: dict[str, str]) -> list[str]:
    return [row[column] for column in COLUMNS]

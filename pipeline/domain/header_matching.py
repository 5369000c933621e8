"""How the header cells of a file find their columns: by mapping, as remembered, by exact name, or by a synonym."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pipeline.domain.cells import clean
from pipeline.domain.columns import COLUMN_ORDER, Column, MatchedBy, column_of, columns_served
from pipeline.domain.decisions import NO_DECISIONS, Decisions, MappedHeader, RememberedHeader
from pipeline.domain.header_names import is_idle_bracket, normalize_header, split_bracket
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.synonyms.table import synonym_names
from pipeline.domain.weight_headers import (
    has_clear_unit,
    is_weight_unit,
    names_unit_column,
    units_in_words,
    weight_units,
)
from pipeline.domain.weights import WeightUnit

Matches = dict[int, Column]
"""Positions in the header, with the columns that they are matched to."""


def match_header(cells: Sequence[str], decisions: Decisions = NO_DECISIONS) -> tuple[Column, ...]:
    """The columns of a header row. A column that is found in one way is not looked for in a later one."""
    matches = Matches()
    if decisions.names_headers:
        headers = _Headers(cells)
        matches |= _mapped(headers, decisions)
        matches |= _remembered(headers, decisions.remembered, matches)
    matches |= _exact(cells, matches)
    if len(matches) < len(cells):
        matches |= _synonyms(cells, matches)
    unclear = [at for at, column in matches.items() if _depends_on_unit_column(column)]
    if unclear and any(map(names_unit_column, cells)):
        matches = {at: column for at, column in matches.items() if at not in unclear}
    if decisions.names_headers:
        matches |= _own_keys(matches)
    return tuple(_with_unit(matches[at]) if at in matches else Column(cell, None) for at, cell in enumerate(cells))


def synonym_of(header: str) -> str | None:
    """The column that a header cell names by a synonym, or None."""
    name = clean(header)
    if column := synonym_names().column_of(name) if name else None:
        return column
    units = weight_units(name)
    return "weight_kg" if units is not None and len(units) <= 1 else None


def ambiguous_columns(columns: Sequence[Column]) -> dict[str, list[str]]:
    """Columns that are not found because several headers mean them, and these headers."""
    found = set(columns_served(columns))
    headers: dict[str, list[str]] = defaultdict(list)
    for column in columns:
        meant = None if column.matched_by else synonym_of(column.header)
        if meant and meant not in found:
            headers[meant].append(column.header)
    several = {column: named for column, named in headers.items() if len(named) > 1}
    return dict(sorted(several.items(), key=lambda item: COLUMN_ORDER[item[0]]))


class _Headers:
    """The cells of a header, looked up by a name in a mapping: the closest spelling counts."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.cells = cells
        self._by_text: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_part: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for at, cell in enumerate(cells):
            text = clean(cell)
            name = normalize_header(text)
            before, inside = split_bracket(name)
            self._by_text[text].append(at)
            self._by_name[name].append(at)
            self._by_part[before].append((at, inside))

    def named(self, header: str, column: str | None = None) -> list[int]:
        """The positions of a header. For a known column, a unit or note in brackets may be missing on either side."""
        text = clean(header)
        name = normalize_header(text)
        if not name:
            return []
        return (
            self._by_text.get(text) or self._by_name.get(name) or (self._named_in_part(name, column) if column else [])
        )

    def _named_in_part(self, name: str, column: str) -> list[int]:
        before, inside = split_bracket(name)
        if inside and is_idle_bracket(inside, column):
            return self._by_name.get(before, [])
        return [at for at, other in self._by_part.get(name, ()) if _may_be_left_out(other, column)]


def _may_be_left_out(inside: str, column: str) -> bool:
    return is_idle_bracket(inside, column) or (column == "weight_kg" and is_weight_unit(inside))


def _with_unit(column: Column) -> Column:
    """The column with the unit of its weights, which the header says where nobody has decided."""
    if column.matched_by == MatchedBy.EXACT or "weight_kg" not in column.columns:
        return column
    unit = column.unit or next(iter(units_in_words(column.header) or ()), None)
    return replace(column, unit=None if unit == WeightUnit.KILOGRAM else unit)


def _mapped(headers: _Headers, decisions: Decisions) -> Matches:
    served: dict[int, list[str]] = defaultdict(list)
    for column, mapped in sorted(decisions.mapping.items(), key=lambda item: COLUMN_ORDER[item[0]]):
        for at in headers.named(mapped.header, column):
            if _is_usable(headers.cells[at], column, mapped):
                served[at].append(column)
    ignored = {at for header in decisions.not_used for at in headers.named(header)} - served.keys()
    unit = decisions.mapping["weight_kg"].unit if "weight_kg" in decisions.mapping else None
    return {
        at: Column(headers.cells[at], names[0], MatchedBy.MAPPING, tuple(names[1:]), _unit_for(names, unit))
        for at, names in served.items()
    } | {at: Column(headers.cells[at], None, MatchedBy.MAPPING) for at in ignored}


def _unit_for(columns: Sequence[str | None], unit: WeightUnit | None) -> WeightUnit | None:
    return unit if "weight_kg" in columns else None


def _remembered(headers: _Headers, remembered: Sequence[RememberedHeader], earlier: Matches) -> Matches:
    """Of several headers that are remembered for one column, the newest."""
    found, matches = set(columns_served(earlier.values())), Matches()
    for each in remembered:
        free = [name for name in each.columns if name not in found]
        for at in headers.named(each.header, *each.columns[:1]):
            names = tuple(name for name in free if _is_usable(headers.cells[at], name, each))
            if at not in earlier and at not in matches and (names or not each.columns):
                column, unit = names[0] if names else None, _unit_for(names, each.unit)
                matches[at] = Column(headers.cells[at], column, MatchedBy.REMEMBERED, names[1:], unit)
                found.update(names)
    return matches


def _depends_on_unit_column(column: Column) -> bool:
    """Whether weights are in whatever unit another column may say, so that they might not be kilograms."""
    is_found_by_name = column.matched_by in {MatchedBy.EXACT, MatchedBy.SYNONYM}
    return column.column == "weight_kg" and is_found_by_name and not units_in_words(column.header)


def _own_keys(matches: Matches) -> Matches:
    """Headers that are mapped to one key and named as the other, which no header serves: they serve both.

    Who has SKUs alone maps `vendor_product_id` to that header, and does not mean that there is no SKU.
    """
    found = set(columns_served(matches.values()))
    keys = {}
    for at, column in matches.items():
        named = column_of(column.header) or synonym_of(column.header)
        if column.column in IDENTIFIERS and named in IDENTIFIERS and named not in found:
            found.add(named)
            keys[at] = replace(column, also=(*column.also, named))
    return keys


def _is_usable(header: str, column: str | None, mapped: MappedHeader | RememberedHeader) -> bool:
    """Whether the unit of the values of a header is clear.

    A unit that was decided holds whatever the very header says; another spelling of it must not say another one.
    """
    if column != "weight_kg":
        return True
    if mapped.unit is None or clean(header) == clean(mapped.header):
        return mapped.unit is not None or has_clear_unit(header)
    units = units_in_words(header)
    return units is not None and units <= {mapped.unit}


def _exact(cells: Sequence[str], earlier: Matches) -> Matches:
    return {at: Column(cells[at], name, MatchedBy.EXACT) for at, name in _named(cells, earlier, column_of)}


def _synonyms(cells: Sequence[str], earlier: Matches) -> Matches:
    """Only columns that a single header means."""
    named = list(_named(cells, earlier, synonym_of))
    counts = Counter(name for _, name in named)
    return {at: Column(cells[at], name, MatchedBy.SYNONYM) for at, name in named if counts[name] == 1}


def _named(cells: Sequence[str], earlier: Matches, find: Callable[[str], str | None]) -> Iterator[tuple[int, str]]:
    """The positions of cells that are still free and name a column that is not found yet."""
    found = set(columns_served(earlier.values()))
    for at, cell in enumerate(cells):
        if at not in earlier and (column := find(cell)) and column not in found:
            yield at, column

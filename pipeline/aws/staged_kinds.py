"""DynamoDB `UploadRecords`: what a staged record of a workbook needs besides the text of its cells."""

from pipeline.aws.batch_puts import Item
from pipeline.domain.cell_kinds import TEXT_CELLS, CellFault, CellKinds
from pipeline.domain.numbers import has_two_readings
from pipeline.domain.records import Row


def kinds_item(row: Row) -> Item:
    """The attributes of a workbook's row: which numbers could have another reading as texts, and the cells at fault."""
    item: Item = {}
    if numbers := [str(at) for at in sorted(row.kinds.numbers) if has_two_readings(row.cells[at])]:
        item["number_cells"] = {"NS": numbers}
    if row.kinds.faults:
        item["cell_faults"] = {"M": {str(at): {"S": fault} for at, fault in row.kinds.faults.items()}}
    return item


def kinds_of(item: Item) -> CellKinds:
    numbers, faults = item.get("number_cells"), item.get("cell_faults")
    if not numbers and not faults:
        return TEXT_CELLS
    return CellKinds(
        frozenset(map(int, numbers["NS"])) if numbers else frozenset(),
        {int(at): CellFault(fault["S"]) for at, fault in faults["M"].items()} if faults else {},
    )

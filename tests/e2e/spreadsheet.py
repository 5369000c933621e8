"""LibreOffice, as vendors use it: opens our files, changes cells, saves them."""

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

NAMESPACES = {
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
}
_MOST_COLUMNS = 40


class Spreadsheet:
    """Each conversion is one run of LibreOffice without a window, with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        program = shutil.which("soffice")
        assert program, "LibreOffice is not there; `make test-tools` installs it"
        self._program = program

    def open(self, file: Path, *, delimiter: str = ",", as_text: bool, to: str = "fods") -> Path:
        """Imports a CSV file: as the dialogue suggests, or with every column as text. Returns a sheet.

        `to` is the format in which the sheet is saved; the usual one can be looked at, but has no tabs in cells.
        """
        kinds = "/".join(f"{column}/2" for column in range(1, _MOST_COLUMNS + 1)) if as_text else ""
        return self.convert(file, to, f"--infilter=Text - txt - csv (StarCalc):{ord(delimiter)},34,76,1,{kinds}")

    def save_as_csv(self, sheet: Path, *, delimiter: str = ",") -> Path:
        return self.convert(sheet, csv_format(delimiter))

    def save_as_workbook(self, sheet: Path) -> Path:
        return self.convert(sheet, "xlsx:Calc MS Excel 2007 XML")

    def convert(self, file: Path, to: str, *options: str) -> Path:
        target = self._folder / "converted"
        converted = target / f"{file.stem}.{to.split(':')[0]}"
        converted.unlink(missing_ok=True)
        subprocess.run(
            [self._program, f"-env:UserInstallation={(self._folder / 'profile').as_uri()}", "--headless", *options,
             "--convert-to", to, "--outdir", str(target), str(file)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return converted


def csv_format(delimiter: str = ",") -> str:
    """CSV as LibreOffice saves it by default."""
    return f"csv:Text - txt - csv (StarCalc):{ord(delimiter)},34,76,1,,0,false,true,false"


def formulas(sheet: Path) -> list[str]:
    """Every formula in a sheet."""
    return re.findall(r'table:formula="([^"]*)"', sheet.read_text(encoding="utf-8"))


def cells(sheet: Path) -> list[list[str]]:
    """The texts in a sheet, row by row, without the blank cells at the ends."""
    rows = []
    for row in ElementTree.parse(sheet).iterfind(".//table:table-row", NAMESPACES):  # noqa: S314
        texts: list[str] = []
        for cell in row.iterfind("table:table-cell", NAMESPACES):
            repeated = int(cell.get(f"{{{NAMESPACES['table']}}}number-columns-repeated", "1"))
            text = "\n".join("".join(part.itertext()) for part in cell.iterfind("text:p", NAMESPACES))
            texts += [text] * (repeated if text else min(repeated, _MOST_COLUMNS))
        rows.append(texts)
    return [row for row in rows if any(row)]


def replace(sheet: Path, old: str, new: str) -> None:
    """Replaces the text of the one cell that shows `old`."""
    content = sheet.read_text(encoding="utf-8")
    assert content.count(f"<text:p>{old}</text:p>") == 1
    sheet.write_text(content.replace(f"<text:p>{old}</text:p>", f"<text:p>{new}</text:p>"), encoding="utf-8")

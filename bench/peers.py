"""Well-known libraries that check data, beside ours: the same file, the same rules (`peer_checks.py`).

They live in an environment of their own, made from `peers.lock` when it is first needed: nothing else needs them.
"""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

from bench.alone import PROJECT, Measured, alone
from bench.product_files import write_products
from bench.sizes import Sizes

LOCK = Path(__file__).with_name("peers.lock")
FOLDER = PROJECT / ".local" / "bench-peers"
MIB = 1024 * 1024
NAMES = {
    "ours": "ours: every error of every row, with what to write instead",
    "by_pandera": "pandera with polars",
    "by_pydantic": "pydantic, a model a row",
    "by_frictionless": "frictionless",
}


def peers_python() -> Path:
    """Their Python; its environment is made if it is missing or the lock file has changed."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    mark, program = FOLDER / "installed", FOLDER / "bin" / "python"
    if not mark.exists() or mark.read_text() != wanted:
        venv.create(FOLDER, with_pip=True, clear=True)
        pip = [str(program), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(LOCK)], check=True)
        mark.write_text(wanted)
    return program


def measure(folder: Path, sizes: Sizes) -> Measured:
    file, rows = folder / "peers.csv", sizes.peers
    write_products(file, rows, faulty_every=20)
    found: Measured = {"rows": rows, "file_bytes": file.stat().st_size, "ours": checked("ours", file, rows)}
    program = peers_python()
    found |= {name: checked(name, file, rows, program) for name in NAMES if name != "ours"}
    file.unlink()
    return found


def checked(name: str, file: Path, rows: int, program: Path | None = None) -> Measured:
    """Microseconds a row and the peak of memory. Rejecting others than the faulty rows is not the same check.

    But pandera also counts the row that had a repeated SKU first.
    """
    done = alone("bench.peer_checks:check", python=program or sys.executable, name=name, file=str(file))
    if done["rejected"] not in (rows // 20, rows // 20 + 1):
        raise RuntimeError(f"{name} rejects {done['rejected']} rows of {rows}")
    seconds = {f"{what}_us": done[what] / rows * 1e6 for what in ("processor", "wall")}
    return seconds | {"peak_bytes": done["peak_bytes"]}


def tables(found: Measured) -> dict[str, str]:
    lines = [
        f"| {found['rows']:,} rows ({found['file_bytes'] / MIB:.0f} MiB) | µs a row | rows a second | peak, MiB |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, shown in NAMES.items():
        one = found[name]
        figures = f"{one['processor_us']:.1f} | {1e6 / one['wall_us']:,.0f} | {one['peak_bytes'] / MIB:,.0f}"
        lines.append(f"| {shown} | {figures} |")
    return {"peers": "\n".join(lines)}

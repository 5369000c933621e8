"""Compares our checks with those of well-known libraries: the same file, the same rules (`peer_checks.py`).

The libraries have a virtual environment of their own, which is made from `peers.lock` on first use.
"""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

from bench.alone import PROJECT, Figures, alone
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
    """The Python of that environment, which is made if it is missing or the lock file has changed."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    mark, program = FOLDER / "installed", FOLDER / "bin" / "python"
    if not mark.exists() or mark.read_text() != digest:
        venv.create(FOLDER, with_pip=True, clear=True)
        pip = [str(program), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(LOCK)], check=True)
        mark.write_text(digest)
    return program


def measure(folder: Path, sizes: Sizes) -> Figures:
    file, rows = folder / "peers.csv", sizes.peers
    write_products(file, rows, faulty_every=20)
    result: Figures = {"rows": rows, "file_bytes": file.stat().st_size, "ours": measure_peer("ours", file, rows)}
    program = peers_python()
    result |= {name: measure_peer(name, file, rows, program) for name in NAMES if name != "ours"}
    file.unlink()
    return result


def measure_peer(name: str, file: Path, rows: int, program: Path | None = None) -> Figures:
    """Microseconds per row and the peak of memory. Raises if the library does not reject the faulty rows."""
    done = alone("bench.peer_checks:check", python=program or sys.executable, name=name, file=str(file))
    if done["rejected"] not in (rows // 20, rows // 20 + 1):  # pandera also rejects the first row with a repeated SKU
        raise RuntimeError(f"{name} rejects {done['rejected']} rows of {rows}")
    seconds = {f"{what}_us": done[what] / rows * 1e6 for what in ("processor", "wall")}
    return seconds | {"peak_bytes": done["peak_bytes"]}


def tables(result: Figures) -> dict[str, str]:
    lines = [
        f"| {result['rows']:,} rows ({result['file_bytes'] / MIB:.0f} MiB) | µs a row | rows a second | peak, MiB |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, label in NAMES.items():
        one = result[name]
        figures = f"{one['processor_us']:.1f} | {1e6 / one['wall_us']:,.0f} | {one['peak_bytes'] / MIB:,.0f}"
        lines.append(f"| {label} | {figures} |")
    return {"peers": "\n".join(lines)}

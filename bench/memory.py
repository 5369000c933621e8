"""How much memory this process has needed at most."""

import re
from pathlib import Path


def peak_bytes() -> int:
    """The kernel's high-water mark. What `getrusage` tells begins with that of the process that started this one."""
    (peak,) = re.findall(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(peak) * 1024

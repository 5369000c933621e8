"""The processes that run functions, as Lambda runs containers: their connections and their memory."""

from urllib.parse import urlsplit

import psutil

from tests.reliability.state import Container
from tests.stack import Stack


def containers_of(stack: Stack) -> list[Container]:
    """The running functions of the stack, each with its connections to PostgreSQL and its peak memory."""
    port = urlsplit(stack.description["database_url"]).port
    folder = str(stack.logs.parent)
    containers = []
    for process in psutil.process_iter():
        try:
            name = next((part for part in process.cmdline() if folder in part and "ministack-lambda-" in part), None)
            if name:
                connections = [c for c in process.net_connections("tcp") if c.raddr and c.raddr.port == port]
                containers.append(
                    Container(f"{_function_in(name)} ({process.pid})", len(connections), _peak(process.pid))
                )
        except psutil.Error:  # it has just ended
            continue
    return containers


def _peak(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def _function_in(command: str) -> str:
    return command.partition("ministack-lambda-")[2].split("/")[0].rpartition("-")[0]

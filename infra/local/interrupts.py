"""The signal that ends a stack."""

import signal
from collections.abc import Callable
from types import FrameType


def interrupt_on_signals() -> Callable[[], bool]:
    """Has the first signal raise KeyboardInterrupt; further ones are ignored, because the stop takes a limited time.

    Returns whether one has come. Who waits has to ask: an exception that is raised while Python finalizes an object is
    lost.
    """
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # started with nohup
        signals.append(signal.SIGHUP)
    came: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        if len(came) == 1:
            raise KeyboardInterrupt

    for each in signals:
        signal.signal(each, interrupt)
    return lambda: bool(came)

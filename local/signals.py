"""Ctrl-C, SIGTERM and SIGHUP: unwind the stack once, so that started services are stopped on the way out."""

import signal
from types import FrameType

from local.services.process import INTERRUPTS
from local.state import Tell

received: list[int] = []


def unwind(tell: Tell) -> None:
    """Raise KeyboardInterrupt at the first of INTERRUPTS; later signals only print a line."""

    def handle(number: int, frame: FrameType | None) -> None:
        received.append(number)
        if len(received) > 1:
            tell("stopping, please wait")
        else:
            raise KeyboardInterrupt

    for kind in INTERRUPTS:
        signal.signal(kind, handle)


def check() -> None:
    """Raise KeyboardInterrupt again after a signal: Airflow handles the first as the task's failure."""
    if received:
        raise KeyboardInterrupt

"""Ctrl-C, SIGTERM and SIGHUP: unwind once, so that what was started is stopped on the way out."""

import signal
from types import FrameType

from local.services.process import INTERRUPTS
from local.state import Tell

received: list[int] = []


def unwind(tell: Tell) -> None:
    """Raise KeyboardInterrupt at the first of INTERRUPTS; later ones only get an answer."""

    def handle(number: int, frame: FrameType | None) -> None:
        received.append(number)
        if len(received) > 1:
            tell("stopping, please wait")
        else:
            raise KeyboardInterrupt

    for each in INTERRUPTS:
        signal.signal(each, handle)


def check() -> None:
    """Raise KeyboardInterrupt again if a signal came: Airflow takes the first for the task's failure."""
    if received:
        raise KeyboardInterrupt

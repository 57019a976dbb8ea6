"""Ctrl-C, SIGTERM and SIGHUP: unwind once, so that what was started is stopped on the way out."""

import signal
from types import FrameType

from sandbox.state import Tell

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
received: list[int] = []


def unwind(tell: Tell) -> None:
    """Raise KeyboardInterrupt at the first of SIGNALS; later ones only get an answer."""

    def handle(number: int, frame: FrameType | None) -> None:
        received.append(number)
        if len(received) > 1:
            tell("stopping, please wait")
        else:
            raise KeyboardInterrupt

    for each in SIGNALS:
        signal.signal(each, handle)


def check() -> None:
    """Raise KeyboardInterrupt again if a signal has come: Airflow takes the first for a failure of the task."""
    if received:
        raise KeyboardInterrupt

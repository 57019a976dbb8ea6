"""An end to waiting for what may never answer."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, ask: Callable[[], T]) -> T:
    """What the call returns or raises, if it does in time; TimeoutError otherwise.

    A call that hangs is left behind in a thread that holds up nobody: a database's or a mail server's
    own time-outs are minutes, or none, and a task that is stopped in the middle tells nobody.
    """
    answers: queue.SimpleQueue[tuple[bool, T | BaseException]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((True, ask()))
        except BaseException as error:
            answers.put((False, error))

    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
    try:
        is_well, answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer within {seconds:g} seconds") from None
    if is_well:
        return answer  # type: ignore[return-value]
    raise answer  # type: ignore[misc]

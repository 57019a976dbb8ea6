"""A time limit for calls that may hang."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, ask: Callable[[], T]) -> T:
    """The call's result or exception if it ends in time; else raises TimeoutError.

    A hanging call is left behind in a daemon thread: time-outs of databases and mail servers are minutes or infinite,
    and a task that Airflow stops in the middle sends no message.
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

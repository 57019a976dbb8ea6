"""What an application calls. Nothing here raises, and nothing waits for the network but `flush` and `close`."""

from __future__ import annotations

import atexit
import functools
import json
import locale
import logging
import math
import os
import sqlite3
import time
import uuid
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from bellwether_events.post import Post
from bellwether_events.queue import Queue
from bellwether_events.sender import FIRST_WAIT_SECONDS, GATHER_SECONDS, Sender

log = logging.getLogger("bellwether_events")
VERSION = "1.0.0"
EXIT_SECONDS = 3
TYPE_CHARACTERS = 128
_DEEPEST = 50

Method = TypeVar("Method", bound=Callable[..., Any])


def _quiet(method: Method) -> Method:
    """Log what goes wrong instead of raising it into the application, and return None then."""

    @functools.wraps(method)
    def quiet(self: Any, *args: Any, **more: Any) -> Any:
        try:
            return method(self, *args, **more)
        except Exception as error:
            log.warning("%s: event lost: %s", method.__name__, type(error).__name__)

    return quiet  # type: ignore[return-value]


class Client:
    """Sends the events of one application.

    :param endpoint: the collector's address, such as ``https://events.example.com``
    :param app_type: ``backend``, or ``web``, ``mobile``, ``desktop`` for something that one person uses
    :param instance: names the device; for a backend it is the app code
    :param queue: the file in which events wait
    :param limit: how many may wait
    """

    def __init__(
        self,
        endpoint: str,
        tracking_id: str,
        secret: str,
        *,
        app_code: str,
        app_version: str = "",
        app_type: str = "backend",
        instance: str = "",
        queue: str | Path | None = None,
        limit: int = 10_000,
        gather_seconds: float = GATHER_SECONDS,
        wait_seconds: float = FIRST_WAIT_SECONDS,
    ) -> None:
        self._queue = _opened(Path(queue) if queue else _usual_file(tracking_id, app_code), limit)
        instance = instance or (app_code if app_type == "backend" else self._queue.instance())
        post = Post(endpoint, tracking_id, secret, instance, f"bellwether-events-python/{VERSION}")
        self._sender = Sender(self._queue, post, gather_seconds, wait_seconds)
        _survive_forks(self)
        atexit.register(_close, weakref.ref(self))
        app = {"type": app_type, "code": app_code, "version": app_version, "sdkVersion": VERSION}
        zone_minutes = (time.localtime().tm_gmtoff or 0) // 60
        device = {"language": locale.getlocale()[0], "zoneOffset": zone_minutes}
        self.track("system.appInstanceData", {"app": app, "device": device})

    @_quiet
    def track(self, type: str, data: Any = None) -> None:
        """Something happened: its type, such as ``task.created``, and any data that JSON can hold.

        What JSON cannot hold is sent as text.
        """
        if not 0 < len(type) <= TYPE_CHARACTERS:
            raise ValueError(f"an event's type has 1 to {TYPE_CHARACTERS} characters")
        meta = {"id": str(uuid.uuid4()), "type": type, "timestamp": int(time.time() * 1000)}
        self._queue.add(_json({"meta": meta, "data": data}))
        self._sender.notice()

    def identify(self, user: str, **profile: Any) -> None:
        """What is known of a user, such as ``country`` or ``birthYear``."""
        self.track("user.profile", {**profile, "appUserId": user})

    def signed_in(self, user: str) -> None:
        """From now on the device is this user's."""
        self.track("user.signedIn", {"appUserId": user})

    def signed_out(self, user: str) -> None:
        """From now on the device is nobody's."""
        self.track("user.signedOut", {"appUserId": user})

    def screen(self, name: str, **more: Any) -> None:
        """A user looks at a screen."""
        self.track("screen.viewed", {**more, "screen": name})

    @_quiet
    def flush(self, timeout: float = 10) -> bool:
        """Send what waits, for at most so many seconds; tells whether all of it has left."""
        return self._sender.flush(timeout)

    @_quiet
    def close(self, timeout: float = EXIT_SECONDS) -> bool:
        """Send what waits, and nothing after it; what has not left stays in the file."""
        return self._sender.flush(timeout, end=True)

    @property
    def waiting(self) -> int:
        """How many events wait."""
        return len(self._queue)

    @property
    def dropped(self) -> int:
        """How many events were given up because too many waited."""
        return self._queue.counted("dropped")

    @property
    def rejected(self) -> int:
        """How many events the collector refused for good."""
        return self._queue.counted("rejected")


def _close(client: weakref.ref[Client]) -> None:
    if alive := client():
        alive.close()


def _survive_forks(client: Client) -> None:
    """A forked process gets a connection and a thread of its own; no lock may be held while it is made."""
    if not hasattr(os, "register_at_fork"):
        return
    alive = weakref.ref(client)

    def do(work: Callable[[Client], object]) -> Callable[[], object]:
        return lambda: (found := alive()) and work(found)

    def begin_again(child: Client) -> None:
        child._queue.reopen()
        child._sender.reset()

    os.register_at_fork(
        before=do(lambda parent: parent._queue.lock.acquire()),
        after_in_parent=do(lambda parent: parent._queue.lock.release()),
        after_in_child=do(begin_again),
    )


def _usual_file(tracking_id: str, app_code: str) -> Path:
    root = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    name = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in f"{tracking_id}-{app_code}")
    return root / "bellwether-events" / f"{name}.db"


def _opened(path: Path, limit: int) -> Queue:
    try:
        return Queue(path, limit)
    except (OSError, sqlite3.Error) as error:
        log.warning("events wait in memory, for %s cannot be used: %s", path, type(error).__name__)
        return Queue(None, limit)


def _json(event: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(event, default=str, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = json.dumps(_plain(event), ensure_ascii=False)
    # Half a surrogate pair is no text to anybody else.
    return text.encode(errors="replace").decode()


def _plain(value: Any, level: int = 0) -> Any:
    """A value with everything that JSON cannot hold as text: odd keys, NaN, what contains itself."""
    if isinstance(value, Mapping) and level < _DEEPEST:
        return {str(key): _plain(each, level + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple)) and level < _DEEPEST:
        return [_plain(each, level + 1) for each in value]
    if value is None or isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value) if level < _DEEPEST else "…"

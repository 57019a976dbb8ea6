"""Events that wait to be sent, in an SQLite file that threads and processes may share."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import uuid
from pathlib import Path

CLAIM_SECONDS = 60
_TABLES = """
create table if not exists event (id integer primary key, body text not null, claimed_until real not null default 0);
create table if not exists fact (name text primary key, value) without rowid;
"""
_CLAIM = """
update event set claimed_until = ?
where id in (select id from event where claimed_until < ? order by id limit ?)
returning id, body
"""

Row = tuple[int, str]
"""Number and body of an event."""


class Queue:
    """First in, first out, at most `limit` events.

    :param path: the file; None keeps the events in memory only
    """

    def __init__(self, path: Path | None, limit: int) -> None:
        self._limit = limit
        self._path = path
        # Closing what a parent process opened would harm its file, so a child keeps it open.
        self._inherited: list[sqlite3.Connection] = []
        self._open()

    def _open(self) -> None:
        self.lock = threading.RLock()
        if self._path:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(self._path or ":memory:", timeout=2, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(_TABLES)

    def reopen(self) -> None:
        """Open the file again in a process that was forked."""
        self._inherited.append(self._db)
        self._open()

    def add(self, body: str) -> None:
        """Append an event; the oldest go when there are too many."""
        with self.lock:
            number = self._db.execute("insert into event (body) values (?)", [body]).lastrowid or 0
            first = self._db.execute("select min(id) from event").fetchone()[0]
            # Counting takes long; what lies between the first and the last number is never fewer.
            if number - first >= self._limit and (excess := len(self) - self._limit) > 0:
                oldest = "delete from event where id in (select id from event order by id limit ?)"
                self._db.execute(oldest, [excess])
                self.count("dropped", excess)

    def claim(self, count: int) -> list[Row]:
        """The oldest events that nobody is sending, oldest first; they are this caller's for a minute."""
        now = time.time()
        with self.lock:
            return sorted(self._db.execute(_CLAIM, [now + CLAIM_SECONDS, now, count]).fetchall())

    def release(self, rows: list[Row]) -> None:
        """Put back what was claimed and not sent."""
        with self.lock:
            self._db.executemany("update event set claimed_until = 0 where id = ?", [row[:1] for row in rows])

    def remove(self, rows: list[Row]) -> None:
        """Forget what was sent."""
        with self.lock:
            self._db.executemany("delete from event where id = ?", [row[:1] for row in rows])

    def count(self, name: str, more: int) -> None:
        """Add to a number that is kept with the events."""
        add = "insert into fact values (?, ?) on conflict (name) do update set value = value + excluded.value"
        with self.lock:
            self._db.execute(add, [name, more])

    def counted(self, name: str) -> int:
        """A number that is kept with the events."""
        with self.lock:
            row = self._db.execute("select value from fact where name = ?", [name]).fetchone()
            return int(row[0]) if row else 0

    def instance(self) -> str:
        """A random id, made once a file."""
        with self.lock:
            self._db.execute("insert or ignore into fact values ('instance', ?)", [uuid.uuid4().hex])
            return str(self._db.execute("select value from fact where name = 'instance'").fetchone()[0])

    def __len__(self) -> int:
        with self.lock:
            return int(self._db.execute("select count(*) from event").fetchone()[0])

"""What a source is, as data: the declaration that each module of ``bellwether.sources`` makes as ``SOURCE``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bellwether.hooks.stream import Stream

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


@dataclass(frozen=True)
class Limit:
    """At most `count` requests in `seconds`.

    :param option: the field of the connection's extra by which an account with another plan says another count
    """

    count: int
    seconds: float
    option: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A service that is read. Raises ValueError, with what to write, for a declaration that cannot be right.

    :param name: the module's name; connection, DAG, prefix in the lake and of the tables share it
    :param title: the service's name as people write it
    :param streams: what is read
    :param base_url: where the API is, unless the connection's ``host`` says otherwise
    :param watched: the field of the connection's extra that lists what is watched
    :param example: a connection to start from, in Airflow's JSON
    :param rights: what to ask the vendor for, in a sentence's part for the table of accounts
    :param credentials: the connection's field that proves who asks: ``password``, or a field of the extra;
        empty where the service asks for none
    :param schedule: when the source's DAG runs, UTC, as cron says it
    :param listing: the stream, and the field of its records, that tells all there is to watch; without one the
        connection must
    :param limits: what the vendor allows
    :param concurrency: how many requests are made side by side
    :param skips_missing: leave out what is watched but gone (404), and say so, instead of failing the run
    """

    name: str
    title: str
    streams: tuple[Stream, ...]
    base_url: str
    watched: str
    example: str
    rights: str
    credentials: str = "password"
    schedule: str = "*/5 * * * *"
    listing: tuple[Stream, str] | None = None
    limits: tuple[Limit, ...] = ()
    concurrency: int = 8
    skips_missing: bool = False

    def __post_init__(self) -> None:
        from croniter import croniter

        if not _NAME.fullmatch(self.name):
            raise ValueError(f"name={self.name!r}: write a lower-case noun of letters, digits and _.")
        if not croniter.is_valid(self.schedule):
            raise ValueError(f'schedule={self.schedule!r} is no cron expression. Write for instance "*/5 * * * *".')
        names = [stream.name for stream in self.streams]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"streams are named {names}: there must be one at least, each with a name of its own.")

    def streams_by_name(self) -> dict[str, Stream]:
        """The streams, each by its name."""
        return {stream.name: stream for stream in self.streams}

    def table(self, stream: str) -> str:
        """A stream's table, which names its asset too."""
        return f"{self.name}_{stream}"

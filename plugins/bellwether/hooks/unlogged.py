"""The HTTP library's log lines without the queries of their URLs: some vendors want their key there."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_TELL_URLS = ("urllib3.connection", "urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry")
_PATH = re.compile(r"(\"[A-Z]+ )/\S*")
_ARE_PATHS_HIDDEN: ContextVar[bool] = ContextVar("are_paths_hidden", default=False)
_QUERY = re.compile(r"\?[^\s\"'<>)\]]+")


class _WithoutQueries(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        line = without_queries(record.getMessage())
        record.msg, record.args = _PATH.sub(r"\1/…", line) if _ARE_PATHS_HIDDEN.get() else line, ()
        return True


_FILTER = _WithoutQueries()


def without_queries(line: str) -> str:
    """The line with what follows a question mark left out, up to the end of the word.

    >>> without_queries('"GET /data/2.5/weather?lat=52.5&appid=0123 HTTP/1.1" 200')
    '"GET /data/2.5/weather?… HTTP/1.1" 200'
    """
    return _QUERY.sub("?…", line)


@contextmanager
def paths_hidden(are_hidden: bool = True) -> Iterator[None]:
    """Leave out paths, too, of what this thread asks meanwhile: where a redirect leads may be a secret."""
    before = _ARE_PATHS_HIDDEN.set(are_hidden)
    try:
        yield
    finally:
        _ARE_PATHS_HIDDEN.reset(before)


def keep_queries_out_of_logs() -> None:
    """See to it, once for all threads; a second call changes nothing."""
    for name in _TELL_URLS:
        logging.getLogger(name).addFilter(_FILTER)

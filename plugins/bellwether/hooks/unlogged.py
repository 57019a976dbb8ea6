"""The HTTP library's log lines without the queries of their URLs: some vendors want their key there."""

from __future__ import annotations

import logging
import re

_TELL_URLS = ("urllib3.connection", "urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry")
_QUERY = re.compile(r"\?[^\s\"'<>)\]]+")


class _WithoutQueries(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_queries(record.getMessage()), ()
        return True


_FILTER = _WithoutQueries()


def without_queries(line: str) -> str:
    """The line with what follows a question mark left out, up to the end of the word.

    >>> without_queries('"GET /data/2.5/weather?lat=52.5&appid=0123 HTTP/1.1" 200')
    '"GET /data/2.5/weather?… HTTP/1.1" 200'
    """
    return _QUERY.sub("?…", line)


def keep_queries_out_of_logs() -> None:
    """See to it, once for all threads; a second call changes nothing."""
    for name in _TELL_URLS:
        logging.getLogger(name).addFilter(_FILTER)

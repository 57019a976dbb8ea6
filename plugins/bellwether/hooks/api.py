"""ApiHook: a service's streams, page by page, through its Airflow connection.

A service's own hook says what its streams are and answers the few questions its vendor answers
differently; everything else is here and in the modules beside this one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta, tzinfo
from functools import cached_property
from typing import ClassVar

import msgspec
import requests
from airflow.providers.http.hooks.http import HttpHook
from airflow.sdk.exceptions import AirflowNotFoundException

from bellwether.hooks.answer import Answer
from bellwether.hooks.connection import ServiceConnection
from bellwether.hooks.cut import cut
from bellwether.hooks.errors import ApiError
from bellwether.hooks.request import JSON, Request
from bellwether.hooks.sender import AnswerCache, Sender, retry_after
from bellwether.hooks.source import Source
from bellwether.hooks.stream import Reading, Stream
from bellwether.hooks.throttle import Throttle
from bellwether.hooks.unlogged import keep_queries_out_of_logs
from bellwether.wall_clock import local_pieces, local_times
from bellwether.window import EPOCH, Window

_ANY_TIME = Window(EPOCH, EPOCH + timedelta(days=1))


@dataclass(frozen=True)
class Page:
    """One page's records as the vendor wrote them, with what the answer says about them.

    :param flags: doubts about the figures, kept with the coverage (``sampled``, ``thresholded`` …)
    :param not_seen: parts of the window about which this answer can say nothing
    """

    records: list[bytes]
    reading: Reading
    flags: frozenset[str] = frozenset()
    not_seen: tuple[Window, ...] = ()


class ApiHook(HttpHook):
    """Reads a service's streams (base URL in the connection's ``host``, token or key in its ``password``).

    The extra lists what is watched, and may say ``timeout_seconds`` (60), ``backoff_seconds`` (1, doubled
    with each attempt), ``patience_seconds`` (300, the longest wait a vendor may ask for before the run
    gives up) and ``headers``.
    """

    source: ClassVar[Source]

    def __init__(self, conn_id: str | None = None, *, cache: AnswerCache | None = None) -> None:
        super().__init__(http_conn_id=conn_id or self.source.name)
        self.cache = cache
        self._of_thread = threading.local()

    # What a vendor's own hook may answer in its own way.

    def auth_headers(self) -> dict[str, str]:
        """The headers that prove who asks."""
        return {"Authorization": f"Bearer {self.service.secret()}"}

    def auth_params(self) -> dict[str, str]:
        """The query parameters that prove who asks. They are in no Request, and so in no error and no cache's key."""
        return {}

    def reauthorize(self) -> bool:
        """Get fresh credentials after a 401; False when there are none to be had."""
        return False

    def wait_asked(self, answer: Answer) -> float | None:
        """Seconds the vendor asks to wait; None when the answer is no sign of a limit."""
        return retry_after(answer) or 0.0 if answer.status == 429 else None

    def request_limits(self) -> tuple[tuple[int, float], ...]:
        """Most requests in so many seconds, for the account behind the connection."""
        service = self.service
        return tuple(
            (service.rate(limit.option, limit.count) if limit.option else limit.count, limit.seconds)
            for limit in self.source.limits
        )

    def named_subjects(self, stream: Stream) -> list[str] | None:
        """What the stream is read for, as far as nobody has to be asked; None where only the vendor can tell."""
        if stream.named_by is not None:
            return stream.named_by(self.service)
        watched = self.source.watched
        if self.source.listing is None or self.service.option(watched, None) is not None:
            return self.service.watched(watched)
        return None

    def subjects(self, stream: Stream) -> list[str]:
        """What the stream is read for (repositories, tests …): what is named, else all there is."""
        named = self.named_subjects(stream)
        return self._listed if named is None else named

    @cached_property
    def _listed(self) -> list[str]:
        """All there is to watch, by the vendor's own list."""
        assert self.source.listing is not None
        stream, id_field = self.source.listing
        pages = self.read(stream, "account", _ANY_TIME)
        return [str(msgspec.json.decode(record)[id_field]) for page in pages for record in page.records]

    def turned_down(self, answer: Answer) -> bool:
        """Whether the answer refuses the credentials themselves."""
        return answer.status == 401

    def zone(self, subject: str) -> tzinfo:
        """The time zone of the subject's own clocks, for streams with a ``local_slice``."""
        return UTC

    def first_request(self, stream: Stream, subject: str, window: Window) -> Request:
        """The request for the stream's first page."""
        local = local_times(window, self.zone(subject)) if stream.local_slice else (window.start, window.end)
        since, until = (f"{moment:%Y-%m-%dT%H:%M}" for moment in local)
        url = self.service.base_url + stream.path.format(subject=subject, since=since, until=until)
        params = stream.request_params(subject, window)
        if stream.method == "GET":
            return Request("GET", url, query=params, accept=stream.accept)
        return Request("POST", url, body=params, accept=stream.accept)

    def page(self, stream: Stream, subject: str, window: Window, answer: Answer) -> Page:
        """The answer's records, with what it says about them."""
        records = answer.records(stream.records) if stream.accept == JSON else [answer.as_record()]
        return Page(records, Reading(subject, answer.observed_at))

    def complete(self, stream: Stream, subject: str, record: bytes) -> bytes:
        """A record that belongs to the window, with what has to be asked for one by one."""
        return record

    # The road all vendors share.

    def read(self, stream: Stream, subject: str, window: Window) -> Iterator[Page]:
        """The stream's records in the window, page by page. Raises ApiError and its kinds."""
        try:
            pieces = [window]
            if stream.local_slice:
                pieces = local_pieces(window, self.zone(subject), stream.local_slice)
            for piece in pieces:
                for page in self._pages(stream, subject, piece):
                    yield replace(page, reading=replace(page.reading, window_end=window.end))
        except (msgspec.MsgspecError, ValueError, TypeError, LookupError) as error:
            raise ApiError(
                f"'{self.http_conn_id}': an answer about {stream.name} of '{subject}' is not built as documented "
                f"({type(error).__name__}: {error})."
            ) from error

    def _pages(self, stream: Stream, subject: str, window: Window) -> Iterator[Page]:
        request: Request | None = self.first_request(stream, subject, window)
        asked: set[str] = set()
        previous: list[bytes] = []
        while request:
            answer = self.sender.send(request, conditional=stream.conditional)
            page = self.page(stream, subject, window, answer)
            if request.identity in asked or (page.records and page.records == previous):
                raise ApiError(f"{self.sender.about(request)} hands out the same page again: paging would never end.")
            asked.add(request.identity)
            previous = page.records
            kept, is_done = cut(stream, window, page.records)
            following = stream.paginator.next(request, answer, len(page.records))
            records = [self.complete(stream, subject, record) for record in kept]
            yield replace(page, records=records)
            request = None if is_done else following

    @cached_property
    def service(self) -> ServiceConnection:
        """The connection. Raises BadConnection, with an example, when it is missing or wrong."""
        try:
            connection = self.get_connection(self.http_conn_id)
        except AirflowNotFoundException:
            connection = None
        source = self.source
        return ServiceConnection(self.http_conn_id, connection, default_host=source.base_url, example=source.example)

    @cached_property
    def sender(self) -> Sender:
        """What sends this hook's requests; threads share it, and with it the vendor's limits."""
        return Sender(self, self.service, Throttle(*self.request_limits()), self.log, self.cache)

    def session(self) -> requests.Session:
        """This thread's session, with HttpHook's proxies and certificates.

        HttpHook would send the connection's unknown extra fields as headers; ours may hold keys.
        """
        if not hasattr(self._of_thread, "session"):
            keep_queries_out_of_logs()
            session = self.get_conn()
            session.headers.clear()
            session.headers.update({"User-Agent": "bellwether", "Accept": "application/json"})
            session.headers.update(self.service.option("headers", {}))
            _settle(session, self.service.base_url)
            self._of_thread.session = session
        session_of_thread: requests.Session = self._of_thread.session
        return session_of_thread


def _settle(session: requests.Session, url: str) -> None:
    """Read the environment's proxies and certificates once, where requests would for each request.

    ``~/.netrc`` is left out: it would take the place of the connection's own credentials.
    """
    found = session.merge_environment_settings(url, {}, True, None, None)
    session.proxies, session.verify, session.trust_env = found["proxies"], found["verify"], False
    session.auth = _as_the_headers_say


def _as_the_headers_say(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request

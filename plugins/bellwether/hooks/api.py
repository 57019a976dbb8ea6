"""ApiHook: a service's streams, page by page, through its Airflow connection.

A service's own hook says what its streams are and answers the few questions its vendor answers
differently; everything else is here and in the modules beside this one.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta, tzinfo
from functools import cached_property
from typing import ClassVar

import msgspec
import requests
from airflow.providers.http.hooks.http import HttpHook
from airflow.sdk.exceptions import AirflowNotFoundException

from bellwether.hooks.answer import Answer
from bellwether.hooks.changes import Changes
from bellwether.hooks.connection import ServiceConnection
from bellwether.hooks.cut import cut
from bellwether.hooks.errors import ApiError, ApiRefused
from bellwether.hooks.limits import retry_after
from bellwether.hooks.paginators import Anchored
from bellwether.hooks.passes import MOST_PASSES, Passes
from bellwether.hooks.records import Page
from bellwether.hooks.request import JSON, Request
from bellwether.hooks.sender import AnswerCache, Sender
from bellwether.hooks.session import settle
from bellwether.hooks.source import Source
from bellwether.hooks.stream import Reading, Stream
from bellwether.hooks.throttle import Throttle
from bellwether.wall_clock import local_pieces, local_times
from bellwether.window import EPOCH, Window

MOST_PAGES = 2_000
"""Of a slice and a subject; the extra's ``most_pages`` may say more."""
_LONGEST_WORDS = 300
_UNFIT_FOR_PATHS = re.compile(r"[\x00-\x20\x7f?#\\]|(?:^|/)\.\.?(?:/|$)")
_ANY_TIME = Window(EPOCH, EPOCH + timedelta(days=1))


class ApiHook(HttpHook):
    """Reads a service's streams (base URL in the connection's ``host``, token or key in its ``password``).

    The extra lists what is watched, and may say ``timeout_seconds`` (60), ``backoff_seconds`` (1, doubled
    with each attempt), ``patience_seconds`` (300, the longest wait a vendor may ask for before the run
    gives up), ``most_pages`` of a slice (2,000) and ``headers``.
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

    def left_out(self, stream: Stream) -> frozenset[str]:
        """The subjects of which the connection says that the stream is not read. Raises BadConnection."""
        return self.service.left_out(stream.name, self.source.streams_by_name())

    def is_there(self, subject: str) -> bool:
        """Whether the vendor has a subject of which a stream is not found; False where that cannot be asked."""
        return False

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
        if _UNFIT_FOR_PATHS.search(subject):
            raise ApiRefused(f"'{self.http_conn_id}': {subject[:80]!r} cannot be asked about: it is no part of a path.")
        local = local_times(window, self.zone(subject)) if stream.local_slice else (window.start, window.end)
        since, until = (f"{moment:%Y-%m-%dT%H:%M}" for moment in local)
        url = self.service.base_url + stream.path.format(subject=subject, since=since, until=until)
        params = stream.request_params(subject, window)
        if stream.method == "GET":
            return Request("GET", url, query=params, accept=stream.accept)
        return Request("POST", url, body=params, accept=stream.accept)

    def page(self, stream: Stream, subject: str, window: Window, answer: Answer) -> Page:
        """The answer's records, with what it says about them."""
        if stream.accept != JSON:
            records = [answer.as_record()]
        elif answer.status == 204 and stream.may_be_204:
            records = []
        else:
            records = answer.records(stream.records, is_list=stream.is_list, known_by=stream.known_by)
        return Page(records, Reading(subject, answer.observed_at))

    def complete(self, stream: Stream, subject: str, record: bytes) -> bytes:
        """A record that belongs to the window, with what has to be asked for one by one."""
        return record

    def changes(self, stream: Stream, subject: str, mark: str | None) -> Changes | None:
        """Of a ``marked`` stream: what it gained and lost since it stood at the mark; None where there is no list."""
        return None

    # The road all vendors share.

    def read(self, stream: Stream, subject: str, window: Window) -> Iterator[Page]:
        """The stream's records in the window, page by page. Raises ApiError and its kinds."""
        try:
            pieces = [window]
            if stream.local_slice:
                pieces = local_pieces(window, self.zone(subject), stream.local_slice)
            for piece in pieces:
                for page in self._pages(stream, subject, piece):
                    reading = replace(page.reading, window_end=window.end)
                    yield replace(page, reading=reading).as_far_as_kept(stream, piece)
        except (msgspec.MsgspecError, ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
            what = self.service.redact(f"{type(error).__name__}: {error}")[:_LONGEST_WORDS]
            raise ApiError(
                f"'{self.http_conn_id}': an answer about {stream.name} of '{subject}' is not built as documented "
                f"({what})."
            ) from None
        finally:
            self.sender.room.leave()

    def _pages(self, stream: Stream, subject: str, window: Window) -> Iterator[Page]:
        if not stream.moves:
            for page, records in self._in_turn(stream, subject, window):
                yield replace(page, records=[self.complete(stream, subject, record) for record in records])
            return
        passes = Passes(stream)
        for _ in range(MOST_PASSES):
            passes.begin()
            pages = 0
            for page, records in self._in_turn(stream, subject, window):
                pages += 1
                fresh = passes.unknown(records)
                yield replace(page, records=[self.complete(stream, subject, record) for record in fresh])
            if pages < 2 or not passes.has_news:
                return
        raise ApiError(f"'{self.http_conn_id}': {stream.name} of '{subject}' changes faster than it can be read.")

    def _in_turn(self, stream: Stream, subject: str, window: Window) -> Iterator[tuple[Page, list[bytes]]]:
        """Each page once, with those of its records that belong to the window."""
        request: Request | None = self.first_request(stream, subject, window)
        asked: set[str] = set()
        before: frozenset[bytes] = frozenset()
        previous = hash(())
        most = self.service.rate("most_pages", MOST_PAGES)
        while request:
            answer = self.sender.send(request, conditional=stream.conditional)
            page = self.page(stream, subject, window, answer)
            contents = hash(tuple(page.records))
            if request.identity in asked or (page.records and contents == previous):
                raise ApiError(f"{self.sender.about(request)} hands out the same page again: paging would never end.")
            if len(asked) >= most:
                raise ApiError(
                    f"{self.sender.about(request)} has more than {most:,} pages for {window}: read a shorter window, "
                    "or say how many there may be as 'most_pages' in the connection's extra."
                )
            asked.add(request.identity)
            previous = contents
            kept, is_done = cut(stream, window, page.records)
            if isinstance(stream.paginator, Anchored):  # Its pages overlap.
                kept, before = [record for record in kept if record not in before], frozenset(page.records)
            request = None if is_done else stream.paginator.next(request, answer, len(page.records))
            yield page, kept
            del answer, page, kept
            self.sender.room.leave()

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
            self._of_thread.session = settle(self.get_conn(), self.service.base_url)
        session_of_thread: requests.Session = self._of_thread.session
        return session_of_thread

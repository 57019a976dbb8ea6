"""Sending a request until it is answered, refused or not worth trying again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from bellwether.hooks import refusals
from bellwether.hooks.address import BadAddress, join, origin
from bellwether.hooks.answer import Answer, NotAsked, NotJson
from bellwether.hooks.connection import ServiceConnection
from bellwether.hooks.errors import ApiError, ApiRefused, NotAuthorized, QuotaExhausted
from bellwether.hooks.exchange import exchange
from bellwether.hooks.limits import retry_after
from bellwether.hooks.mishaps import mishap
from bellwether.hooks.request import Request
from bellwether.hooks.room import Room
from bellwether.hooks.throttle import Throttle
from bellwether.hooks.unlogged import paths_hidden

ATTEMPTS = 5
MOST_REDIRECTS = 3
LONGEST_BACKOFF_SECONDS = 60.0
_LONGEST_PATH = 200


class AnswerCache(Protocol):
    """Keeps answers by request, so that a vendor can say "not modified" instead of sending them again."""

    def get(self, identity: str) -> Answer | None: ...
    def put(self, identity: str, answer: Answer) -> None: ...


class Log(Protocol):
    """As much of a logger as Airflow's and the standard library's share."""

    def info(self, event: str, *values: Any) -> Any: ...
    def warning(self, event: str, *values: Any) -> Any: ...


class Vendor(Protocol):
    """The questions about sending that each vendor's hook answers."""

    def session(self) -> requests.Session: ...
    def auth_headers(self) -> dict[str, str]: ...
    def auth_params(self) -> dict[str, str]: ...
    def turned_down(self, answer: Answer) -> bool: ...
    def reauthorize(self) -> bool: ...
    def wait_asked(self, answer: Answer) -> float | None: ...


class Retry(Exception):
    """An attempt that failed in a way that may pass after some seconds."""

    def __init__(self, problem: ApiError, seconds: float) -> None:
        super().__init__(problem)
        self.problem = problem
        self.seconds = seconds


@dataclass(frozen=True)
class Sender:
    """Sends requests within the vendor's limits, again where that can help."""

    vendor: Vendor
    connection: ServiceConnection
    throttle: Throttle
    log: Log
    cache: AnswerCache | None = None
    sleep: Callable[[float], None] = time.sleep
    room: Room = field(default_factory=Room)

    def send(self, request: Request, *, conditional: bool = False) -> Answer:
        """The answer to a request. Raises ApiError and its kinds; never waits longer than its patience.

        :param conditional: ask only for what differs from the last answer, if the cache holds one
        """
        cache = self.cache if conditional else None
        remembered = cache.get(request.identity) if cache else None
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._attempt(request, remembered, attempt)
            except Retry as again:
                self._wait(again, attempt)
                continue
            if cache and answer is not remembered and _unless_as(answer):
                cache.put(request.identity, answer)
            return answer
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _wait(self, again: Retry, attempt: int) -> None:
        if attempt == ATTEMPTS:
            raise again.problem from None
        if again.seconds > self.connection.seconds("patience_seconds", 300.0):
            raise QuotaExhausted(
                f"{again.problem} It asks to wait {again.seconds:,.0f} s: run this window again after that."
            ) from None
        self.log.info("%s Trying again in %.1f s (%d of %d).", again.problem, again.seconds, attempt + 1, ATTEMPTS)
        self.sleep(again.seconds)

    def _attempt(self, request: Request, remembered: Answer | None, attempt: int) -> Answer:
        asked, hop = request, request
        for _ in range(MOST_REDIRECTS + 1):
            self.check_host(hop)
            self.throttle.wait()
            answer = self._exchange(asked, hop, remembered, attempt)
            if answer.status < 300:
                return answer
            if answer.status == 304 and remembered:
                return remembered.said_again(answer)
            if answer.status not in (301, 302, 307, 308):
                raise self._refusal(asked, answer, attempt)
            # Where to is not said: a vendor may put a token there.
            self.log.info("%s has moved.", self.about(asked))
            hop = self._moved(hop, answer.headers.get("Location", ""))
        raise ApiError(f"{self.about(asked)} redirects more than {MOST_REDIRECTS} times.")

    def _moved(self, request: Request, location: str) -> Request:
        try:
            # The new address is whole: it has the query already.
            return replace(request, url=join(request.url, location), query={})
        except BadAddress as bad:
            raise self._led_astray(str(bad)) from None

    def _exchange(self, asked: Request, request: Request, remembered: Answer | None, attempt: int) -> Answer:
        """What comes back, if it is whole. Raises Retry for what may pass.

        :param asked: what was asked for before any redirect, for the words of errors
        """
        seconds = self.connection.seconds("timeout_seconds", 60.0)
        try:
            signed = replace(request, query={**request.query, **self.vendor.auth_params()})
            headers = {**self.connection.headers(), **self.vendor.auth_headers(), **_unless_as(remembered)}
            with paths_hidden(request is not asked):
                answer = exchange(self.vendor.session(), signed, headers, seconds, self.room)
            if answer.status < 300:
                answer.check(request.accept)
            return answer
        except ApiRefused:
            raise
        except ApiError as problem:  # on the way to fresh credentials
            again = Retry(problem, self._backoff(attempt))
        except (requests.RequestException, OSError, NotJson, NotAsked) as error:
            text = f"{self.about(asked)} failed: {mishap(error)}."
            again = Retry(ApiError(text), self._backoff(attempt))
        # Raised out here, where it drags no library's error along: those quote the URL with its query.
        raise again

    def _refusal(self, request: Request, answer: Answer, attempt: int) -> Exception:
        text = f"{self.about(request)} answered {refusals.words(answer, self.connection.redact)}"
        wait = self.vendor.wait_asked(answer)
        if wait is not None:
            return Retry(QuotaExhausted(f"{text}."), max(wait, self._backoff(attempt)))
        turned_down = self.vendor.turned_down(answer)
        if turned_down and attempt == 1 and self.vendor.reauthorize():
            return Retry(NotAuthorized(f"{text}."), 0.0)
        status = 401 if turned_down else answer.status
        problem = refusals.problem(status, text, self.connection.conn_id, self.connection.example)
        may_pass = answer.status >= 500 or answer.status == 408
        return Retry(problem, max(retry_after(answer) or 0.0, self._backoff(attempt))) if may_pass else problem

    def _backoff(self, attempt: int) -> float:
        first = self.connection.seconds("backoff_seconds", 1.0)
        jitter = random.uniform(0.5, 1.0)
        return min(LONGEST_BACKOFF_SECONDS, first * 2 ** (attempt - 1)) * jitter

    def check_host(self, request: Request) -> None:
        """Raise ApiError unless the request stays on the connection's own host."""
        try:
            theirs = origin(request.url)
        except BadAddress as bad:
            raise self._led_astray(str(bad)) from None
        if theirs != self._ours:
            raise self._led_astray(self.connection.redact(theirs))

    @property
    def _ours(self) -> str:
        return origin(self.connection.base_url)

    def _led_astray(self, where: str) -> ApiError:
        return ApiError(
            f"'{self.connection.conn_id}' was pointed on to another host, {where}; "
            f"links and redirects are followed only within {self._ours}."
        )

    def about(self, request: Request) -> str:
        """The request in an error's words: no query, for some vendors want their key there."""
        path = self.connection.redact(urlsplit(request.url).path)
        return f"'{self.connection.conn_id}': {request.method} {path[:_LONGEST_PATH]}"


def _unless_as(known: Answer | None) -> dict[str, str]:
    """The header that asks for an answer only if it differs from a known one (RFC 9110, 13.1), if that tells how."""
    if known and (etag := known.headers.get("ETag")):
        return {"If-None-Match": etag}
    modified = known.headers.get("Last-Modified") if known else None
    return {"If-Modified-Since": modified} if modified else {}

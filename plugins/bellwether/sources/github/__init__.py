"""GitHub: commits, releases, deployments, issues and workflow runs of the watched repositories.

API: REST, version 2022-11-28, https://docs.github.com/rest. Token: fine-grained, read access to Contents,
Deployments, Issues, Pull requests, Actions and Metadata of the repositories named in the connection's extra.

What bites:

- 5,000 requests an hour and token; once used up, 403 or 429 with ``x-ratelimit-remaining: 0`` until the
  reset. A secondary limit also answers 403 or 429; it says how long to wait, or means a minute. Any other
  403 is a missing permission and stays one.
- ``since`` and ``until`` of commits compare the committer's date, and a commit may be pushed or merged long after
  that: a day is read again, and where the branch's head has moved, the days of what is new on it.
- Releases and deployments cannot be asked for by time; unchanged pages cost nothing
  (ETag). Deployments come newest first. Of releases no order is promised, and ``created_at`` is the date of the
  tag's commit: they are all read each time.
- Lists of issues hold the pull requests too. An issue is in the window of its latest update.
- Workflow runs end at 1,000 results; busier windows are halved until they fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from bellwether.hooks.answer import Answer, NotAsDocumented
from bellwether.hooks.api import ApiHook
from bellwether.hooks.changes import Changes
from bellwether.hooks.errors import ApiError, ApiRefused, NotFound
from bellwether.hooks.limits import number, retry_after, until
from bellwether.hooks.records import Page
from bellwether.hooks.request import Request
from bellwether.hooks.source import Source
from bellwether.hooks.stream import Stream
from bellwether.sources import operator_on_demand
from bellwether.sources.github.history import changes
from bellwether.sources.github.streams import A_HUNDRED, COMMITS, DEPLOYMENTS, ISSUES, RELEASES, WORKFLOW_RUNS
from bellwether.window import Window

_MOST_RESULTS = 1000
_SECONDARY_LIMIT_SECONDS = 60.0
_LONGEST_MESSAGE = 4096

SOURCE = Source(
    name="github",
    title="GitHub",
    streams=(COMMITS, RELEASES, DEPLOYMENTS, ISSUES, WORKFLOW_RUNS),
    base_url="https://api.github.com",
    watched="repositories",
    example='{"conn_type": "http", "password": "TOKEN", "extra": {"repositories": ["you/site"]}}',
    rights=(
        "a fine-grained token with read access to Contents, Deployments, Issues, Pull requests, Actions and Metadata "
        "of those repositories"
    ),
)


class GitHubHook(ApiHook):
    """Reads the repositories named in the connection's extra."""

    source = SOURCE

    def auth_headers(self) -> dict[str, str]:
        """Token, and the API version these streams were written for."""
        return super().auth_headers() | {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}

    def wait_asked(self, answer: Answer) -> float | None:
        """Both limits may say 403 or 429; a 403 that is neither is a missing permission."""
        if answer.status not in (403, 429):
            return None
        if number(answer.headers.get("x-ratelimit-remaining")) == 0:
            reset = number(answer.headers.get("x-ratelimit-reset"))
            return _SECONDARY_LIMIT_SECONDS if reset is None else max(1.0, until(reset, answer))
        asked = retry_after(answer)
        said = answer.body[:_LONGEST_MESSAGE].lower()
        is_limit = answer.status == 429 or b"rate limit" in said or b"abuse" in said
        return asked or _SECONDARY_LIMIT_SECONDS if is_limit or asked is not None else None

    def read(self, stream: Stream, subject: str, window: Window) -> Iterator[Page]:
        """As every hook; halves of a window with too many runs, nothing of a repository without commits."""
        try:
            yield from super().read(stream, subject, window)
        except _MoreThanIsHandedOut:
            middle = (window.start + (window.end - window.start) / 2).replace(microsecond=0)
            yield from self.read(stream, subject, Window(window.start, middle))
            yield from self.read(stream, subject, Window(middle, window.end))
        except ApiRefused as refused:
            if refused.status != 409:
                raise
            self.log.info("'%s' has no commits yet.", subject)

    def is_there(self, subject: str) -> bool:
        """Whether the repository itself is found: then its stream is switched off, or the token may not see it."""
        try:
            self.sender.send(Request("GET", f"{self.service.base_url}/repos/{subject}"), conditional=True)
        except ApiError:
            return False
        return True

    def changes(self, stream: Stream, subject: str, mark: str | None) -> Changes | None:
        """Which commits the default branch has, and which it lost, since its head was the mark."""
        return changes(self.sender, f"{self.service.base_url}/repos/{subject}", mark)

    def page(self, stream: Stream, subject: str, window: Window, answer: Answer) -> Page:
        """As every hook, but for lists of which only the first thousand records are handed out."""
        if stream is WORKFLOW_RUNS and self._count(answer) > _MOST_RESULTS:
            if window.end - window.start < timedelta(seconds=2):
                raise ApiError(f"'{subject}' has more than {_MOST_RESULTS} workflow runs within a second.")
            raise _MoreThanIsHandedOut
        return super().page(stream, subject, window, answer)

    @staticmethod
    def _count(answer: Answer) -> int:
        count = answer.value("total_count")
        if not isinstance(count, int):
            raise NotAsDocumented("there is no number at `$.total_count`")
        return count

    def complete(self, stream: Stream, subject: str, record: bytes) -> bytes:
        """A deployment with its latest status, which has to be asked for one by one."""
        if stream is not DEPLOYMENTS:
            return record
        try:
            deployment = msgspec.json.decode(record, type=_Numbered).id
        except (msgspec.DecodeError, RecursionError):
            return record  # Staging rejects it and says why.
        url = f"{self.service.base_url}/repos/{subject}/deployments/{deployment}/statuses"
        try:
            statuses = self.sender.send(Request("GET", url, query=A_HUNDRED), conditional=True).records()
        except NotFound as gone:
            self.log.info("Deleted meanwhile: %s", gone)
            return record
        if not statuses:
            return record
        return record.rstrip()[:-1] + b',"latest_status":' + _latest(statuses) + b"}"


class _Numbered(msgspec.Struct):
    id: int


class _Dated(msgspec.Struct):
    created_at: datetime


def _latest(statuses: list[bytes]) -> bytes:
    """The newest status; where their times cannot be read the first, for the vendor lists the newest first."""
    try:
        return max(statuses, key=lambda status: msgspec.json.decode(status, type=_Dated).created_at)
    except (msgspec.DecodeError, RecursionError):
        return statuses[0]


class _MoreThanIsHandedOut(Exception):
    """The window holds more records than the vendor hands out for one question."""


__getattr__ = operator_on_demand(GitHubHook)

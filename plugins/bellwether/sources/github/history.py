"""What became of a branch since its head was another commit: when the commits were made that it gained or lost.

A commit may become part of a branch long after its committer's date: by the merge of an old branch, by a late push.
``GET /repos/{owner}/{repo}/compare/{base}...{head}`` lists what ``head`` has and ``base`` has not, in pages. Of a
branch that was moved by force it says ``diverged`` or ``behind``, and 404 once the old head was removed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from bellwether.hooks.changes import Changes
from bellwether.hooks.cut import peeker
from bellwether.hooks.errors import ApiError, NotFound
from bellwether.hooks.paginators import HeaderLink
from bellwether.hooks.request import Request
from bellwether.hooks.sender import Sender

_MOST_PAGES = 1000
_committed_at = peeker("commit.committer.date")


class _Commit(msgspec.Struct):
    sha: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{40,64}$")]


def changes(sender: Sender, repository: str, mark: str | None) -> Changes | None:
    """What the default branch gained and lost since its head was the mark; None for a branch without commits.

    :param repository: its address, for example ``https://api.github.com/repos/you/site``
    """
    request = Request("GET", f"{repository}/commits", query={"per_page": 1})
    try:
        newest = sender.send(request, conditional=True).records()
        if not newest:
            return None
        head = msgspec.json.decode(newest[0], type=_Commit).sha
        return Changes(head, _moved(sender, repository, mark, head) if mark and mark != head else ())
    except (msgspec.MsgspecError, ValueError, TypeError, LookupError, OverflowError, OSError, RecursionError) as error:
        what = type(error).__name__
        raise ApiError(f"{sender.about(request)}: what changed on the branch cannot be read ({what}).") from None


def _moved(sender: Sender, repository: str, old: str, new: str) -> tuple[datetime, ...] | None:
    try:
        gained, is_ahead = _between(sender, repository, old, new)
        lost = [] if is_ahead else _between(sender, repository, new, old)[0]
    except NotFound:
        return None
    return (*gained, *lost)


def _between(sender: Sender, repository: str, base: str, head: str) -> tuple[list[datetime], bool]:
    """The committer's dates of what the head has and the base has not, and whether the head has all of the base."""
    request = Request("GET", f"{repository}/compare/{base}...{head}", query={"per_page": 100})
    times: list[datetime] = []
    count = 0
    for _ in range(_MOST_PAGES):
        answer = sender.send(request)
        records, total, status = answer.records("commits"), answer.value("total_commits"), answer.value("status")
        following = HeaderLink().next(request, answer, len(records))
        count += len(records)
        times += [at for record in records if (at := _committed_at(record))]
        sender.room.leave()
        if following is None and count == total:
            return times, status in ("ahead", "identical")
        if following is None or not records:
            break
        request = following
    raise ApiError(f"{repository.rpartition('/repos/')[2]}: {count} of {total} commits between two heads were listed.")

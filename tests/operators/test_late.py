"""Commits that become part of a branch long after their date: scheduled runs load them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from airflow.sdk.exceptions import AirflowFailException

from tests.fixtures.road import NOW

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEP = timedelta(hours=12)
NewRoad = Callable[..., Any]


def sha(name: str) -> str:
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()


class Git:
    """Repositories with a history of their own each, and GitHub's two lists over it, a few commits a page."""

    def __init__(self) -> None:
        self.commits: dict[str, tuple[str, datetime, tuple[str, ...]]] = {}
        self.heads: dict[str, str] = {}
        self.asked: list[str] = []
        self.broken = ""
        self.answered_at = NOW
        git = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body, headers = git.answer(self.path)
                self.send_response_only(status)
                said = json.dumps(body).encode()
                git.answered_at += timedelta(seconds=1)
                date = format_datetime(git.answered_at, usegmt=True)
                for name, value in {"Date": date, "Content-Length": str(len(said)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def commit(self, name: str, at: datetime, *parents: str) -> None:
        self.commits[sha(name)] = (name, at, tuple(map(sha, parents)))

    def reached(self, head: str) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        ahead = [head]
        while ahead:
            if (here := ahead.pop()) not in found:
                found[here] = self.commits[here][1]
                ahead += self.commits[here][2]
        return found

    def answer(self, path: str) -> tuple[int, Any, dict[str, str]]:
        self.asked.append(path)
        url = urlsplit(path)
        query = dict(parse_qsl(url.query))
        repository, _, tail = url.path.removeprefix("/repos/").partition("/c")
        if self.broken and self.broken in unquote(path):
            return 500, {"message": "Server Error"}, {}
        if tail == "ommits":
            since, until = (query.get(name, end) for name, end in (("since", "1970-01-01"), ("until", "2199-01-01")))
            reached = self.reached(sha(self.heads[repository]))
            found = {key: at for key, at in reached.items() if since <= f"{at:%FT%TZ}" <= until}
            listed = sorted(found, key=lambda s: found[s], reverse=True)
            return 200, [self.body(s) for s in listed[: int(query["per_page"])]], {}
        base, _, head = tail.removeprefix("ompare/").partition("...")
        if base not in self.commits or head not in self.commits:
            return 404, {"message": "Not Found"}, {}
        one, other = self.reached(base), self.reached(head)
        new = sorted(other.keys() - one.keys(), key=lambda s: other[s])
        status = ("diverged" if one.keys() - other.keys() else "ahead") if new else "behind"
        page, size = int(query.get("page", 1)), 2
        more = f'<{self.root}{url.path}?page={page + 1}>; rel="next"'
        shown = [self.body(s) for s in new[size * (page - 1) : size * page]]
        body = {"status": status, "total_commits": len(new), "commits": shown}
        return 200, body, {"Link": more} if size * page < len(new) else {}

    def body(self, key: str) -> dict[str, Any]:
        name, at, parents = self.commits[key]
        person = {"name": "N", "date": f"{at:%FT%TZ}"}
        inner = {"message": name, "comment_count": 0, "author": person, "committer": person}
        links = [{"sha": parent} for parent in parents]
        return {"sha": key, "commit": inner, "author": None, "committer": None, "parents": links}


@pytest.fixture
def git() -> Iterator[Git]:
    made = Git()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def road(git: Git, new_road: NewRoad, monkeypatch: pytest.MonkeyPatch) -> Any:
    extra = {"repositories": ["a/site", "a/api"], "backoff_seconds": 0.001}
    connection = {"conn_type": "http", "host": git.root, "password": "secret-token", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_GITHUB", json.dumps(connection))
    git.commit("root", MONDAY - 9 * DAY)
    git.commit("base", MONDAY + HOUR, "root")
    git.heads = {"a/site": "base", "a/api": "base"}
    return new_road("github", ["commits"])


def run(road: Any, moment: datetime) -> None:
    road.run(moment - STEP, moment, scheduled=True)


def present(road: Any, repository: str = "a/site") -> set[str]:
    rows = road.warehouse.query(
        "select message from github_commits where gone_at is null and repository = %s", (repository,)
    )
    return {message for (message,) in rows}


def merge(git: Git, made_at: datetime, merged_at: datetime, repository: str = "a/site") -> None:
    """A branch of three commits, made from the branch's head, and merged."""
    base = git.heads[repository]
    for number in range(3):
        git.commit(f"work-{number}", made_at + number * HOUR, f"work-{number - 1}" if number else base)
    git.commit("merge", merged_at, base, "work-2")
    git.heads[repository] = "merge"


ALL = {"base", "work-0", "work-1", "work-2", "merge"}


@pytest.mark.parametrize("repository", ["a/site", "a/api"])
def test_a_branch_that_is_merged_days_after_its_commits(road: Any, git: Git, repository: str) -> None:
    run(road, MONDAY + DAY)
    for number in range(3, 7):
        run(road, MONDAY + number * STEP)
    merge(git, MONDAY + 2 * HOUR, MONDAY + 3 * DAY + HOUR, repository)
    run(road, MONDAY + 7 * STEP)
    assert present(road, repository) == ALL
    assert present(road, "a/api" if repository == "a/site" else "a/site") == {"base"}
    # Another run finds the same head, and asks for nothing but its window.
    git.asked.clear()
    run(road, MONDAY + 8 * STEP)
    assert not [path for path in git.asked if "/compare/" in path]
    assert len(git.asked) <= 6
    assert present(road, repository) == ALL


def test_a_branch_of_two_weeks_ago_and_time_that_was_never_covered(road: Any, git: Git) -> None:
    road.run(MONDAY, MONDAY + DAY)
    run(road, MONDAY + 14 * DAY)
    # One commit of the branch lies before all that was ever read, and stays outside.
    git.commit("ancient", MONDAY - 5 * DAY, "root")
    git.commit("work-0", MONDAY + 5 * HOUR, "ancient")
    git.commit("merge", MONDAY + 14 * DAY + HOUR, "base", "work-0")
    git.heads["a/site"] = "merge"
    run(road, MONDAY + 14 * DAY + STEP)
    assert present(road) == {"base", "work-0", "merge"}


def test_a_branch_that_was_moved_by_force(road: Any, git: Git) -> None:
    git.commit("old-1", MONDAY + 2 * HOUR, "base")
    git.commit("old-2", MONDAY + 3 * HOUR, "old-1")
    git.heads["a/site"] = "old-2"
    run(road, MONDAY + DAY)
    run(road, MONDAY + 4 * DAY)
    assert present(road) == {"base", "old-1", "old-2"}
    git.commit("new-1", MONDAY + 2 * HOUR, "base")
    git.heads["a/site"] = "new-1"
    run(road, MONDAY + 4 * DAY + STEP)
    assert present(road) == {"base", "new-1"}
    git.heads["a/site"] = "base"  # back, by force
    run(road, MONDAY + 5 * DAY)
    assert present(road) == {"base"}


def test_a_head_that_the_vendor_has_removed(road: Any, git: Git) -> None:
    git.commit("old", MONDAY + 2 * HOUR, "base")
    git.heads["a/site"] = "old"
    run(road, MONDAY + DAY)
    run(road, MONDAY + 4 * DAY)
    git.commit("new", MONDAY + 3 * HOUR, "base")
    git.heads["a/site"] = "new"
    del git.commits[sha("old")]
    run(road, MONDAY + 4 * DAY + STEP)
    assert present(road) == {"base", "new"}


@pytest.mark.parametrize("broken", ["/compare/", "since=2026-11-02T00:00:00Z", "load"])
def test_the_head_is_remembered_only_once_what_it_stands_for_is_loaded(road: Any, git: Git, broken: str) -> None:
    run(road, MONDAY + DAY)
    run(road, MONDAY + 3 * DAY)
    merge(git, MONDAY + 2 * HOUR, MONDAY + 3 * DAY + HOUR)
    moment = MONDAY + 3 * DAY + STEP
    if broken == "load":
        road.extract(road.context(moment - STEP, moment, scheduled=True))
    elif broken == "/compare/":
        git.broken = broken
        run(road, moment)
    else:
        git.broken = broken
        with pytest.raises(AirflowFailException):
            run(road, moment)
    assert "work-0" not in present(road)
    git.broken = ""
    run(road, moment + STEP)
    assert present(road) == ALL


def test_the_first_run_ever_reads_its_window_and_remembers_the_head(road: Any, git: Git) -> None:
    run(road, MONDAY + DAY)
    assert not [path for path in git.asked if "/compare/" in path]
    assert present(road) == {"base"}
    assert len(road.lake.keys("cache/github/marks/commits/")) == 2


def test_two_runs_at_once_and_a_backfill_change_nothing(road: Any, git: Git) -> None:
    run(road, MONDAY + DAY)
    run(road, MONDAY + 3 * DAY)
    moment = MONDAY + 3 * DAY + STEP
    one = road.extract(road.context(moment - STEP, moment, scheduled=True))
    merge(git, MONDAY + 2 * HOUR, MONDAY + 3 * DAY + HOUR)
    other = road.extract(road.context(moment, moment + STEP, scheduled=True))
    road.load(road.stage(other))
    road.load(road.stage(one))  # It knows of the merge nothing, and its mark is the older head.
    assert present(road) >= ALL - {"merge"}
    run(road, moment + 2 * STEP)
    road.run(MONDAY, moment + 2 * STEP)
    assert present(road) == ALL


def test_the_sandbox_s_late_merge(new_road: NewRoad, sandbox: Any) -> None:
    road, past = new_road("github", ["commits"]), sandbox.house.past
    sandbox.set_clock(NOW)
    early = [c for c in past.commits("dogbreed/site") if NOW - 5 * DAY < c.committed_at < NOW - 3 * DAY][:30]
    assert len(early) > 3
    past.merged_at |= {commit.sha: NOW for commit in early}
    try:
        for moment in (NOW - 2 * DAY, NOW - HOUR, NOW + HOUR):
            sandbox.set_clock(moment)
            road.run(moment - (4 * DAY if moment < NOW - DAY else HOUR), moment, scheduled=True)
            loaded = {s for (s,) in road.warehouse.query("select sha from github_commits where gone_at is null")}
            assert ({commit.sha for commit in early} <= loaded) == (moment > NOW)
    finally:
        past.merged_at.clear()

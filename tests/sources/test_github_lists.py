"""GitHub's lists: no order is promised, they move while they are paged, and a child may be gone."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from bellwether.hooks.answer import Answer
from bellwether.sources.github import GitHubHook
from bellwether.window import Window
from tests.hooks.conftest import Service

DAY = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
AHEAD = datetime(2096, 11, 2, tzinfo=UTC)
USED_UP = {"x-ratelimit-remaining": "0"}
NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def read(monkeypatch):
    """Reads a stream of a repository from a service that gives these answers, one after another."""
    service = Service()
    extra = {"repositories": ["a/b"], "backoff_seconds": 0.001, "timeout_seconds": 5}
    connection = {"conn_type": "http", "host": service.root, "password": "a-token", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_GITHUB", json.dumps(connection))

    def reading(stream, *answers):
        service.answers(*answers)
        hook = GitHubHook()
        pages = hook.read(hook.source.streams_by_name()[stream], "a/b", DAY)
        return [json.loads(record) for page in pages for record in page.records]

    yield reading
    service.stop()


def page(*records, status=200, **headers):
    return {"status": status, "body": json.dumps(records).encode(), "headers": headers}


def release(number, created, published):
    times = {"created_at": f"{created}T05:00:00Z", "published_at": published and f"{published}T06:00:00Z"}
    return {"id": number, "tag_name": f"v{number}", "draft": published is None} | times


NEW = [release(2, "2026-11-01", "2026-11-01"), release(1, "2026-11-01", "2026-11-01")]


@pytest.mark.parametrize(
    ("listed", "wanted"),
    [
        ([*NEW, release(0, "2026-06-01", "2026-06-01"), release(3, "2025-03-01", "2026-11-01")], {1, 2, 3}),
        ([release(9, "2025-03-01", None), *NEW], {1, 2}),
        ([release(9, "2019-03-01", "2019-03-02"), *NEW], {1, 2}),
        ([release(9, "2025-03-01", "2026-11-01")], {9}),
    ],
    ids=["a-backport-last", "an-old-draft-first", "an-old-one-first", "of-an-old-commit"],
)
def test_releases_are_read_whatever_their_order(read, listed, wanted):
    assert {record["id"] for record in read("releases", page(*listed))} == wanted


def test_an_issue_that_moves_while_it_is_paged_hides_no_other(read):
    def issue(number):
        return {"number": number, "id": number, "updated_at": f"2026-11-01T{number:02d}:00:00Z", "labels": []}

    more = {"Link": '</next>; rel="next"'}
    found = read("issues", page(issue(1), issue(2), **more), page(issue(2), issue(3), **more), page(issue(3), issue(4)))
    assert [record["number"] for record in found] == [1, 2, 3, 4]


@pytest.mark.parametrize("status", [404, 410, 451])
def test_a_deployment_that_is_gone_meanwhile_costs_its_status_alone(read, status):
    listed = [{"id": number, "created_at": "2026-11-01T05:00:00Z"} for number in (1, 2)]
    found = read("deployments", page(*listed), page(status=status), page({"state": "success"}))
    assert [(record["id"], record.get("latest_status")) for record in found] == [(1, None), (2, {"state": "success"})]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60.0),
        ({"x-ratelimit-remaining": "4991"}, 60.0),
        ({"x-ratelimit-remaining": "0, 0"}, 60.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, 60.0),
        (
            {
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": f"{AHEAD.timestamp() + 30:.0f}",
                "Date": format_datetime(AHEAD, usegmt=True),
            },
            30.0,
        ),
    ],
)
@pytest.mark.parametrize("words", ["API rate limit exceeded for ID 7.", "SECONDARY RATE LIMIT", "Abuse detected"])
def test_a_limit_that_its_words_tell_is_one(headers, seconds, words):
    answer = Answer(403, headers, json.dumps({"message": words}).encode(), NOW)
    assert GitHubHook().wait_asked(answer) == seconds


def test_other_words_tell_of_a_missing_permission():
    answer = Answer(403, {"x-ratelimit-remaining": "12"}, b'{"message": "Resource not accessible"}', NOW)
    assert GitHubHook().wait_asked(answer) is None

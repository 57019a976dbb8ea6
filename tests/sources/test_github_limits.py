"""GitHub: two kinds of limits, a 403 that is neither, and answers that need not be sent again."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from bellwether.hooks.answer import Answer
from bellwether.hooks.errors import Forbidden, NotAuthorized, NotFound, QuotaExhausted
from bellwether.lake import Lake
from bellwether.lake.cache import LakeCache
from bellwether.window import Window

SITE = "dogbreed/site"
MINUTE = timedelta(minutes=1)


def answer(status, message="", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, f'{{"message": "{message}"}}'.encode(), datetime.now(UTC))


@pytest.mark.parametrize("kind", ["quota", "secondary_limit", "429"])
def test_a_limit_is_waited_for(vendors, lately, kind):
    vendors.misbehave("github", kind, seconds=2)
    begin = time.monotonic()
    assert vendors.read(vendors.hook("github"), "commits", SITE, lately(days=2))
    assert time.monotonic() - begin >= 1
    assert vendors.asked("github")[0]["status"] in (403, 429)


@pytest.mark.parametrize("kind", ["quota", "secondary_limit", "429"])
def test_a_limit_beyond_patience_says_how_long(vendors, the_error, lately, kind):
    vendors.misbehave("github", kind, seconds=4_000)
    error = the_error(vendors.hook("github"), "commits", SITE, lately(days=2))
    assert isinstance(error, QuotaExhausted)
    assert "wait 4,000 s" in str(error) or "wait 3,99" in str(error)
    assert "rate limit" in str(error)
    assert len(vendors.asked("github")) == 1


def test_the_primary_limit_stops_a_run_that_has_used_it_up(running, the_error, lately):
    vendors = running(github_per_hour=2)
    hook = vendors.hook("github", patience_seconds=0)
    error = the_error(hook, "commits", SITE, lately(days=60))
    assert isinstance(error, QuotaExhausted)
    assert "API rate limit exceeded" in str(error)


def test_a_used_up_limit_is_no_error_while_answers_come(running, lately):
    vendors = running(github_per_hour=1)
    found = vendors.read(vendors.hook("github"), "commits", SITE, lately(days=2))
    assert found


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        pytest.param(answer(403, "Must have admin rights"), None, id="a missing permission"),
        pytest.param(answer(403, "no", x_ratelimit_remaining="4999"), None, id="a permission, with headers"),
        pytest.param(answer(404, "Not Found", x_ratelimit_remaining="0"), None, id="not there"),
        pytest.param(answer(500, "secondary rate limit"), None, id="a fault"),
        pytest.param(answer(403, "You have exceeded a secondary rate limit."), 60, id="secondary, no time"),
        pytest.param(answer(403, "abuse detection mechanism", Retry_After="90"), 90, id="abuse, with a time"),
        pytest.param(answer(403, "abuse detection mechanism"), 60, id="abuse, no time"),
        pytest.param(answer(429, ""), 60, id="429, no time"),
        pytest.param(answer(429, "", Retry_After="7"), 7, id="429, with a time"),
    ],
)
def test_which_answers_are_limits(vendors, given, seconds):
    assert vendors.hook("github").wait_asked(given) == seconds


@pytest.mark.parametrize("status", [403, 429])
def test_the_primary_limit_lasts_until_its_reset(vendors, status):
    given = answer(status, "limit", x_ratelimit_remaining="0", x_ratelimit_reset=str(int(time.time()) + 100))
    assert vendors.hook("github").wait_asked(given) == pytest.approx(100, abs=3)


@pytest.mark.parametrize(
    ("kind", "error_kind"), [("forbidden", Forbidden), ("expired_token", NotAuthorized), ("gone", NotFound)]
)
def test_what_is_no_limit_is_asked_once(vendors, the_error, lately, kind, error_kind):
    vendors.misbehave("github", kind, count=10)
    assert isinstance(the_error(vendors.hook("github"), "commits", SITE, lately(days=2)), error_kind)
    assert len(vendors.asked("github")) == 1


def test_requests_name_their_sender_and_version(vendors, lately):
    # The sandbox turns down requests without a user agent, and versions it does not know.
    assert vendors.read(vendors.hook("github"), "commits", SITE, lately(days=2))
    headers = vendors.hook("github").auth_headers()
    assert headers["X-GitHub-Api-Version"] == "2022-11-28"
    assert headers["Accept"] == "application/vnd.github+json"


def pages_through_cache(vendors, window):
    hook = vendors.hook("github", cache=LakeCache(Lake(), "github"))
    pages = vendors.pages(hook, "releases", SITE, window)
    statuses = [one["status"] for one in vendors.asked("github")]
    vendors.forget()
    return pages, statuses


def test_a_list_that_has_not_changed_is_not_sent_again(vendors, lake, lately):
    window = lately(days=120)
    first, statuses = pages_through_cache(vendors, window)
    # It is longer than a page and read a second time: nothing has changed by then.
    assert statuses.count(200) == statuses.count(304) > 2
    now = vendors.world.clock.now()
    vendors.at(now + MINUTE)
    again, statuses = pages_through_cache(vendors, window)
    assert set(statuses) == {304}
    assert [page.records for page in again] == [page.records for page in first]
    assert sum(len(page.records) for page in again) > 20
    # It was said again: what is known is as new as the confirmation.
    assert {page.reading.observed_at for page in first} == {now}
    assert {page.reading.observed_at for page in again} == {now + MINUTE}


def test_a_list_that_has_changed_is_sent(vendors, lake):
    world = vendors.world
    newest = world.releases(SITE, world.BEGINNING, world.clock.now())[-1]
    window = Window(newest.published_at - timedelta(days=30), newest.published_at + MINUTE)
    vendors.at(newest.published_at - MINUTE)
    before, _ = pages_through_cache(vendors, window)
    vendors.at(newest.published_at + MINUTE)
    after, statuses = pages_through_cache(vendors, window)
    assert statuses[0] == 200
    assert sum(len(page.records) for page in after) == sum(len(page.records) for page in before) + 1
    _, statuses = pages_through_cache(vendors, window)
    assert set(statuses) == {304}


def test_a_confirmed_answer_costs_nothing(running, lake, lately):
    vendors = running(github_per_hour=10)
    _, statuses = pages_through_cache(vendors, lately(days=1))
    assert 0 < statuses.count(200) < 10
    for _ in range(3):
        _, statuses = pages_through_cache(vendors, lately(days=1))
        assert set(statuses) == {304}


def test_a_cache_keeps_no_secret(vendors, lake, lately):
    pages_through_cache(vendors, lately(days=1))
    keys = lake.keys("cache/github/")
    assert keys
    for key in keys:
        kept = lake.client.get_object(Bucket=lake.bucket, Key=key)
        assert vendors.credentials.github_token not in str(kept["Metadata"])
        assert vendors.credentials.github_token.encode() not in kept["Body"].read()

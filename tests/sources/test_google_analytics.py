"""Google Analytics: tokens, pages, quotas and the doubts that reports have about themselves."""

import time
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from bellwether.hooks.errors import ApiError, BadConnection, NotAuthorized, QuotaExhausted
from bellwether.hooks.service_account import ServiceAccountToken
from bellwether.window import Window
from sandbox.credentials import Credentials

BERLIN, NEW_YORK = "250000001", "250000002"
DAY = Window(datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC))
NOTHING_YET = Window(datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 6, 2, tzinfo=UTC))
SCOPE = "https://www.googleapis.com/auth/analytics.readonly"


def of_the_world(vendors, window, divisor=1, threshold=1):
    """What a property has counted in a window that is settled, by minute."""
    minutes = vendors.world.traffic(window.start, window.end)
    counted = {minute.at: tuple(count // divisor for count in minute[1:]) for minute in minutes}
    return {at: counts for at, counts in counted.items() if counts[0] >= threshold}


def figures(records):
    names = ("activeUsers", "newUsers", "totalUsers", "sessions", "screenPageViews", "eventCount")
    return {datetime.fromisoformat(record["at"]): tuple(int(record[name]) for name in names) for record in records}


def exchanges(vendors):
    return len(vendors.asked("google_analytics", "/token"))


def test_a_settled_day_is_the_worlds(vendors):
    hook = vendors.hook("google_analytics")
    records = vendors.read(hook, "traffic", BERLIN, DAY)
    assert len(records) > 1_000
    assert figures(records) == of_the_world(vendors, DAY)


def test_pages_follow_each_other_in_order_to_the_last_row(running):
    vendors = running(google_page=500)
    hook = vendors.hook("google_analytics")
    pages = vendors.pages(hook, "traffic", BERLIN, DAY)
    assert len(pages) > 3
    times = [record["at"] for record in vendors.read(hook, "traffic", BERLIN, DAY)]
    assert times == sorted(set(times))
    assert len(times) == len(of_the_world(vendors, DAY))


def test_one_token_serves_all_requests(vendors):
    hook = vendors.hook("google_analytics")
    for number in (BERLIN, NEW_YORK, BERLIN):
        assert vendors.read(hook, "traffic", number, DAY)
    assert exchanges(vendors) == 1


def test_the_time_zone_is_asked_for_once_a_property(vendors):
    hook = vendors.hook("google_analytics")
    for _ in range(3):
        assert vendors.read(hook, "traffic", BERLIN, DAY)
    assert len(vendors.asked("google_analytics", ":runReport")) == 1 + 3


def test_an_expired_token_is_changed_for_a_fresh_one_once(vendors):
    hook = vendors.hook("google_analytics")
    assert vendors.read(hook, "traffic", BERLIN, DAY)
    vendors.misbehave("google_analytics", "expired_token", path=":runReport")
    assert vendors.read(hook, "traffic", BERLIN, DAY)
    assert exchanges(vendors) == 2


def test_a_token_that_is_never_good_is_refreshed_once(vendors, the_error):
    hook = vendors.hook("google_analytics")
    vendors.misbehave("google_analytics", "expired_token", path=":runReport", count=100)
    error = the_error(hook, "traffic", BERLIN, DAY)
    assert isinstance(error, NotAuthorized)
    assert exchanges(vendors) == 2
    assert len(vendors.asked("google_analytics", ":runReport")) == 2


def test_the_assertion_is_signed_and_short_lived(vendors):
    service = vendors.hook("google_analytics").service
    account = vendors.credentials.at(vendors.root).service_account
    assertion = ServiceAccountToken(service, SCOPE)._assertion(account)
    key = serialization.load_pem_private_key(account["private_key"].encode(), None).public_key()
    claims = jwt.decode(assertion, key, algorithms=["RS256"], audience=account["token_uri"])
    assert claims["iss"] == account["client_email"]
    assert claims["scope"] == SCOPE
    assert 0 < claims["exp"] - claims["iat"] <= 3600
    assert abs(claims["iat"] - time.time()) < 60


def test_a_misspelt_scope_is_turned_down_although_the_answer_is_200(vendors):
    hook = vendors.hook("google_analytics")
    with pytest.raises(NotAuthorized, match=r"'google_analytics': the token exchange for .* was turned down"):
        ServiceAccountToken(hook.service, SCOPE.replace("readonly", "readonyl")).get(hook.session())


def test_a_foreign_key_is_turned_down_with_googles_words(vendors, the_error):
    foreign = Credentials.create(vendors.root).service_account
    hook = vendors.hook("google_analytics", keyfile_dict=foreign)
    error = the_error(hook, "traffic", BERLIN, DAY)
    assert isinstance(error, NotAuthorized)
    assert "Invalid JWT Signature" in str(error)
    assert exchanges(vendors) == 1


@pytest.mark.parametrize("wrong", ["no key", "", None])
def test_a_key_that_is_none_is_told_without_showing_it(vendors, the_error, wrong):
    account = vendors.credentials.at(vendors.root).service_account | {"private_key": wrong}
    error = the_error(vendors.hook("google_analytics", keyfile_dict=account), "traffic", BERLIN, DAY)
    assert isinstance(error, BadConnection)
    assert "keyfile_dict" in str(error)
    assert "no key'" not in str(error)


@pytest.mark.parametrize("kind", ["500", "502", "html", "garbage", "cut", "429"])
def test_a_passing_fault_of_the_token_endpoint_is_tried_again(vendors, kind):
    hook = vendors.hook("google_analytics")
    vendors.misbehave("google_analytics", kind, path="/token")
    assert vendors.read(hook, "traffic", BERLIN, DAY)
    assert exchanges(vendors) == 2


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [pytest.param("429", "30 s", id="too many at once"), pytest.param("quota", "1,800 s", id="an hour's tokens")],
)
def test_a_quota_beyond_patience_says_how_long(vendors, the_error, kind, seconds):
    hook = vendors.hook("google_analytics", patience_seconds=20)
    vendors.misbehave("google_analytics", kind, path=":runReport")
    error = the_error(hook, "traffic", BERLIN, DAY)
    assert isinstance(error, QuotaExhausted)
    assert f"wait {seconds}" in str(error)
    assert "Exhausted" in str(error)


def test_the_propertys_own_tokens_run_out(running, the_error):
    vendors = running(google_tokens_per_hour=2)
    hook = vendors.hook("google_analytics")
    assert vendors.read(hook, "traffic", BERLIN, DAY)
    error = the_error(hook, "traffic", BERLIN, DAY)
    assert isinstance(error, QuotaExhausted)
    assert "Exhausted property tokens per hour" in str(error)


def test_an_empty_report_is_nothing(vendors):
    (page,) = vendors.pages(vendors.hook("google_analytics"), "traffic", BERLIN, NOTHING_YET)
    assert page.records == []
    assert page.flags == frozenset()
    assert page.not_seen == ()


def test_a_thresholded_report_says_so(vendors):
    pages = vendors.pages(vendors.hook("google_analytics"), "traffic", NEW_YORK, DAY)
    assert {flag for page in pages for flag in page.flags} == {"thresholded"}
    records = vendors.read(vendors.hook("google_analytics"), "traffic", NEW_YORK, DAY)
    assert figures(records) == of_the_world(vendors, DAY, divisor=2, threshold=3)


def test_rows_thrown_together_are_left_out_and_told(running):
    vendors = running(google_cardinality=1000)
    pages = vendors.pages(vendors.hook("google_analytics"), "traffic", BERLIN, DAY)
    assert {flag for page in pages for flag in page.flags} == {"other_row"}
    count = sum(len(page.records) for page in pages)
    assert 0 < count < len(of_the_world(vendors, DAY))
    assert not any(b"(other)" in record for page in pages for record in page.records)


def test_a_sampled_report_says_so(running):
    vendors = running(google_sampling_events=1000)
    pages = vendors.pages(vendors.hook("google_analytics"), "traffic", BERLIN, DAY)
    assert {flag for page in pages for flag in page.flags} == {"sampled"}


def test_the_last_half_hour_is_told_by_its_minutes(vendors):
    now = vendors.world.clock.now()
    this = now.replace(second=0)
    window = Window(this - timedelta(minutes=29), this)
    records = vendors.read(vendors.hook("google_analytics"), "realtime", BERLIN, window)
    world = of_the_world(vendors, window)
    told = {
        datetime.fromisoformat(record["at"]): (int(record["activeUsers"]), int(record["eventCount"]))
        for record in records
    }
    assert len(told) > 10
    assert told == {at: (counts[0], counts[-1]) for at, counts in world.items()}


def test_a_foreign_property_is_refused_at_once(vendors, the_error):
    hook = vendors.hook("google_analytics", properties=["111"])
    error = the_error(hook, "traffic", "111", DAY)
    assert error.status == 403
    assert "sufficient permissions" in str(error)
    assert len(vendors.asked("google_analytics", ":runReport")) == 1


def test_a_property_that_is_no_number_is_refused_at_once(vendors, the_error):
    error = the_error(vendors.hook("google_analytics"), "traffic", "G-ABC123", DAY)
    assert error.status == 400
    assert "numeric Property ID" in str(error)


def test_an_error_without_words_of_its_own_is_still_an_api_error(vendors, the_error):
    vendors.misbehave("google_analytics", "gone", path=":runReport", count=10)
    error = the_error(vendors.hook("google_analytics"), "traffic", BERLIN, DAY)
    assert isinstance(error, ApiError)
    assert "text/html" in str(error)

"""What every source keeps to by being there: pages to the end, never in a circle, the same again."""

from datetime import timedelta

import pytest

from bellwether.hooks.errors import ApiError
from bellwether.hooks.paginators import SinglePage
from bellwether.sources import source_names, source_of

OURS = ("github", "google_analytics", "postman", "statuscake")
STREAMS = [
    pytest.param(source, stream, id=f"{source}-{stream.name}")
    for source in source_names()
    for stream in source_of(source).streams
]
LISTS = [
    pytest.param(source, source_of(source).listing[0], id=f"{source}-listing")
    for source in source_names()
    if source_of(source).listing and source_of(source).listing[0] not in source_of(source).streams
]
PAGED = [each for each in STREAMS + LISTS if not isinstance(each.values[1].paginator, SinglePage)]
LONGEST = timedelta(days=84)


def lines(pages):
    return [record for page in pages for record in page.records]


def a_subject(hook, stream):
    return hook.subjects(stream)[0]


def test_the_sources_are_found():
    assert set(OURS) <= set(source_names())
    assert len(STREAMS) >= 13
    assert {each.values[0] for each in PAGED} >= set(OURS)


@pytest.mark.parametrize(("source", "stream"), STREAMS)
def test_a_long_window_brings_what_its_parts_bring(vendors, lately, source, stream):
    hook = vendors.hook(source)
    subject = a_subject(hook, stream)
    window = lately(hours=min(3 * stream.slice, LONGEST) / timedelta(hours=1))
    whole = lines(hook.read(stream, subject, window))
    parts = [
        record
        for part in window.slices((window.end - window.start) / 2)
        for record in lines(hook.read(stream, subject, part))
    ]
    assert whole
    assert set(whole) == set(parts)
    assert len(whole) == len(set(whole))


@pytest.mark.parametrize(("source", "stream"), STREAMS)
def test_a_second_reading_brings_the_same(vendors, lately, source, stream):
    first, second = vendors.hook(source), vendors.hook(source)
    subject = a_subject(first, stream)
    found = lines(first.read(stream, subject, lately(days=6)))
    assert found
    assert found == lines(second.read(stream, subject, lately(days=6)))


@pytest.mark.parametrize(("source", "stream"), PAGED)
def test_a_page_that_repeats_stops_with_an_error(vendors, lately, source, stream):
    hook = vendors.hook(source)
    subject = a_subject(hook, stream) if stream in hook.source.streams else "account"
    vendors.forget()
    vendors.misbehave(source, "repeat_page", count=10_000)
    with pytest.raises(ApiError, match=f"'{source}': .* hands out the same page again"):
        list(hook.read(stream, subject, lately(hours=min(6 * stream.slice, LONGEST) / timedelta(hours=1))))
    assert len(vendors.asked(source)) < 50


@pytest.mark.parametrize(("source", "stream"), STREAMS)
def test_every_page_tells_whose_it_is_and_when_the_vendor_said_so(vendors, lately, source, stream):
    hook = vendors.hook(source)
    subject = a_subject(hook, stream)
    pages = list(hook.read(stream, subject, lately(days=2)))
    assert pages
    assert {page.reading.subject for page in pages} == {subject}
    assert {page.reading.observed_at for page in pages} == {vendors.world.clock.now()}


@pytest.mark.parametrize("source", source_names())
def test_no_source_changes_anything_at_its_vendor(vendors, lately, source):
    hook = vendors.hook(source)
    for stream in hook.source.streams:
        list(hook.read(stream, a_subject(hook, stream), lately(hours=6)))
    allowed = {("POST", "/google_analytics/token")}
    changing = {
        (one["method"], one["path"])
        for one in vendors.asked(source)
        if one["method"] != "GET" and not one["path"].endswith(("Report", "Reports"))
    }
    assert vendors.asked(source)
    assert changing <= allowed

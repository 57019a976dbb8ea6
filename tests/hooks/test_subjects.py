"""What a stream is read for, and how it is asked for, as the stream declares it."""

import json
from dataclasses import replace

import pytest

from tests.hooks.conftest import DAY, EXAMPLE, THINGS, ExampleHook


def as_the_connection_has_it(service):
    return [f"{place} of {service.conn_id}" for place in service.watched("places")]


def by_number(subject):
    return {"number": len(subject), "limit": 3}


PLACED = replace(THINGS, named_by=as_the_connection_has_it, subject_params=by_number)


class ListingHook(ExampleHook):
    """Can ask the vendor for all there is."""

    source = replace(EXAMPLE, listing=(replace(THINGS, cursor=None), "id"))


@pytest.fixture
def placed_hook(hook):
    hook(places=["here", "there"])
    return ExampleHook()


def test_a_stream_may_say_how_its_subjects_are_named(placed_hook):
    assert placed_hook.subjects(PLACED) == placed_hook.named_subjects(PLACED) == ["here of example", "there of example"]
    assert placed_hook.subjects(THINGS) == ["here", "there"]


def test_the_vendor_is_not_asked_for_all_there_is_where_they_are_named(service, hook):
    hook(places=None)
    everything = replace(PLACED, named_by=lambda service: ["all that we know"])
    assert ListingHook().subjects(everything) == ["all that we know"]
    assert not service.seen
    assert ListingHook().subjects(THINGS) == ["1"]


def test_a_subject_may_be_asked_for_by_parameters(service, placed_hook):
    list(placed_hook.read(PLACED, "nowhere", DAY))
    (seen,) = service.seen
    assert dict(seen.query) == {"limit": "3", "number": "7"}


def test_in_the_body_where_that_is_what_asks(service, placed_hook):
    posted = replace(PLACED, method="POST", window_params=lambda window: {"since": f"{window.start:%d}"})
    list(placed_hook.read(posted, "here", DAY))
    (seen,) = service.seen
    assert json.loads(seen.body) == {"limit": 3, "since": "01", "number": 4}

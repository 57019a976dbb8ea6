"""How pages follow each other, and what is said of answers that make no sense."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bellwether.hooks.errors import ApiError
from bellwether.window import Window, whole_second
from tests.hooks.conftest import DAY, THINGS


def page(*numbers, **envelope):
    data = [{"id": number, "at": f"2026-11-01T00:00:{number:02d}Z"} for number in numbers]
    return {"body": json.dumps({"data": data, **envelope}).encode()}


def numbers(records):
    return [json.loads(record)["id"] for record in records]


def test_pages_are_read_to_the_last(service, read):
    service.answers(page(1, 2, next="/2"), page(3, next="/3"), page(next="/4"), page(4, 5))
    assert numbers(read()) == [1, 2, 3, 4, 5]
    assert [seen.path for seen in service.seen] == ["/things/here", "/2", "/3", "/4"]


def test_records_stay_as_the_vendor_wrote_them(service, read):
    line = b'{ "at":"2026-11-01T00:00:01Z",  "id": 1,"new":{"a":[1.50, null]}}'
    service.answers({"body": b'{"data":[' + line + b"]}"})
    assert read() == [line]


def test_a_record_over_several_lines_becomes_one(service, read):
    service.answers({"body": b'{"data": [\n  {\n    "id": 1,\r\n    "at": "2026-11-01T00:00:01Z"\n  }\n]}'})
    assert read() == [b'{"id":1,"at":"2026-11-01T00:00:01Z"}']


def test_a_page_that_repeats_ends_the_reading_with_an_error(service, read):
    service.answers(page(1, 2, next="/2"), page(3, 4, next="/3"))
    with pytest.raises(ApiError, match=r"'example': GET /3 hands out the same page again"):
        read()
    assert len(service.seen) == 3


def test_an_empty_page_that_points_to_itself_ends_the_reading(service, read):
    service.answers(page(1, next="/2"), page(next="/2"))
    with pytest.raises(ApiError, match="same page again"):
        read()
    assert len(service.seen) == 3


@pytest.mark.parametrize("body", [b'{"data": []}', b'\xef\xbb\xbf{"data": []}'])
def test_an_empty_list_is_no_error(service, read, body):
    service.answers({"body": body})
    assert read() == []


@pytest.mark.parametrize(
    "body",
    [
        b"{}", b'{"data": null}', b'{"data": {}}', b'{"error": {"message": "down"}}', b'{"message": "Maintenance"}',
        b'{"items": []}', b'{"data": [1, 2, {"id": 1}]}',
    ],
)  # fmt: skip
def test_an_answer_without_the_list_is_no_empty_list(service, read, body):
    service.answers({"body": body})
    with pytest.raises(ApiError, match="'example': an answer about things of 'here' is not built as documented"):
        read()


@pytest.mark.parametrize("body", [b"", b" \r\n", b"\xef\xbb\xbf"])
def test_an_empty_body_is_asked_for_again_and_then_an_error(service, read, body):
    service.answers({"body": body})
    with pytest.raises(ApiError, match="'example': GET /things/here failed: the answer is no JSON"):
        read()
    assert len(service.seen) == 5


def read_as(hook, **declared):
    stream = replace(THINGS, **declared)
    return [record for page in hook().read(stream, "here", DAY) for record in page.records]


def test_no_content_is_nothing_where_the_vendor_says_it_so(service, hook, read):
    service.answers({"status": 204, "body": b""})
    assert read_as(hook, may_be_204=True) == []
    with pytest.raises(ApiError, match="not built as documented"):
        read()


def test_a_list_that_may_be_left_out_is_known_by_something_else(service, hook):
    service.answers({"body": b'{"kind": "things"}'})
    assert read_as(hook, known_by="kind") == []
    service.answers({"body": b'{"message": "down"}'})
    with pytest.raises(ApiError, match=r"nothing at `\$.kind`"):
        read_as(hook, known_by="kind")


@pytest.mark.parametrize("body", [b"{}", b'{"data": []}', b'{"data": [{"id": 1}]}', b'{"data": null}'])
def test_an_object_is_not_a_list(service, hook, body):
    service.answers({"body": body})
    with pytest.raises(ApiError, match="not built as documented"):
        read_as(hook, is_list=False)


DEEP = b"[" * 1_100 + b"]" * 1_100


@pytest.mark.parametrize("more", [b', "deep": ' + DEEP, b', "a\\"b": "[{,", "deep": {"x": [1, ' + DEEP + b"]}"])
def test_a_record_that_is_nested_too_deep_is_kept_and_the_others_too(service, read, more):
    good = b'{"id":1,"at":"2026-11-01T00:00:01Z"}'
    bad = b'{"id":2,"at":"2026-11-01T00:00:02Z"' + more + b"}"
    service.answers({"body": b'{"next": null,\n "data": [' + good + b",\n" + bad + b"]}"})
    assert read() == [good, bad]


@pytest.mark.parametrize(
    "body", [DEEP, b'{"data": ' + DEEP + b"}", b'{"next": ' + DEEP + b', "data": []}', DEEP[:1_200]]
)
def test_an_answer_that_is_nested_too_deep_is_an_error_of_its_subject(service, read, body):
    service.answers({"body": body})
    with pytest.raises(ApiError, match="'example'"):
        read()


def test_so_is_an_error_that_is_nested_too_deep(service, read):
    service.answers({"status": 404, "body": b'{"message": "gone", "more": ' + DEEP + b"}"})
    with pytest.raises(ApiError, match=r"answered 404"):
        read()


def test_pages_that_never_end_end(service, read):
    service.answers(*(page(number, next=f"/{number}") for number in range(1, 60)))
    with pytest.raises(ApiError, match=r"more than 5 pages .* 'most_pages'"):
        read(most_pages=5)
    assert len(service.seen) == 6


@pytest.mark.parametrize("subject", ["../other", "a/../b", "x?admin=1", "x#y", "a b", "a\\b", ".."])
def test_a_subject_that_is_no_part_of_a_path_is_not_asked_about(service, hook, subject):
    with pytest.raises(ApiError, match="cannot be asked about"):
        list(hook().read(THINGS, subject, DAY))
    assert service.seen == []


def test_a_list_that_moves_is_read_until_nothing_new_turns_up(service, hook):
    # Number 1 is deleted after the first page was read: 3 moves onto it.
    service.answers(
        page(1, 2, next="/2"), page(4, 5), page(2, 3, next="/2"), page(4, 5), page(2, 3, next="/2"), page(4, 5)
    )
    assert numbers(read_as(hook, moves=True)) == [1, 2, 4, 5, 3]
    assert len(service.seen) == 6


def test_a_list_of_one_page_is_read_once(service, hook):
    service.answers(page(1, 2))
    assert numbers(read_as(hook, moves=True)) == [1, 2]
    assert len(service.seen) == 1


def test_a_list_that_changes_all_the_time_is_given_up(service, hook):
    service.answers(*(page(number, next="/2" if number % 2 else None) for number in range(1, 59)))
    with pytest.raises(ApiError, match="changes faster than it can be read"):
        read_as(hook, moves=True)


def test_what_a_vendor_no_longer_keeps_is_not_seen(service, hook):
    service.answers(page(1))
    now = datetime.now(UTC)
    window = Window(now - timedelta(days=3), now)
    (seen,) = hook().read(replace(THINGS, live=timedelta(hours=1), cursor=None), "here", window)
    (not_seen,) = seen.not_seen
    assert seen.flags == {"not_seen"}
    assert (not_seen.start, not_seen.end) == (window.start, whole_second(seen.reading.observed_at - timedelta(hours=1)))


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'"fine"',
        b"7",
        b'{"data": "none"}',
        b'{"data": 7}',
        b'{"data": [], "next": 5}',
        b'{"data": [], "next": ["/2"]}',
    ],
)
def test_an_answer_of_another_shape_is_an_error_with_a_name(service, read, body):
    service.answers({"body": body})
    with pytest.raises(ApiError, match="'example': an answer about things of 'here' is not built as documented"):
        read()


def test_records_outside_the_window_are_left_out(service, read):
    times = ["2026-10-31T23:59:59Z", "2026-11-01T00:00:00Z", "2026-11-01T23:59:59.999Z", "2026-11-02T00:00:00Z"]
    data = [{"id": number, "at": at} for number, at in enumerate(times)]
    service.answers({"body": json.dumps({"data": data}).encode()})
    assert numbers(read()) == [1, 2]


def test_another_offset_is_another_time(service, read):
    data = [{"id": 1, "at": "2026-11-02T01:30:00+02:00"}, {"id": 2, "at": "2026-10-31T23:30:00-01:00"}]
    service.answers({"body": json.dumps({"data": data}).encode()})
    assert numbers(read()) == [1, 2]


@pytest.mark.parametrize("at", ['"soon"', '{"on":"Monday"}', '"2026-11-01T00:00:00"', "1e300", "1e18", "-1e18", "true"])
def test_a_time_nobody_can_read_is_kept_for_staging_to_reject(service, read, at):
    line = b'{"id":1,"at":' + at.encode() + b"}"
    service.answers({"body": b'{"data":[' + line + b"]}"})
    assert read() == [line]


NO_TIME = [b'{"id":1,"at":null}', b'{"id":2}']


def test_what_lacks_a_time_that_the_table_requires_is_kept_for_staging_to_reject(service, read):
    service.answers({"body": b'{"data":[' + b",".join(NO_TIME) + b"]}"})
    assert read() == NO_TIME


def test_what_has_no_time_where_it_need_not_have_one_is_left_out(service, hook):
    service.answers({"body": b'{"data":[' + b",".join(NO_TIME) + b"]}"})
    assert read_as(hook, columns=THINGS.columns[:1]) == []


@pytest.mark.parametrize("draft", [b"true", b"false", b"null", b'"yes"'])
def test_what_is_no_fact_yet_is_skipped(service, hook, draft):
    line = b'{"id":1,"at":null,"draft":' + draft + b"}"
    service.answers({"body": b'{"data":[' + line + b"]}"})
    assert read_as(hook, skip_if="draft") == ([] if draft == b"true" else [line])

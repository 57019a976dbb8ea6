"""How pages follow each other, and what is said of answers that make no sense."""

import json

import pytest

from bellwether.hooks.errors import ApiError


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


@pytest.mark.parametrize("body", [b"{}", b'{"data": null}', b'{"data": []}'])
def test_nothing_is_no_error(service, read, body):
    service.answers({"body": body})
    assert read() == []


def test_no_content_is_nothing(service, read):
    service.answers({"status": 204, "body": b""})
    assert read() == []


def test_an_empty_answer_that_is_not_said_to_be_one_is_an_error(service, read):
    service.answers({"body": b""})
    with pytest.raises(ApiError, match="not built as documented"):
        read()


@pytest.mark.parametrize(
    "body",
    [b"[]", b'"fine"', b"7", b'{"data": "none"}', b'{"data": 7}', b'{"data": [], "next": 5}'],
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


@pytest.mark.parametrize("at", ['"soon"', '{"on":"Monday"}', '"2026-11-01T00:00:00"', "1e300", "true"])
def test_a_time_nobody_can_read_is_kept_for_staging_to_reject(service, read, at):
    line = b'{"id":1,"at":' + at.encode() + b"}"
    service.answers({"body": b'{"data":[' + line + b"]}"})
    assert read() == [line]


def test_what_has_no_time_yet_is_left_out(service, read):
    service.answers({"body": b'{"data":[{"id":1,"at":null},{"id":2}]}'})
    assert read() == []

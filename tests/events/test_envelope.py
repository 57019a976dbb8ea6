"""The lines that the collector writes and job 1 reads."""

import msgspec
import pytest

from bellwether.events.envelope import Line, Refused, decode_lines

REQUEST = {
    "received_at": "2026-11-20T12:03:30.000000Z",
    "tracking": "acme",
    "instance": "inst-1",
    "agent": "",
    "request": "r1",
}
EVENT = b'{"meta":{"id":"A","type":"t","timestamp":1},"odd":[1,{"a":null}]}'


def test_a_line_keeps_the_event_as_sent_and_leaves_out_what_is_usual():
    line = Line(**REQUEST, offset=3, event=msgspec.Raw(EVENT))
    written = msgspec.json.encode(line)
    assert msgspec.json.decode(written) == {**REQUEST, "offset": 3, "event": msgspec.json.decode(EVENT)}
    [read] = decode_lines(written + b"\n")
    assert bytes(read.event) == EVENT
    assert (read.sent_at, read.attempt, read.over_quota) == (None, None, False)


def test_lines_of_two_requests_come_back_in_order():
    lines = [
        Line(**REQUEST, offset=offset, event=msgspec.Raw(EVENT), over_quota=offset == 1, sent_at=5, attempt=2)
        for offset in range(3)
    ]
    assert decode_lines(b"".join(msgspec.json.encode(line) + b"\n" for line in lines)) == lines


def test_a_torn_line_is_an_error_and_never_an_event():
    whole = msgspec.json.encode(Line(**REQUEST, offset=0, event=msgspec.Raw(EVENT)))
    with pytest.raises(msgspec.DecodeError):
        decode_lines(whole + b"\n" + whole[:-5])


def test_a_refused_event_need_not_be_json():
    refused = Refused(**REQUEST, offset=0, code=400, reason="not JSON", event='{"a": NaN}')
    assert msgspec.json.decode(msgspec.json.encode(refused), type=Refused) == refused

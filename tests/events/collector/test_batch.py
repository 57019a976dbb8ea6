"""Bodies as lines and answers: what is hostile, broken or strange about an event stays its own affair."""

import json

import msgspec
import pytest

from bellwether.events.collector.batch import NotAnArray, read
from bellwether.events.envelope import Refused, Request, decode_lines

REQUEST = Request(received_at="2026-11-20T12:03:30.000000Z", tracking="acme", instance="i", agent="", request="r")
GOOD = b'{"meta":{"id":"good","type":"t","timestamp":1}}'


def event(meta=b'"id":"x","type":"t","timestamp":1', data=b"null"):
    return b'{"meta":{%s},"data":%s}' % (meta, data)


def around(poison):
    return read(b"[" + GOOD + b"," + poison + b" , " + GOOD + b"]", REQUEST)


@pytest.mark.parametrize(
    ("poison", "code"),
    [
        pytest.param(event(data=b"NaN"), 400, id="NaN"),
        pytest.param(event(data=b"[Infinity]"), 400, id="infinity"),
        pytest.param(event(data=b"[" * 60_000 + b"]" * 60_000), 413, id="large and deep"),
        pytest.param(event(data=b"[" * 5_000 + b"]" * 5_000), 400, id="deep"),
        pytest.param(event(data=b'{"a":' * 100 + b"1" + b"}" * 100), 400, id="a level too deep"),
        pytest.param(event(data=rb'"\ud800"'), 400, id="half a surrogate pair"),
        pytest.param(event(data=b'"a\tb"'), 400, id="control character"),
        pytest.param(event(data=b"01"), 400, id="odd number"),
        pytest.param(b"tru", 400, id="half a word"),
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"[1]", 400, id="array"),
        pytest.param(b"null", 400, id="null"),
        pytest.param(b"5", 400, id="number"),
        pytest.param(b"{}", 400, id="no meta"),
        pytest.param(b'{"meta":[]}', 400, id="meta no object"),
        pytest.param(event(b'"type":"t","timestamp":1'), 400, id="no id"),
        pytest.param(event(b'"id":"","type":"t","timestamp":1'), 400, id="empty id"),
        pytest.param(event(b'"id":"%s","type":"t","timestamp":1' % (b"x" * 65)), 400, id="long id"),
        pytest.param(event(b'"id":7,"type":"t","timestamp":1'), 400, id="id no text"),
        pytest.param(event(b'"id":"x","timestamp":1'), 400, id="no type"),
        pytest.param(event(b'"id":"x","type":"%s","timestamp":1' % (b"x" * 129)), 400, id="long type"),
        pytest.param(event(b'"id":"x","type":"t"'), 400, id="no time"),
        pytest.param(event(b'"id":"x","type":"t","timestamp":-1'), 400, id="time below 0"),
        pytest.param(event(b'"id":"x","type":"t","timestamp":1.5'), 400, id="time no integer"),
        pytest.param(event(b'"id":"x","type":"t","timestamp":"1"'), 400, id="time a text"),
        pytest.param(event(b'"id":"x","type":"t","timestamp":%s' % (b"9" * 400)), 400, id="time endless"),
        pytest.param(event(data=b'"%s"' % (b"x" * 65_536)), 413, id="large"),
    ],
)
def test_a_bad_event_is_refused_alone(poison, code):
    batch = around(poison)
    assert [bytes(line.event) for line in decode_lines(batch.lines)] == [GOOD, GOOD]
    [refused] = msgspec.json.Decoder(Refused).decode_lines(batch.refused)
    assert (refused.offset, refused.code, refused.event.encode()) == (1, code, poison)
    answer = json.loads(batch.answer)
    assert answer["eventsAccepted"] == answer["eventError"]["eventOffset"] == 1
    assert answer["eventError"]["errorCode"] == code
    assert len(answer["eventError"]["errorMessage"]) < 200


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(event(data=b'{"a":' * 98 + b"1" + b"}" * 98), id="nearly too deep"),
        pytest.param(event(data=b"[%s]" % b",".join([b"[]"] * 5000)), id="wide"),
        pytest.param(event(data=b'"%s"' % (b"[" * 5000)), id="brackets in a text"),
        pytest.param(event(data=b'"%s"' % (rb"\"[" * 500)), id="quotes and brackets in a text"),
        pytest.param(event(b'"id":"x","type":"never heard of","timestamp":0'), id="unknown type, 1970"),
        pytest.param(event(b'"id":"x","type":"%s","timestamp":1' % (b"t" * 128)), id="long type"),
        pytest.param(event(b'"id":"x","type":"t","timestamp":9223372036854775807'), id="far future"),
        pytest.param(event(b'"id":"X\\u00e9","type":"t","timestamp":1,"more":{}'), id="more keys"),
        pytest.param(event(data=b"[1,null]"), id="data a list"),
        pytest.param(event(data=b"1e999"), id="huge number"),
        pytest.param(b'{"meta":{"id":"x","type":"t","timestamp":1}}', id="no data"),
    ],
)
def test_a_strange_event_is_kept_as_it_is(strange):
    batch = around(strange)
    assert [bytes(line.event) for line in decode_lines(batch.lines)] == [GOOD, strange, GOOD]
    assert not batch.refused
    assert json.loads(batch.answer) == {"eventsAccepted": 3, "eventError": None}


def test_an_event_on_several_lines_is_stored_on_one():
    batch = around(b'{\r\n "meta": {"id": "a\\nb", "type": "t",\n"timestamp": 1}}')
    assert batch.lines.count(b"\n") == 3
    assert msgspec.json.decode(decode_lines(batch.lines)[1].event)["meta"]["id"] == "a\nb"


def test_bytes_that_are_not_utf_8_are_replaced():
    batch = around(event(data=b'"caf\xe9"'))
    assert msgspec.json.decode(decode_lines(batch.lines)[1].event)["data"] == "caf\ufffd"


def test_an_event_beyond_the_quota_is_marked():
    assert [line.over_quota for line in decode_lines(read(b"[%s]" % GOOD, REQUEST, over_quota=True).lines)] == [True]


def test_a_comma_too_many_is_an_event_too_many():
    batch = read(b"[%s,]" % GOOD, REQUEST)
    assert batch.accepted == 1
    assert [fault.code for fault in batch.faults] == [400]


@pytest.mark.parametrize("body", [b"[" * 50_000, b'["' + b"[" * 1000, b"[]" * 1000, b'[{"a":}'])
def test_a_body_without_an_end_is_no_array(body):
    with pytest.raises(NotAnArray):
        read(body, REQUEST)

"""Amazon Data Firehose takes the events (moto's service on a socket), and what it refuses is sent again."""

import gzip
import json

import boto3
import pytest
from moto.server import ThreadedMotoServer

from bellwether.events.collector.direct import Direct
from bellwether.events.collector.firehose import ATTEMPTS, CALL_BYTES, Firehose, NotTaken
from bellwether.events.collector.sink import Part
from bellwether.events.envelope import RAW, REJECTED
from local.services.ports import free_port

KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "eu-central-1"}


@pytest.fixture(scope="module")
def moto():
    server = ThreadedMotoServer("127.0.0.1", free_port(), verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server._port}"
    server.stop()


class Stream:
    """A delivery stream to a bucket, and its answers: the first `refusing` calls refuse every third record."""

    def __init__(self, url):
        self.s3 = boto3.client("s3", endpoint_url=url, **KEYS)
        self.client = boto3.client("firehose", endpoint_url=url, **KEYS)
        self.s3.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        to = {"RoleARN": "arn:aws:iam::123456789012:role/x", "BucketARN": "arn:aws:s3:::lake"}
        self.client.create_delivery_stream(DeliveryStreamName="events", ExtendedS3DestinationConfiguration=to)
        self.calls, self.refusing, self.waits, self.objects = [], 0, [], {}
        self.client.meta.events.register("provide-client-params.firehose.PutRecordBatch", self._asked)
        self.client.meta.events.register("after-call.firehose.PutRecordBatch", self._answered)
        self.sink = Firehose(self.client, "events", Direct("c", self.objects.__setitem__), sleep=self.waits.append)

    def _asked(self, params, **_):
        """Keep from the service what it will be said to have refused."""
        self.calls.append([record["Data"] for record in params["Records"]])
        if len(self.calls) <= self.refusing:
            return {**params, "Records": [r for at, r in enumerate(params["Records"]) if at % 3] or params["Records"]}
        return None

    def _answered(self, parsed, **_):
        if len(self.calls) <= self.refusing:
            count = len(self.calls[-1])
            failed = {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."}
            parsed["RequestResponses"] = [{"RecordId": "1"} if at % 3 else failed for at in range(count)]
            parsed["FailedPutCount"] = len(range(0, count, 3))

    def lines(self):
        keys = [each["Key"] for each in self.s3.list_objects_v2(Bucket="lake").get("Contents", [])]
        bodies = [self.s3.get_object(Bucket="lake", Key=key)["Body"].read() for key in keys]
        for key in keys:
            self.s3.delete_object(Bucket="lake", Key=key)
        return [json.loads(line) for body in bodies for line in body.splitlines()]


@pytest.fixture(scope="module")
def one_stream(moto):
    return Stream(moto)


@pytest.fixture
def stream(one_stream):
    one_stream.calls, one_stream.refusing = [], 0
    one_stream.waits.clear()
    return one_stream


def parts(count, size=10):
    return [Part(RAW, 1, json.dumps([number, "x" * size]).encode() + b"\n") for number in range(count)]


def test_lines_share_records_and_arrive_whole(stream):
    stream.sink.write([*parts(1000), Part(REJECTED, 1, b"refused\n")])
    assert sorted(line[0] for line in stream.lines()) == list(range(1000))
    assert len(stream.calls) == 1
    assert len(stream.calls[0]) < 10
    assert [gzip.decompress(body) for body in stream.objects.values()] == [b"refused\n"]


def test_calls_hold_500_records_and_4_mib_at_most(stream):
    stream.sink.write(parts(1201, size=5_000))
    assert [len(call) for call in stream.calls] == [500, 500, 201]
    stream.calls.clear()
    stream.sink.write(parts(200, size=60_000))
    assert all(sum(map(len, call)) <= CALL_BYTES for call in stream.calls)
    assert len(stream.calls) > 2
    assert len(stream.lines()) == 1401


def test_refused_records_alone_are_sent_again(stream):
    stream.refusing = 2
    stream.sink.write(parts(9, size=5_000))
    assert [len(call) for call in stream.calls] == [9, 3, 1]
    assert sorted(line[0] for line in stream.lines()) == list(range(9))
    assert len(stream.waits) == 2
    assert stream.waits[0] < stream.waits[1]


def test_records_that_are_always_refused_are_an_error(stream):
    stream.refusing = 99
    with pytest.raises(NotTaken):
        stream.sink.write(parts(3, size=5_000))
    assert len(stream.calls) == ATTEMPTS
    stream.lines()

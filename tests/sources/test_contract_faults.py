"""What every source keeps to by being there, whatever its vendor does on the wire: an error, in time, and no secret."""

import json
import time
from datetime import UTC, datetime

import pytest

from bellwether.hooks.errors import ApiError
from bellwether.sources import hook_of, source_names
from bellwether.window import Window
from tests.hooks.test_endless import FLOODS, SLOW, Endless

HOUR = Window(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 20, 1, tzinfo=UTC))
QUICK = {"timeout_seconds": 0.1, "backoff_seconds": 1, "patience_seconds": 0, "requests_per_second": 10_000}


def said(body, status="200 OK", more=""):
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return lambda: iter([(head.encode() + body, 0.0)])


FAULTS = {
    "drips-headers": SLOW["headers"],
    "continues": FLOODS["continue"],
    "floods": FLOODS["headers"],
    "says-an-empty-object": said(b"{}"),
    "says-an-error-with-200": said(b'{"error": {"message": "down"}}'),
    "says-nothing": said(b""),
    "says-no-content": said(b"", "204 No Content"),
    "nests-too-deep": said(b"[" * 2_000 + b"]" * 2_000),
    "leads-elsewhere": said(b"", "302 Found", "Location: http://evil.invalid\\@127.0.0.1/\r\n"),
    "breaks-off": said(b"{", more="Transfer-Encoding: chunked\r\n"),
    "is-withheld-by-law": said(b"{}", "451 Unavailable"),
}


def read_a_little(hook):
    stream = hook.source.streams[0]
    return [list(hook.read(stream, subject, HOUR)) for subject in hook.subjects(stream)[:1]]


@pytest.mark.parametrize("source", source_names())
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_an_error_in_time_and_never_an_empty_answer(vendors, log_lines, source, fault):
    service = Endless(FAULTS[fault])
    connection = json.dumps(vendors.connection(source, **QUICK)).replace(vendors.root, service.root)
    vendors.connect(source, json.loads(connection))
    hook = hook_of(source)()
    begin = time.monotonic()
    with pytest.raises(ApiError, match=f"'{source}'") as caught:
        read_a_little(hook)
    service.stop()
    assert time.monotonic() - begin < 10
    for secret in vendors.credentials.secrets:
        assert secret not in str(caught.value) + "\n".join(log_lines)

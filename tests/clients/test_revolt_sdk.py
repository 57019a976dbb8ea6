"""Revolt's own Python SDK, as PyPI has it, sends to the collector over TLS."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime

import pytest
import trustme

from tests.clock import machine_time
from tests.events.collector.site import SECRET

PROGRAM = """
import sys
from revoltsdk import Revolt
host, secret = sys.argv[1:]
revolt = Revolt(tracking_id="acme", secret_key=secret, app_code="com.acme.app", app_version="1.2.3",
                app_instance_id="inst-1", revolt_host=host)
for number in range(3):
    revolt.send_event("task.created", {"n": number}, flush=number == 2)
"""


@pytest.fixture(autouse=True)
def same_clock() -> Iterator[None]:
    """The SDK runs in a process of its own, which has the machine's clock."""
    with machine_time():
        yield


def test_the_real_sdk_is_understood_and_its_wrong_clock_shows(new_site, tmp_path, environment_of):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    issued = authority.issue_cert("127.0.0.1", "localhost")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    issued.private_key_pem.write_to_path(str(key))
    for blob in issued.cert_chain_pems:
        blob.write_to_path(str(certificate), append=True)
    site = new_site(tls={"ssl_certfile": certificate, "ssl_keyfile": key})

    env = environment_of(SSL_CERT_FILE=str(tmp_path / "ca.pem"), TZ="America/New_York")
    words = [sys.executable, "-c", PROGRAM, f"localhost:{site.port}", SECRET]
    done = subprocess.run(words, env=env, check=True, timeout=60, capture_output=True, text=True)

    lines = site.stored()
    events = [line["event"] for line in lines]
    assert [event["meta"]["type"] for event in events] == ["system.appInstanceData"] + ["task.created"] * 3, done.stderr
    assert [event["data"]["n"] for event in events[1:]] == [0, 1, 2]
    assert {line["instance"] for line in lines} == {"inst-1"}
    assert {line["agent"] for line in lines} == {"Revolt Python SDK 1.0.1"}
    assert len({event["meta"]["id"] for event in events}) == 4
    # West of Greenwich its offset wraps around, and its time is off by what the offset should be.
    offset_minutes = events[0]["data"]["device"]["zoneOffset"] - 1440
    assert offset_minutes in (-300, -240)
    for line in lines:
        received = datetime.fromisoformat(line["received_at"]).timestamp()
        true = line["event"]["meta"]["timestamp"] / 1000 + 60 * offset_minutes
        assert -1 < received - true < 60

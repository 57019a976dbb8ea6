"""Whatever is sent, the answer has the one form that SDKs can read (schemathesis, from the protocol as OpenAPI)."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.events.collector.protocol import SCHEMA
from tests.events.collector.site import KEY, ORIGIN, SECRET

api = schemathesis.openapi.from_dict(SCHEMA)
QUICKLY = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
USUAL = {200, 400, 401, 404, 405, 413}


@api.parametrize()
@QUICKLY
def test_any_array_is_answered(site, case):
    response = case.call(base_url=site.root, auth=("acme", SECRET))
    assert response.status_code in USUAL
    if case.method != "POST" or response.status_code == 404:
        return  # a path part that holds a slash, or another method
    said = json.loads(response.content)
    assert said.keys() == {"eventsAccepted", "eventError"}
    if response.status_code == 200:
        sent = len(case.body) if isinstance(case.body, list) else 0
        assert said["eventsAccepted"] <= min(sent, 1000)
        assert (said["eventError"] is None) == (said["eventsAccepted"] == min(sent, 1000))
    else:
        assert said["eventsAccepted"] == 0


@pytest.fixture(autouse=True)
def still_well(site):
    yield
    assert site.post([], f"{site.url()}?key={KEY}", auth=None, headers={"Origin": ORIGIN}).status_code == 200

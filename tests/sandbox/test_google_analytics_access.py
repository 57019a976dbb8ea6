"""Who may ask the simulated GA4 Data API, and how it says no."""

import time

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def test_a_signed_assertion_becomes_a_bearer_token(client):
    answer = client.token()
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 3599
    assert "access_token" in answer.json()


def test_a_misspelt_scope_gives_an_identity_and_no_access(client):
    answer = client.token(scope="https://www.googleapis.com/auth/analytics.readonyl")
    assert answer.status_code == 200
    assert list(answer.json()) == ["id_token"]


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        pytest.param({"iss": "somebody@else"}, "invalid_grant", id="unknown account"),
        pytest.param({"aud": "https://oauth2.googleapis.com/other"}, "invalid_grant", id="audience"),
        pytest.param({"exp": int(time.time()) + 7200}, "invalid_grant", id="longer than an hour"),
        pytest.param({"iat": 1000, "exp": 2000}, "invalid_grant", id="expired"),
        pytest.param({"exp": None}, "invalid_grant", id="without an end"),
        pytest.param({"scope": None}, "invalid_scope", id="no scope"),
        pytest.param({"grant_type": "password"}, "unsupported_grant_type", id="grant type"),
    ],
)
def test_a_wrong_assertion_is_refused(client, claims, error):
    answer = client.token(**claims)
    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert answer.json()["error_description"]


def test_a_foreign_signature_is_refused(client):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    answer = client.token(key=pem.decode())
    assert answer.json() == {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}


def test_an_assertion_that_is_none_is_refused(client):
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "abc"}
    answer = client.session.post(f"{client.root}/google_analytics/token", data=form, timeout=60)
    assert answer.json() == {"error": "invalid_request", "error_description": "Bad Request"}


def test_missing_and_invalid_tokens_are_told_apart(client):
    url = f"{client.root}/google_analytics/v1beta/properties/250000001:runReport"
    missing = client.session.post(url, json={}, timeout=60)
    invalid = client.session.post(url, json={}, headers={"Authorization": "Bearer old"}, timeout=60)
    assert missing.status_code == invalid.status_code == 401
    assert missing.json()["error"]["details"][0]["reason"] == "CREDENTIALS_MISSING"
    assert missing.json()["error"]["details"][0]["metadata"]["method"].endswith(".RunReport")
    assert "details" not in invalid.json()["error"]
    assert 'error="invalid_token"' in invalid.headers["WWW-Authenticate"]


def test_a_foreign_property_is_forbidden(client):
    answer = client.google("runReport", of="111")
    assert answer.status_code == 403
    assert answer.json()["error"]["status"] == "PERMISSION_DENIED"


@pytest.mark.parametrize(("method", "path"), [("POST", ":runreport"), ("GET", ":runReport"), ("POST", "")])
def test_a_wrong_path_or_verb_is_a_page_of_html(client, method, path):
    url = f"{client.root}/google_analytics/v1beta/properties/250000001{path}"
    answer = client.session.request(method, url, timeout=60)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")

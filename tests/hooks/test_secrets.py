"""A vendor that echoes a secret does not get it into our errors and logs."""

import json
import re
import traceback
from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest

from bellwether.hooks.errors import ApiError, NotAuthorized
from bellwether.hooks.paginators import PageNumber
from bellwether.hooks.service_account import ServiceAccountToken
from tests.hooks.conftest import DAY, THINGS

TOKEN = "a-token-that-nobody-may-see"
ACCESS = "ya29.an-access-token-of-an-hour"


def refusal(status, words):
    return {"status": status, "body": json.dumps({"message": words}).encode()}


def all_of(error):
    return "".join(traceback.format_exception(error)) + repr(error)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
@pytest.mark.parametrize("before", ["", "x" * 270, "x" * 290])
def test_an_echoed_token_is_redacted(service, read, log_lines, status, before):
    service.answers(refusal(status, f"{before} Bearer {TOKEN} is not good"))
    with pytest.raises(ApiError) as caught:
        read(patience_seconds=0)
    text = all_of(caught.value) + "\n".join(log_lines)
    for piece in (TOKEN, TOKEN[:20]):
        assert piece not in text


FORMS = {
    "percent-encoded": lambda text: quote(text, safe=""),
    "as-a-form": lambda text: re.sub("%..", lambda found: found[0].lower(), quote_plus(text)),
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64-after-something": lambda text: b64encode(f"u:{text}:x".encode()).decode(),
    "url-safe-base64": lambda text: urlsafe_b64encode(f"me:{text}".encode()).decode().rstrip("="),
    "hexadecimal": lambda text: text.encode().hex().upper(),
    "json": lambda text: json.dumps(text),
}


@pytest.mark.parametrize("form", FORMS)
def test_an_echoed_token_is_redacted_in_every_form(service, hook, log_lines, form):
    secret = 'a+b/"c\\d~e?>token-that-nobody'
    echoed = FORMS[form](secret)
    service.answers(refusal(400, f"Not good: {echoed} it is"))
    made = hook({"password": secret})
    with pytest.raises(ApiError, match="Not good: ") as caught:
        list(made.read(THINGS, "here", DAY))
    text = all_of(caught.value) + "\n".join(log_lines)
    pieces = [echoed[at : at + 12] for at in range(4, len(echoed) - 15)]
    assert not [piece for piece in pieces if piece in text]
    assert "it is" in str(caught.value)


def test_headers_of_the_extra_are_redacted(service, read):
    service.answers(refusal(400, "X-Key: another-key-of-ours is not good"))
    with pytest.raises(ApiError, match=r"X-Key: \*\*\* is not good"):
        read(headers={"X-Key": "another-key-of-ours"})


def test_headers_of_the_extra_go_to_the_service_alone(service, token):
    service.answers({"body": json.dumps({"access_token": ACCESS, "expires_in": 3599}).encode()})
    thing, account = token(headers={"X-Key": "another-key-of-ours"})
    assert account.get(thing.session()) == ACCESS
    assert "x-key" not in service.seen[0].headers


@pytest.mark.parametrize("echoed", [TOKEN, "signed-by-the-vendor"])
def test_where_a_redirect_leads_is_not_said(service, read, log_lines, echoed):
    moved = {"status": 302, "body": b"", "headers": {"Location": f"/auth/{echoed}/x"}}
    service.answers(moved, refusal(404, "no"))
    with pytest.raises(ApiError, match="GET /things/here answered 404") as caught:
        read()
    assert echoed not in all_of(caught.value) + "\n".join(log_lines)


def test_an_answer_that_cannot_be_read_is_quoted_without_the_token(service, hook):
    service.answers({"body": json.dumps({"data": [], "n": TOKEN}).encode()})
    made = hook()
    with pytest.raises(ApiError, match="not built as documented") as caught:
        list(made.read(replace(THINGS, paginator=PageNumber("n")), "here", DAY))
    assert TOKEN not in all_of(caught.value)


def test_the_rest_of_the_message_stays(service, read):
    service.answers(refusal(403, f"The token {TOKEN} lacks\n\n the scope 'read'."))
    with pytest.raises(ApiError, match=r"403 \(The token \*\*\* lacks the scope 'read'.\)"):
        read()


def test_a_long_message_is_cut(service, read):
    service.answers(refusal(400, "word " * 1000))
    with pytest.raises(ApiError) as caught:
        read()
    assert len(str(caught.value)) < 500


def test_html_is_named_and_not_quoted(service, read):
    service.answers({"status": 400, "body": b"<html>secret</html>", "headers": {"Content-Type": "text/html; x"}})
    with pytest.raises(ApiError, match=r"400 \(no message, 19 bytes of text/html\)"):
        read()


@pytest.fixture
def keyfile(service):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {"client_email": "a@b.example", "private_key": pem.decode(), "token_uri": f"{service.root}/token"}


@pytest.fixture
def token(hook, keyfile):
    def make(**extra):
        thing = hook(keyfile_dict=keyfile, **extra)
        return thing, ServiceAccountToken(thing.service, "scope")

    return make


def test_an_access_token_is_redacted_once_it_is_known(service, token):
    service.answers({"body": json.dumps({"access_token": ACCESS, "expires_in": 3599}).encode()})
    thing, account = token()
    assert account.get(thing.session()) == ACCESS
    assert ACCESS not in thing.service.redact(f"Bearer {ACCESS} is not good")


def test_a_token_is_fetched_again_when_it_runs_out_and_not_before(service, token):
    lasting = [{"body": json.dumps({"access_token": f"{ACCESS}{n}", "expires_in": s}).encode()} for n, s in
               enumerate((3599, 59, 3599))]  # fmt: skip
    service.answers(*lasting)
    thing, account = token()
    assert [account.get(thing.session()) for _ in range(3)] == [f"{ACCESS}0"] * 3
    account.forget()
    # This one is good for less than the minute that is kept in reserve.
    assert account.get(thing.session()) == f"{ACCESS}1"
    assert account.get(thing.session()) == f"{ACCESS}2"
    assert len(service.seen) == 3


@pytest.mark.parametrize(
    "body",
    [b'{"id_token": "eyJ"}', b'{"error": "invalid_grant"}', b"{}"],
)
def test_an_answer_without_an_access_token_turns_the_key_down(service, token, body):
    service.answers({"body": body})
    thing, account = token()
    with pytest.raises(NotAuthorized, match=r"the token exchange for a@b.example was turned down"):
        account.get(thing.session())


@pytest.mark.parametrize("reply", [{"status": 503}, {"status": 429}, {"body": b"[1]"}, {"body": b"7"}, {"cut": True}])
def test_another_bad_answer_of_the_token_endpoint_may_pass(service, token, reply):
    service.answers(reply)
    thing, account = token()
    with pytest.raises(ApiError, match=r"the token exchange for a@b\.example") as caught:
        account.get(thing.session())
    assert type(caught.value) is ApiError


def test_an_echoed_private_key_is_redacted(service, token, keyfile):
    body = json.dumps({"error": "invalid_grant", "error_description": f"bad: {keyfile['private_key']}"})
    service.answers({"status": 400, "body": body.encode()})
    thing, account = token()
    with pytest.raises(NotAuthorized) as caught:
        account.get(thing.session())
    for line in keyfile["private_key"].splitlines()[1:-1]:
        assert line not in all_of(caught.value)

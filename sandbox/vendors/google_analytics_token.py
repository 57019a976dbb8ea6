"""Google's token endpoint for service accounts: a signed assertion in, an access token out (RFC 7523)."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.responses import Response

from sandbox.answers import Refused, json_answer
from sandbox.credentials import Credentials

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPES = frozenset(
    {
        "https://www.googleapis.com/auth/analytics",
        "https://www.googleapis.com/auth/analytics.readonly",
    }
)
PROJECT = "bellwether-sandbox"
TOKEN_PATH = "/google_analytics/token"
LIFETIME_SECONDS = 3_599
LONGEST_SECONDS = 3_600
SKEW_SECONDS = 300
SHORT_LIVED = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)


def token_uri(root_url: str) -> str:
    """Where the service account changes its signed assertion for an access token."""
    return f"{root_url}{TOKEN_PATH}"


def new_service_account() -> dict[str, Any]:
    """A service account with the layout of Google's key files; the address of the token endpoint is yet to come."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": secrets.token_hex(20),
        "private_key": pem.decode(),
        "client_email": f"ingest@{PROJECT}.iam.gserviceaccount.com",
        "client_id": str(10**20 + secrets.randbelow(10**20)),
        "token_uri": "",
        "universe_domain": "googleapis.com",
    }


def _public_key(private_key: str) -> rsa.RSAPublicKey:
    """What the service account's signatures are checked with."""
    public = serialization.load_pem_private_key(private_key.encode(), None).public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise TypeError("credentials.json: private_key of the service account is not an RSA key")
    return public


class Tokens:
    """The access tokens given out; they age by the machine's clock, as the assertions do."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self._public_key = _public_key(credentials.service_account["private_key"])
        self._expiry: dict[str, float] = {}

    def is_valid(self, token: str) -> bool:
        """Whether it was given out here and has not expired."""
        return self._expiry.get(token, 0.0) > time.time()

    def exchange(self, body: bytes, token_url: str) -> Response:
        """Answer a form with `grant_type` and `assertion`; `token_url` is the address it was sent to."""
        form = {name: values[0] for name, values in parse_qs(body.decode("latin-1")).items()}
        if form.get("grant_type") != GRANT_TYPE:
            return _refusal("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        try:
            claims = self._claims(form.get("assertion", ""), token_url)
        except Refused as refused:
            return refused.answer
        return self._answer(claims)

    def _claims(self, assertion: str, token_url: str) -> dict[str, Any]:
        try:
            claims = jwt.decode(assertion, options={"verify_signature": False})
        except jwt.DecodeError as error:
            raise Refused(_refusal("invalid_request", "Bad Request")) from error
        if claims.get("iss") != self.credentials.service_account["client_email"]:
            raise Refused(_refusal("invalid_grant", "Invalid grant: account not found"))
        try:
            jwt.decode(assertion, self._public_key, ["RS256"], options=_SIGNATURE_ONLY)
        except jwt.InvalidTokenError as error:
            raise Refused(_refusal("invalid_grant", "Invalid JWT Signature.")) from error
        if claims.get("aud") not in (token_url, self.credentials.service_account["token_uri"]):
            raise Refused(_refusal("invalid_grant", "Invalid JWT: Failed audience check."))
        if not _is_short_lived(claims):
            raise Refused(_refusal("invalid_grant", SHORT_LIVED))
        return claims

    def _answer(self, claims: dict[str, Any]) -> Response:
        scopes = str(claims.get("scope", "")).split()
        if not scopes:
            return _refusal("invalid_scope", "Empty or missing scope not allowed.")
        if not SCOPES & set(scopes):
            # A scope Google does not know is taken for an audience: an identity comes back, and no access.
            return json_answer({"id_token": _identity(scopes[0])})
        now = time.time()
        self._expiry = {token: expiry for token, expiry in self._expiry.items() if expiry > now}
        token = "ya29.sandbox-" + secrets.token_urlsafe(32)
        self._expiry[token] = now + LIFETIME_SECONDS
        return json_answer({"access_token": token, "expires_in": LIFETIME_SECONDS, "token_type": "Bearer"})


_SIGNATURE_ONLY: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}


def _is_short_lived(claims: dict[str, Any]) -> bool:
    issued, expiry, now = claims.get("iat"), claims.get("exp"), time.time()
    if not isinstance(issued, (int, float)) or not isinstance(expiry, (int, float)):
        return False
    return 0 < expiry - issued <= LONGEST_SECONDS and issued <= now + SKEW_SECONDS and expiry > now


def _identity(audience: str) -> str:
    return jwt.encode({"aud": audience, "iss": "https://accounts.google.com"}, "a key of the sandbox's own, no secret")


def _refusal(error: str, description: str) -> Response:
    return json_answer({"error": error, "error_description": description}, 400)

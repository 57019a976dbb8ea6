"""One packet over HTTP, and what its answer means."""

from __future__ import annotations

import base64
import gzip
import json
import time
import urllib.error
import urllib.request
from typing import Any, NamedTuple
from urllib.parse import quote

TIMEOUT_SECONDS = 10
LONGEST_WAIT_SECONDS = 3600


class Outcome(NamedTuple):
    """What became of a packet.

    :param sent: so many of its first events need not be sent again
    :param rejected: so many of those were refused for good
    :param wait: seconds the collector asked to wait; None if it does not matter
    :param problem: why the rest was not taken, "" if it was not looked at
    """

    sent: int = 0
    rejected: int = 0
    wait: float | None = None
    problem: str = ""
    too_large: bool = False
    unauthorized: bool = False


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """A redirect would turn the packet into a GET, or take the secret to another host."""


class Post:
    """Where packets go.

    :param endpoint: the collector's address, without ``/api/v1``
    """

    def __init__(self, endpoint: str, tracking_id: str, secret: str, instance: str, agent: str) -> None:
        path = f"/api/v1/{quote(tracking_id, safe='')}/{quote(instance, safe='')}/events"
        self._url = endpoint.rstrip("/") + path
        token = base64.b64encode(f"{tracking_id}:{secret}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json", "User-Agent": agent}
        self._opener = urllib.request.build_opener(_Stay)

    def __call__(self, bodies: list[str], request_id: str, attempt: int) -> Outcome:
        """Send a packet; never raises."""
        body = f"[{','.join(bodies)}]".encode()
        headers = self._headers | {"X-Request-Id": request_id, "X-Attempt": str(attempt)}
        if len(body) > 1024:
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        headers["X-Sent-At"] = str(int(time.time() * 1000))
        try:
            # The address is the application's own.
            request = urllib.request.Request(self._url, body, headers, method="POST")  # noqa: S310
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return _accepted(json.loads(answer.read(65536)), len(bodies))
        except urllib.error.HTTPError as refused:
            with refused:
                return _refused(refused)
        # Whatever else went wrong on the way: there may be no network, or a portal that answers with a page.
        except Exception as error:
            return Outcome(problem=type(error).__name__)


def _accepted(said: dict[str, Any], count: int) -> Outcome:
    """An answer counts the events before the first one it names; the protocol lets the rest be sent again."""
    sent = min(int(said["eventsAccepted"]), count)
    error = said["eventError"]
    if not error:
        return Outcome(sent) if sent else Outcome(problem="nothing was accepted")
    if error["errorCode"] == 500:
        return Outcome(sent, problem="the collector has a fault")
    return Outcome(min(sent + 1, count), rejected=1)


def _refused(answer: urllib.error.HTTPError) -> Outcome:
    wait = answer.headers.get("Retry-After", "")
    return Outcome(
        wait=min(float(wait), LONGEST_WAIT_SECONDS) if wait.isdigit() else None,
        problem=f"HTTP {answer.code}",
        too_large=answer.code in (400, 413),
        unauthorized=answer.code == 401,
    )

"""A server of ready-made pages: commits as GitHub sends them, 3.7 KB of JSON each, newest first.

Run in a process of its own: ``python -m benchmarks.pages --records 100000 --latency 0.03``; prints its port.
A thousand commits a day from 2020 on; ``since``, ``until``, ``page`` and ``per_page`` as GitHub takes them.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode

import msgspec
import uvicorn

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
A_DAY = 1000
MOST_READY = 150_000
"""So many commits are made before the first request; more would not fit into memory."""
STEP = timedelta(days=1) / A_DAY
_SHA, _DATE = b"@" * 40, b"#" * 20


def _template() -> list[bytes]:
    """A commit cut at its sha and dates, the fields and their sizes as in GitHub's own answers."""
    sha, date = _SHA.decode(), _DATE.decode()
    api, user = "https://api.github.com", "https://api.github.com/users/terrier"
    person = {"name": "Toby Terrier", "email": "toby@dogbreed.example", "date": date}
    account = {"login": "terrier", "id": 583231, "node_id": "MDQ6VXNlcjU4MzIzMQ==", "type": "User"}
    account |= {f"{word}_url": f"{user}/{word}" for word in ("followers", "following", "gists", "starred", "repos")}
    account |= {f"{word}_url": f"{user}/{word}{{/privacy}}" for word in ("events", "received_events", "orgs")}
    commit = {
        "sha": sha,
        "node_id": "C_kwDOABCD" + "x" * 46,
        "commit": {
            "author": person,
            "committer": person,
            "message": "Fetch the stick before it is thrown\n\n" + "A terrier cannot wait. " * 12,
            "tree": {"sha": "f" * 40, "url": f"{api}/repos/dogbreed/site/git/trees/{'f' * 40}"},
            "url": f"{api}/repos/dogbreed/site/git/commits/{sha}",
            "comment_count": 0,
            "verification": {"verified": True, "reason": "valid", "signature": "-----BEGIN\n" + "s" * 900},
        },
        "url": f"{api}/repos/dogbreed/site/commits/{sha}",
        "html_url": f"https://github.com/dogbreed/site/commit/{sha}",
        "author": account,
        "committer": account,
        "parents": [{"sha": "e" * 40, "url": f"{api}/repos/dogbreed/site/commits/{'e' * 40}"}],
    }
    body = msgspec.json.encode(commit).replace(_DATE, _SHA)
    return body.split(_SHA)


_PIECES = _template()
_IS_DATE = [piece.endswith(b'"date":"') for piece in _PIECES[:-1]]


def _commit(number: int) -> bytes:
    sha = b"%040x" % (number * 2654435761 + 1)
    date = (BEGINNING + number * STEP).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    filled = [piece + (date if is_date else sha) for piece, is_date in zip(_PIECES, _IS_DATE, strict=False)]
    return b"".join([*filled, _PIECES[-1]])


def _index(moment: str, round_up: bool) -> int:
    passed = datetime.fromisoformat(moment) - BEGINNING
    return -(-passed // STEP) if round_up else passed // STEP


class Pages:
    """The ASGI application."""

    def __init__(self, records: int, latency: float) -> None:
        self.records = records
        self.latency = latency
        self.ready = [_commit(number) for number in range(min(records, MOST_READY))]

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        body, more = self._page(query)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        if more:
            host = dict(scope["headers"])[b"host"].decode()
            url = f"http://{host}{scope['path']}?{urlencode(query | {'page': int(query.get('page', 1)) + 1})}"
            headers.append((b"link", f'<{url}>; rel="next"'.encode()))
        if self.latency:
            await asyncio.sleep(self.latency)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _page(self, query: dict[str, str]) -> tuple[bytes, bool]:
        size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
        first = max(0, _index(query["since"], round_up=True)) if "since" in query else 0
        last = min(self.records, _index(query["until"], round_up=False) + 1) if "until" in query else self.records
        newest = last - (page - 1) * size
        oldest = max(first, newest - size)
        body = b"[" + b",".join(self._commit(number) for number in range(newest - 1, oldest - 1, -1)) + b"]"
        return body, oldest > first

    def _commit(self, number: int) -> bytes:
        return self.ready[number] if number < len(self.ready) else _commit(number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    app = Pages(options.records, options.latency)
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run([listener])


if __name__ == "__main__":
    main()

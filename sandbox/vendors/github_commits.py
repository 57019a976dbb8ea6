"""GET /repos/{owner}/{repo}/commits: one branch, newest first, since and until by the committer's date."""

from __future__ import annotations

import base64
import hashlib
from bisect import bisect_left, bisect_right
from datetime import datetime
from typing import Any

from starlette.requests import Request

from sandbox.answers import timestamp
from sandbox.vendors.github_addresses import Site, node_id, user
from sandbox.vendors.github_pages import Asked, link
from sandbox.world import Commit

FIRST_PARENT = "0" * 39 + "1"


def commits(
    request: Request, site: Site, history: list[Commit], asked: Asked, since: datetime, until: datetime
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """(bodies, Link header). Next links pin the list to the newest commit of page one by `top`."""
    dates = [commit.committed_at for commit in history]
    first, end = bisect_left(dates, since), bisect_right(dates, until)
    wanted = [number for number in range(end - 1, first - 1, -1) if _asked_for(request, history[number])]
    wanted = _from(wanted, history, request.query_params.get("top"))
    begin = (asked.number - 1) * asked.size
    shown = wanted[begin : begin + asked.size]
    relations = {}
    if request.scope.get("repeat_page"):
        relations["next"] = {"page": str(asked.number)}
    elif begin + asked.size < len(wanted):
        pinned = {"top": history[wanted[0]].sha, "last_sha": history[shown[-1]].sha}
        relations["next"] = {"page": str(asked.number + 1), **pinned}
        relations["last"] = {"page": str(asked.last(len(wanted))), "top": pinned["top"]}
    body = [commit_body(site, history[number], _parent(history, number)) for number in shown]
    return body, link(request, site.repository, relations)


def _from(numbers: list[int], history: list[Commit], sha: str | None) -> list[int]:
    for position, number in enumerate(numbers):
        if history[number].sha == sha:
            return numbers[position:]
    return numbers


def _asked_for(request: Request, commit: Commit) -> bool:
    author = request.query_params.get("author")
    return author is None or author in (commit.author_login, commit.author_email)


def _parent(history: list[Commit], number: int) -> str:
    return history[number - 1].sha if number else FIRST_PARENT


def commit_body(site: Site, commit: Commit, parent: str) -> dict[str, Any]:
    """A commit as the list has it, 3 to 5 KB; without an account `author` and `committer` are null."""
    here = f"{site.url}/commits/{commit.sha}"
    page = f"{site.html_url}/commit"
    person = {"name": commit.author_name, "email": commit.author_email}
    account = user(site.api, commit.author_login) if commit.author_login else None
    tree = hashlib.sha1(commit.sha.encode(), usedforsecurity=False).hexdigest()
    return {
        "sha": commit.sha,
        "node_id": node_id("Commit", f"{site.repository.id}:{commit.sha}"),
        "commit": {
            "author": person | {"date": timestamp(commit.authored_at)},
            "committer": person | {"date": timestamp(commit.committed_at)},
            "message": commit.message,
            "tree": {"sha": tree, "url": f"{site.url}/git/trees/{tree}"},
            "url": f"{site.url}/git/commits/{commit.sha}",
            "comment_count": 0,
            "verification": _verification(commit, tree, parent),
        },
        "url": here,
        "html_url": f"{page}/{commit.sha}",
        "comments_url": f"{here}/comments",
        "author": account,
        "committer": account,
        "parents": [
            {"sha": parent, "url": f"{site.url}/commits/{parent}", "html_url": f"{page}/{parent}"},
        ],
    }


def _verification(commit: Commit, tree: str, parent: str) -> dict[str, Any]:
    if commit.author_login is None:
        return {"verified": False, "reason": "unsigned"} | dict.fromkeys(("signature", "payload", "verified_at"))
    stamp = f"{commit.author_name} <{commit.author_email}>"
    authored, committed = int(commit.authored_at.timestamp()), int(commit.committed_at.timestamp())
    payload = (
        f"tree {tree}\nparent {parent}\nauthor {stamp} {authored} +0000\n"
        f"committer {stamp} {committed} +0000\n\n{commit.message}"
    )
    blocks = b"".join(hashlib.sha512(f"{part}{commit.sha}".encode()).digest() for part in range(9))
    signature = base64.encodebytes(blocks).decode()
    return {
        "verified": True,
        "reason": "valid",
        "signature": f"-----BEGIN PGP SIGNATURE-----\n\n{signature}-----END PGP SIGNATURE-----\n",
        "payload": payload,
        "verified_at": timestamp(commit.committed_at),
    }

"""GET /repos/{owner}/{repo}/issues: issues and pull requests, by default only the open ones."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request

from sandbox.answers import timestamp
from sandbox.vendors.github_addresses import ORGANISATION, Site, node_id, number, user
from sandbox.vendors.github_pages import Asked, link
from sandbox.world import Issue

COLOURS = ("d73a4a", "a2eeef", "0075ca", "cfd3d7", "7057ff", "008672")
REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def select(request: Request, issues: list[Issue], since: datetime) -> list[Issue]:
    """Those the query asks for, in its order; `since` compares the last update."""
    query = request.query_params
    state = query.get("state", "open")
    labels = {label for label in query.get("labels", "").split(",") if label}
    issues = [
        issue
        for issue in issues
        if issue.updated_at >= since
        and (state == "all" or (issue.closed_at is None) == (state == "open"))
        and labels <= set(issue.labels)
    ]
    return sorted(issues, key=_key(request), reverse=query.get("direction", "desc") == "desc")


def page(
    request: Request, site: Site, issues: list[Issue], asked: Asked
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """(bodies, Link header). Next links carry a cursor: an issue that moves meanwhile pushes none out."""
    key = _key(request)
    after = _decoded(request.query_params.get("after"))
    if after is not None:
        down = request.query_params.get("direction", "desc") == "desc"
        rest = [one for one in issues if (_place(one, key) < after if down else _place(one, key) > after)]
        shown, more = rest[: asked.size], len(rest) > asked.size
    else:
        shown, more = list(asked.cut(issues)), asked.number * asked.size < len(issues)
    relations = {}
    if request.scope.get("repeat_page"):
        relations["next"] = dict(request.query_params)
    elif more:
        relations["next"] = {"page": str(asked.number + 1), "after": _encoded(_place(shown[-1], key))}
    return [issue_body(site, issue) for issue in shown], link(request, site.repository, relations)


def _key(request: Request) -> Callable[[Issue], tuple[datetime, int]]:
    by_update = request.query_params.get("sort", "created") == "updated"
    return lambda issue: (issue.updated_at if by_update else issue.created_at, issue.number)


def _place(issue: Issue, key: Callable[[Issue], tuple[datetime, int]]) -> tuple[str, int]:
    moment, count = key(issue)
    return timestamp(moment), count


def _encoded(place: tuple[str, int]) -> str:
    return base64.urlsafe_b64encode(f"cursor:v2:{place[0]} {place[1]}".encode()).decode()


def _decoded(cursor: str | None) -> tuple[str, int] | None:
    if not cursor:
        return None
    moment, _, count = base64.urlsafe_b64decode(cursor).decode().removeprefix("cursor:v2:").partition(" ")
    return moment, int(count)


def issue_body(site: Site, issue: Issue) -> dict[str, Any]:
    """An issue, or a pull request seen as one: then it has the key `pull_request`."""
    here = f"{site.url}/issues/{issue.number}"
    kind = "pull" if issue.is_pull_request else "issues"
    author = user(site.api, issue.author_login)
    body = {
        "url": here,
        "repository_url": site.url,
        "labels_url": f"{here}/labels{{/name}}",
        "comments_url": f"{here}/comments",
        "events_url": f"{here}/events",
        "html_url": f"{site.html_url}/{kind}/{issue.number}",
        "id": issue.id,
        "node_id": node_id("Issue", issue.id),
        "number": issue.number,
        "title": issue.title,
        "user": author,
        "labels": [_label(site, label) for label in issue.labels],
        "state": "closed" if issue.closed_at else "open",
        "locked": False,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": number(issue.id, "comments") % 9,
        "created_at": timestamp(issue.created_at),
        "updated_at": timestamp(issue.updated_at),
        "closed_at": timestamp(issue.closed_at) if issue.closed_at else None,
        "author_association": "MEMBER",
        "active_lock_reason": None,
        "body": f"{issue.title}.\n\nSeen by {issue.author_login} while working on {site.repository.name}.",
        "closed_by": user(site.api, f"{ORGANISATION}-bot") if issue.closed_at else None,
        "reactions": {"url": f"{here}/reactions", "total_count": 0} | dict.fromkeys(REACTIONS, 0),
        "timeline_url": f"{here}/timeline",
        "performed_via_github_app": None,
        "state_reason": "completed" if issue.closed_at and not issue.is_pull_request else None,
    }
    if issue.is_pull_request:
        body |= {"draft": False, "pull_request": _pull_request(site, issue)}
    return body


def _pull_request(site: Site, issue: Issue) -> dict[str, Any]:
    page_url = f"{site.html_url}/pull/{issue.number}"
    return {
        "url": f"{site.url}/pulls/{issue.number}",
        "html_url": page_url,
        "diff_url": f"{page_url}.diff",
        "patch_url": f"{page_url}.patch",
        "merged_at": timestamp(issue.merged_at) if issue.merged_at else None,
    }


def _label(site: Site, name: str) -> dict[str, Any]:
    own = number("label", name)
    return {
        "id": own,
        "node_id": node_id("Label", own),
        "url": f"{site.url}/labels/{name}",
        "name": name,
        "color": COLOURS[own % len(COLOURS)],
        "default": False,
        "description": None,
    }

"""GET /repos/{owner}/{repo}/actions/runs: workflow runs; a filtered list reaches only the first thousand."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request

from sandbox.answers import parse_timestamp, timestamp
from sandbox.vendors.github_addresses import ORGANISATION, Site, minimal_repository, node_id, number, user
from sandbox.world import Commit, WorkflowRun

FILTERS = frozenset({"actor", "branch", "check_suite_id", "created", "event", "head_sha", "status"})
SECOND = timedelta(seconds=1)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)


def is_capped(request: Request) -> bool:
    """Whether the query uses a filter that caps the results."""
    return bool(FILTERS & request.query_params.keys())


def created_between(text: str | None, beginning: datetime) -> tuple[datetime, datetime]:
    """[start, end) of GitHub's range syntax: A..B (both included), >=A, >A, <=B, <B, one day or moment.

    A bare date stands for its whole day, `*` for no bound. Raises ValueError for anything else.
    """
    if not text:
        return beginning, LATEST
    for sign, bound in ((">=", 0), ("<=", 1), (">", 1), ("<", 0)):
        if text.startswith(sign):
            edge = _bounds(text.removeprefix(sign))[bound]
            return (edge, LATEST) if sign[0] == ">" else (beginning, edge)
    first, dots, last = text.partition("..")
    start = beginning if first == "*" else _bounds(first)[0]
    return start, LATEST if last == "*" else _bounds(last if dots else first)[1]


def _bounds(text: str) -> tuple[datetime, datetime]:
    moment = parse_timestamp(text)
    return moment, moment + (SECOND if "T" in text else timedelta(days=1))


def asked_for(request: Request, run: WorkflowRun) -> bool:
    """Whether the other filters let the run through; `status` may also name a conclusion."""
    query = request.query_params
    return (
        query.get("branch", run.branch) == run.branch
        and query.get("event", run.event) == run.event
        and query.get("head_sha", run.sha) == run.sha
        and query.get("status", run.status) in (run.status, run.conclusion)
    )


def run_body(site: Site, run: WorkflowRun, commit: Commit | None) -> dict[str, Any]:
    """A workflow run as it stands now; a re-run keeps its id and moves `run_attempt` and `updated_at`."""
    login = (commit and commit.author_login) or f"{ORGANISATION}-bot"
    message = commit.message if commit else f"Work on {run.branch}"
    actor, repository = user(site.api, login), minimal_repository(site)
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node_id("WorkflowRun", run.id),
        "head_branch": run.branch,
        "head_sha": run.sha,
        "path": f".github/workflows/{run.name.lower().replace(' ', '-')}.yml",
        "display_title": message.partition("\n")[0],
        "run_number": run.run_number,
        "event": run.event,
        "status": run.status,
        "conclusion": run.conclusion,
        "pull_requests": [],
        "created_at": timestamp(run.created_at),
        "updated_at": timestamp(run.updated_at),
        "actor": actor,
        "run_attempt": run.run_attempt,
        "referenced_workflows": [],
        "run_started_at": timestamp(run.run_started_at),
        "triggering_actor": actor,
        "head_commit": _head_commit(run, login, message),
        "repository": repository,
        "head_repository": repository,
    } | _addresses(site, run)


def _addresses(site: Site, run: WorkflowRun) -> dict[str, Any]:
    here = f"{site.url}/actions/runs/{run.id}"
    workflow, suite = number("workflow", run.name), number("suite", run.id)
    return {
        "workflow_id": workflow,
        "workflow_url": f"{site.url}/actions/workflows/{workflow}",
        "check_suite_id": suite,
        "check_suite_node_id": node_id("CheckSuite", suite),
        "check_suite_url": f"{site.url}/check-suites/{suite}",
        "url": here,
        "html_url": f"{site.html_url}/actions/runs/{run.id}",
        "previous_attempt_url": f"{here}/attempts/{run.run_attempt - 1}" if run.run_attempt > 1 else None,
        "jobs_url": f"{here}/jobs",
        "logs_url": f"{here}/logs",
        "artifacts_url": f"{here}/artifacts",
        "cancel_url": f"{here}/cancel",
        "rerun_url": f"{here}/rerun",
    }


def _head_commit(run: WorkflowRun, login: str, message: str) -> dict[str, Any]:
    person = {"name": login, "email": f"{login}@users.noreply.github.com"}
    return {
        "id": run.sha,
        "tree_id": hashlib.sha1(run.sha.encode(), usedforsecurity=False).hexdigest(),
        "message": message,
        "timestamp": timestamp(run.created_at),
        "author": person,
        "committer": person,
    }

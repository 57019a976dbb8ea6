"""What GitHub lists of a repository: each gives (JSON, headers) for a request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from starlette.requests import Request

from sandbox.answers import Refused, parse_timestamp, timestamp
from sandbox.house import House
from sandbox.vendors import github_errors as errors
from sandbox.vendors import github_issues
from sandbox.vendors.github_addresses import Site, minimal_repository
from sandbox.vendors.github_commits import commit_body, commits
from sandbox.vendors.github_compare import compare
from sandbox.vendors.github_deliveries import deployment_body, deployment_status_body, release_body
from sandbox.vendors.github_pages import Asked, numbered
from sandbox.vendors.github_runs import asked_for, created_between, is_capped, run_body
from sandbox.world import Commit, Deployment

Listed = tuple[Any, dict[str, str]]
T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Lists:
    """The lists of one world's repositories."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.world = house.world

    def repository(self, request: Request, site: Site) -> Listed:
        """GET /repos/{owner}/{repo}."""
        return full_repository(site, self.world.clock.now()), {}

    def commits(self, request: Request, site: Site) -> Listed:
        """GET …/commits; 409 where nothing was pushed yet, 404 for a branch there is not."""
        if site.repository.is_empty:
            raise Refused(errors.error(409, errors.EMPTY, "/commits/commits#list-commits"))
        if request.query_params.get("sha", "main") not in ("main", "HEAD"):
            raise Refused(errors.error(404, "Not Found"))
        since = _moment(request, "since", EPOCH)
        until = _moment(request, "until", self.world.clock.now())
        return commits(request, site, self._history(site), self._asked(request), since, until)

    def commit(self, request: Request, site: Site) -> Listed:
        """GET …/commits/{sha}."""
        if site.repository.is_empty:
            raise Refused(errors.error(409, errors.EMPTY))
        history = self._history(site)
        wanted = request.path_params["sha"]
        for number, commit in enumerate(history):
            if commit.sha.startswith(wanted) and len(wanted) >= 7:
                parent = history[number - 1].sha if number else "0" * 40
                return commit_body(site, commit, parent), {}
        raise Refused(errors.error(422, f"No commit found for SHA: {wanted}"))

    def compare(self, request: Request, site: Site) -> Listed:
        """GET …/compare/{base}...{head}, the oldest commit first."""
        return compare(request, site, self.house.past, self._asked(request))

    def releases(self, request: Request, site: Site) -> Listed:
        """GET …/releases, newest first; there is no `since`."""
        if site.repository.is_empty:
            return [], {}
        name, world = site.repository.full_name, self.world
        items = world.releases(name, world.BEGINNING, world.clock.now())[::-1]
        shown, headers = self._numbered(request, site, items)
        return [release_body(site, release) for release in shown], headers

    def deployments(self, request: Request, site: Site) -> Listed:
        """GET …/deployments, newest first; filters are sha, ref, task and environment."""
        query = request.query_params
        items = [
            one
            for one in reversed(self._deployments(site))
            if query.get("sha", one.sha) == one.sha
            and query.get("ref", one.ref) == one.ref
            and query.get("task", "deploy") == "deploy"
            and query.get("environment", one.environment) == one.environment
        ]
        shown, headers = self._numbered(request, site, items)
        return [deployment_body(site, deployment) for deployment in shown], headers

    def deployment_statuses(self, request: Request, site: Site) -> Listed:
        """GET …/deployments/{id}/statuses, newest first."""
        number = request.path_params["deployment"]
        if number.isdecimal() and not site.repository.is_empty:
            deployment = self.house.past.deployment(site.repository.full_name, int(number))
            if deployment is not None:
                shown, headers = self._numbered(request, site, deployment.statuses[::-1])
                return [deployment_status_body(site, deployment, status) for status in shown], headers
        raise Refused(errors.error(404, "Not Found", "/deployments/statuses#list-deployment-statuses"))

    def issues(self, request: Request, site: Site) -> Listed:
        """GET …/issues: pull requests too; `since` compares the last update."""
        if request.query_params.get("state", "open") not in ("open", "closed", "all"):
            raise Refused(errors.error(422, "Validation Failed"))
        every = [] if site.repository.is_empty else self.world.issues(site.repository.full_name)
        items = github_issues.select(request, every, _moment(request, "since", EPOCH))
        return github_issues.page(request, site, items, self._asked(request))

    def runs(self, request: Request, site: Site) -> Listed:
        """GET …/actions/runs, newest first; a filtered list counts all and ends at the thousandth."""
        try:
            start, end = created_between(request.query_params.get("created"), self.world.BEGINNING)
        except ValueError as error:
            raise Refused(errors.error(422, "Validation Failed")) from error
        name = site.repository.full_name
        every = [] if site.repository.is_empty else self.world.workflow_runs(name, start, end)
        items = [run for run in reversed(every) if asked_for(request, run)]
        reachable = items[: self.house.limits.github_reachable_runs] if is_capped(request) else items
        shown, headers = self._numbered(request, site, reachable)
        by_sha = {commit.sha: commit for commit in self._history(site)} if shown else {}
        bodies = [run_body(site, run, by_sha.get(run.sha)) for run in shown]
        return {"total_count": len(items), "workflow_runs": bodies}, headers

    def _asked(self, request: Request) -> Asked:
        return Asked.of(request, self.house.limits.github_page)

    def _numbered(self, request: Request, site: Site, items: Sequence[T]) -> tuple[Sequence[T], dict[str, str]]:
        asked = self._asked(request)
        return asked.cut(items), numbered(request, site.repository, asked, len(items))

    def _history(self, site: Site) -> list[Commit]:
        return self.house.past.commits(site.repository.full_name)

    def _deployments(self, site: Site) -> list[Deployment]:
        world = self.world
        if site.repository.is_empty:
            return []
        return world.deployments(site.repository.full_name, world.BEGINNING, world.clock.now())


def full_repository(site: Site, now: datetime) -> dict[str, Any]:
    """A full-repository."""
    page = site.html_url
    counts = dict.fromkeys(
        ("forks", "forks_count", "open_issues", "open_issues_count", "watchers", "watchers_count", "size"), 0
    )
    flags = dict.fromkeys(("has_projects", "has_wiki", "has_pages", "has_discussions", "archived", "disabled"), False)
    return minimal_repository(site) | counts | flags | {
        "clone_url": f"{page}.git",
        "git_url": f"git:{page.removeprefix('https:')}.git",
        "ssh_url": f"git@github.com:{site.repository.full_name}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "language": "Python",
        "license": None,
        "has_issues": True,
        "default_branch": "main",
        "visibility": "public",
        "stargazers_count": 12,
        "network_count": 0,
        "subscribers_count": 4,
        "created_at": "2026-01-01T00:00:00Z",
        "pushed_at": timestamp(now),
        "updated_at": timestamp(now),
    }  # fmt: skip


def _moment(request: Request, name: str, default: datetime) -> datetime:
    text = request.query_params.get(name)
    if text is None:
        return default
    try:
        return parse_timestamp(text)
    except ValueError as error:
        raise Refused(errors.error(422, "Validation Failed")) from error

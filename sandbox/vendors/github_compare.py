"""GET /repos/{owner}/{repo}/compare/{base}...{head}: the commits that one has and the other has not, in pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request

from sandbox.answers import Refused
from sandbox.past import Past
from sandbox.vendors import github_errors as errors
from sandbox.vendors.github_addresses import Site
from sandbox.vendors.github_commits import FIRST_PARENT, commit_body
from sandbox.vendors.github_pages import Asked, numbered
from sandbox.world import Commit


def compare(request: Request, site: Site, past: Past, asked: Asked) -> tuple[dict[str, Any], dict[str, str]]:
    """(body, Link header); 404 for a commit that is not there. Nobody moves a branch by force here."""
    history = past.commits(site.repository.full_name)
    by_sha = {commit.sha: commit for commit in history}
    base, _, head = request.path_params["basehead"].partition("...")
    if base not in by_sha or head not in by_sha:
        raise Refused(errors.error(404, "Not Found", "/commits/commits#compare-two-commits"))

    def came(commit: Commit) -> datetime:
        return past.merged_at.get(commit.sha, commit.committed_at)

    since, until = came(by_sha[base]), came(by_sha[head])
    gained = [commit for commit in history if since < came(commit) <= until]
    lost = [commit for commit in history if until < came(commit) <= since]
    older = by_sha[base] if since <= until else by_sha[head]
    url = f"{site.url}/compare/{base}...{head}"
    body = {
        "url": url,
        "html_url": f"{site.html_url}/compare/{base}...{head}",
        "base_commit": commit_body(site, by_sha[base], FIRST_PARENT),
        "merge_base_commit": commit_body(site, older, FIRST_PARENT),
        "status": "ahead" if gained else "behind" if lost else "identical",
        "ahead_by": len(gained),
        "behind_by": len(lost),
        "total_commits": len(gained),
        "commits": [commit_body(site, commit, FIRST_PARENT) for commit in asked.cut(gained)],
        "files": [],
    }
    return body, numbered(request, site.repository, asked, len(gained))

"""GitHub's streams: what each list holds, and how it becomes a table."""

from __future__ import annotations

from datetime import timedelta

from bellwether.hooks.paginators import Anchored, HeaderLink
from bellwether.hooks.stream import WHOLE, Column, Stream
from bellwether.window import Window

A_HUNDRED = {"per_page": 100}


def _stamp(window: Window) -> tuple[str, str]:
    return f"{window.start:%Y-%m-%dT%H:%M:%SZ}", f"{window.end:%Y-%m-%dT%H:%M:%SZ}"


COMMITS = Stream(
    name="commits",
    path="/repos/{subject}/commits",
    subject_column="repository",
    params=A_HUNDRED,
    window_params=lambda w: {"since": _stamp(w)[0], "until": _stamp(w)[1]},
    paginator=HeaderLink(),
    cursor="commit.committer.date",
    lookback=timedelta(days=1),
    lists_all=True,
    marked=True,
    key=("sha",),
    columns=(
        Column("sha", required=True),
        Column("committed_at", "timestamp", "commit.committer.date", required=True),
        Column("authored_at", "timestamp", "commit.author.date"),
        Column("author_login", path="author.login"),
        Column("author_name", path="commit.author.name"),
        Column("committer_login", path="committer.login"),
        Column("message", path="commit.message"),
        Column("comment_count", "integer", "commit.comment_count"),
    ),
)
RELEASES = Stream(
    name="releases",
    path="/repos/{subject}/releases",
    subject_column="repository",
    params=A_HUNDRED,
    paginator=HeaderLink(),
    cursor="published_at",
    skip_if="draft",
    moves=True,
    conditional=True,
    slice=WHOLE,
    lists_all=True,
    key=("release_id",),
    columns=(
        Column("release_id", "integer", "id", required=True),
        Column("tag_name", required=True),
        Column("name"),
        Column("author_login", path="author.login"),
        Column("is_prerelease", "boolean", "prerelease"),
        Column("created_at", "timestamp"),
        Column("published_at", "timestamp", required=True),
    ),
)
DEPLOYMENTS = Stream(
    name="deployments",
    path="/repos/{subject}/deployments",
    subject_column="repository",
    params=A_HUNDRED,
    paginator=HeaderLink(),
    cursor="created_at",
    newest_first="created_at",
    moves=True,
    conditional=True,
    lookback=timedelta(days=1),
    slice=WHOLE,
    lists_all=True,
    key=("deployment_id",),
    columns=(
        Column("deployment_id", "integer", "id", required=True),
        Column("sha"),
        Column("ref"),
        Column("environment"),
        Column("creator_login", path="creator.login"),
        Column("created_at", "timestamp", required=True),
        Column("status", path="latest_status.state"),
        Column("status_at", "timestamp", "latest_status.created_at"),
    ),
)
ISSUES = Stream(
    name="issues",
    path="/repos/{subject}/issues",
    subject_column="repository",
    params=A_HUNDRED | {"state": "all", "sort": "updated", "direction": "asc"},
    window_params=lambda w: {"since": _stamp(w)[0]},
    paginator=Anchored("since", "updated_at"),
    cursor="updated_at",
    oldest_first="updated_at",
    lookback=timedelta(hours=1),
    slice=timedelta(days=28),
    key=("number",),
    columns=(
        Column("number", "integer", required=True),
        Column("issue_id", "integer", "id"),
        Column("is_pull_request", "boolean", "pull_request.url", parse=lambda url: url is not None),
        Column("state"),
        Column("title"),
        Column("author_login", path="user.login"),
        Column("labels", "json"),
        Column("created_at", "timestamp"),
        Column("updated_at", "timestamp", required=True),
        Column("closed_at", "timestamp"),
        Column("merged_at", "timestamp", "pull_request.merged_at"),
    ),
)
WORKFLOW_RUNS = Stream(
    name="workflow_runs",
    path="/repos/{subject}/actions/runs",
    subject_column="repository",
    params=A_HUNDRED,
    window_params=lambda w: {"created": "..".join(_stamp(w))},
    paginator=HeaderLink(),
    records="workflow_runs",
    moves=True,
    cursor="created_at",
    lookback=timedelta(days=1),
    lists_all=True,
    key=("run_id",),
    columns=(
        Column("run_id", "integer", "id", required=True),
        Column("name"),
        Column("run_number", "integer"),
        Column("run_attempt", "integer"),
        Column("event"),
        Column("head_branch"),
        Column("head_sha"),
        Column("status"),
        Column("conclusion"),
        Column("created_at", "timestamp", required=True),
        Column("run_started_at", "timestamp"),
        Column("updated_at", "timestamp"),
    ),
)

"""GitHub: what its lists hold, however they are cut, capped and addressed."""

import json
from datetime import timedelta

import pytest

from bellwether.staging.rows import stage
from bellwether.window import Window

SITE, API, EMPTY, RENAMED = (f"dogbreed/{name}" for name in ("site", "api", "empty", "web"))


def stamp(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def ids(records, name="id"):
    return [record[name] for record in records]


def rows(vendors, stream, repository, window):
    hook = vendors.hook("github")
    found = hook.source.streams_by_name()[stream]
    staged = [
        stage(found, b"".join(record + b"\n" for record in page.records), page.reading)
        for page in vendors.pages(hook, stream, repository, window)
    ]
    assert not any(each.rejects for each in staged)
    return [row for each in staged for row in each.frame.to_pylist()]


@pytest.mark.parametrize("repository", [SITE, API])
def test_the_windows_commits_arrive(vendors, lately, repository):
    window = lately(days=28)
    found = vendors.read(vendors.hook("github"), "commits", repository, window)
    world = vendors.world.commits(repository, window.start, window.end)
    assert len(found) > 100
    assert ids(found, "sha") == [commit.sha for commit in reversed(world)]


def test_links_are_followed_to_the_letter(vendors, lately):
    vendors.read(vendors.hook("github"), "commits", SITE, lately(days=28))
    first, *further = vendors.asked("github")
    assert first["path"] == f"/github/repos/{SITE}/commits"
    assert len(further) > 3
    for number, request in enumerate(further, start=2):
        assert request["path"] == "/github/repositories/700100001/commits"
        assert request["query"]["page"] == str(number)
        assert request["query"].keys() >= {"last_sha", "top", "since", "until", "per_page"}


def test_both_dates_of_a_commit_are_kept(vendors, lately):
    window = lately(days=28)
    found = {row["sha"]: row for row in rows(vendors, "commits", SITE, window)}
    world = vendors.world.commits(SITE, window.start, window.end)
    for commit in world:
        row = found[commit.sha]
        assert (row["committed_at"], row["authored_at"]) == (commit.committed_at, commit.authored_at)
        assert row["author_login"] == commit.author_login
    assert any(commit.authored_at < commit.committed_at for commit in world)
    assert any(commit.author_login is None for commit in world)


def test_a_commit_is_in_the_window_of_its_committer(vendors):
    world = vendors.world
    rebased = next(
        one
        for one in reversed(world.commits(SITE, world.BEGINNING, world.clock.now()))
        if one.committed_at - one.authored_at > timedelta(hours=1)
    )
    second = timedelta(seconds=1)
    for start, end, is_in in [(0, 1, True), (-1, 0, False), (1, 2, False)]:
        window = Window(rebased.committed_at + start * second, rebased.committed_at + end * second)
        found = vendors.read(vendors.hook("github"), "commits", SITE, window)
        assert (rebased.sha in ids(found, "sha")) == is_in


def test_releases_are_those_published_in_the_window(vendors, lately):
    window = lately(days=120)
    found = vendors.read(vendors.hook("github"), "releases", SITE, window)
    world = vendors.world.releases(SITE, window.start, window.end)
    assert len(found) > 40
    assert sorted(ids(found)) == sorted(release.id for release in world)
    assert len(vendors.asked("github", "/releases")) > 1


def test_releases_are_all_read_however_short_the_window_is(vendors, lately):
    vendors.read(vendors.hook("github"), "releases", SITE, lately(days=1))
    pages = len(vendors.asked("github", "/releases"))
    vendors.forget()
    vendors.read(vendors.hook("github"), "releases", SITE, lately(days=320))
    assert pages == len(vendors.asked("github", "/releases")) > 1


def test_a_deployment_has_its_latest_status(vendors, lately):
    window = lately(days=7)
    found = {row["deployment_id"]: row for row in rows(vendors, "deployments", API, window)}
    world = vendors.world.deployments(API, window.start, window.end)
    assert len(world) > 5
    assert found.keys() == {deployment.id for deployment in world}
    for deployment in world:
        latest = deployment.statuses[-1]
        row = found[deployment.id]
        assert (row["status"], row["status_at"]) == (latest.state, latest.created_at)


def test_a_deployment_has_the_status_it_has_reached_so_far(vendors):
    world = vendors.world
    deployment = world.deployments(API, world.BEGINNING, world.clock.now())[-1]
    window = Window(deployment.created_at, deployment.created_at + timedelta(seconds=1))
    seen = []
    for minutes in (0, 2, 60):
        vendors.at(window.end + timedelta(minutes=minutes))
        (row,) = rows(vendors, "deployments", API, window)
        (reached,) = world.deployments(API, window.start, window.end)
        latest = reached.statuses[-1] if reached.statuses else None
        assert (row["status"], row["status_at"]) == (latest and latest.state, latest and latest.created_at)
        seen.append(row["status"])
    assert len(set(seen)) > 1


def test_issues_of_every_state_with_pull_requests_told_apart(vendors, lately):
    window = lately(days=60)
    found = {row["number"]: row for row in rows(vendors, "issues", SITE, window)}
    world = {issue.number: issue for issue in vendors.world.issues(SITE) if issue.updated_at in window}
    assert found.keys() == world.keys()
    for number, issue in world.items():
        row = found[number]
        assert row["is_pull_request"] == issue.is_pull_request
        assert (row["closed_at"], row["merged_at"]) == (issue.closed_at, issue.merged_at)
        assert row["state"] == ("closed" if issue.closed_at else "open")
        assert [label["name"] for label in json.loads(row["labels"])] == list(issue.labels)
    kinds = {(row["state"], row["is_pull_request"], row["merged_at"] is not None) for row in found.values()}
    assert kinds >= {("open", False, False), ("closed", False, False), ("open", True, False), ("closed", True, True)}


def test_an_issue_is_in_the_window_of_its_latest_update(vendors, lately):
    issue = max(vendors.world.issues(SITE), key=lambda one: one.updated_at - one.created_at)
    for at in (issue.created_at, issue.updated_at):
        window = Window(at, at + timedelta(seconds=1))
        found = vendors.read(vendors.hook("github"), "issues", SITE, window)
        assert (issue.number in ids(found, "number")) == (at == issue.updated_at)


def test_more_workflow_runs_than_are_handed_out_are_read_in_halves(vendors, lately):
    window = lately(days=60)
    world = vendors.world.workflow_runs(SITE, window.start, window.end)
    assert len(world) > 1_000
    found = vendors.read(vendors.hook("github"), "workflow_runs", SITE, window)
    assert sorted(ids(found)) == sorted(run.id for run in world)
    asked = {one["query"]["created"] for one in vendors.asked("github")}
    assert stamp(window.start) + ".." + stamp(window.end) in asked
    assert len(asked) >= 3


def test_runs_at_the_edge_of_two_halves_come_once(vendors, lately):
    found = ids(vendors.read(vendors.hook("github"), "workflow_runs", SITE, lately(days=60)))
    assert len(found) == len(set(found)) > 1_000


@pytest.mark.parametrize("stream", ["commits", "releases", "deployments", "issues", "workflow_runs"])
def test_an_empty_repository_is_nothing_and_no_error(vendors, lately, stream):
    hook = vendors.hook("github", repositories=[EMPTY])
    assert vendors.read(hook, stream, EMPTY, lately(days=28)) == []
    assert len(vendors.asked("github")) == 1
    assert {one["status"] for one in vendors.asked("github")} == {409 if stream == "commits" else 200}


@pytest.mark.parametrize("stream", ["commits", "releases", "issues", "workflow_runs"])
def test_a_renamed_repository_is_followed(vendors, lately, stream):
    hook = vendors.hook("github", repositories=[RENAMED])
    moved = vendors.pages(hook, stream, RENAMED, lately(days=10))
    assert {page.reading.subject for page in moved} == {RENAMED}
    statuses = [one["status"] for one in vendors.asked("github")]
    assert statuses[:2] == [301, 200]
    own = vendors.pages(vendors.hook("github"), stream, SITE, lately(days=10))
    assert [page.records for page in moved] == [page.records for page in own]
    assert any(page.records for page in own)


def test_a_renamed_repositorys_deployments_have_their_statuses(vendors, lately):
    moved = vendors.read(vendors.hook("github", repositories=[RENAMED]), "deployments", RENAMED, lately(days=3))
    assert moved
    assert moved == vendors.read(vendors.hook("github"), "deployments", SITE, lately(days=3))

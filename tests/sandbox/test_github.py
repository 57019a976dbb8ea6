"""The simulated GitHub keeps to what is known of the REST API."""

import time
from datetime import UTC, datetime

import pytest
import requests

SITE = "/repos/dogbreed/site"


def pages(client, path, **query):
    answer = client.github(path, **query)
    while True:
        assert answer.status_code == 200, answer.text
        yield answer
        if "next" not in answer.links:
            return
        answer = client.github(answer.links["next"]["url"])


def every(client, path, **query):
    return [record for page in pages(client, path, **query) for record in page.json()]


def test_commits_newest_first_to_the_last_page(client):
    since, until = "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"
    found = every(client, f"{SITE}/commits", since=since, until=until, per_page=50)
    dates = [commit["commit"]["committer"]["date"] for commit in found]
    assert len(found) > 200
    assert dates == sorted(dates, reverse=True)
    october = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    world = client.world.commits("dogbreed/site", *october)
    assert [commit["sha"] for commit in found] == [commit.sha for commit in reversed(world)]
    assert found[0]["parents"][0]["sha"] == found[1]["sha"]


def test_both_dates_of_a_commit_are_told(client):
    found = client.github(f"{SITE}/commits", per_page=100).json()
    assert any(one["commit"]["author"]["date"] != one["commit"]["committer"]["date"] for one in found)
    assert any(one["author"] is None for one in every(client, f"{SITE}/commits", per_page=100))


def test_a_commit_weighs_what_a_real_one_does(client):
    answer = client.github(f"{SITE}/commits", per_page=100)
    assert 3_000 < len(answer.content) / 100 < 5_000


def test_next_links_go_by_the_repository_id(client):
    answer = client.github(f"{SITE}/commits", per_page=2, since="2026-11-01T00:00:00Z")
    url = answer.links["next"]["url"]
    assert url.startswith(f"{client.root}/github/repositories/700100001/commits?")
    for part in ("page=2", "per_page=2", "since=", "top=", "last_sha="):
        assert part in url
    assert client.github(url).json()[0]["sha"] != answer.json()[0]["sha"]


def test_new_commits_do_not_move_the_pages(client):
    client.at(datetime(2026, 11, 18, 9, tzinfo=UTC))
    first = client.github(f"{SITE}/commits", per_page=5)
    client.at(datetime(2026, 11, 18, 17, tzinfo=UTC))
    second = client.github(first.links["next"]["url"])
    assert second.json()[0]["sha"] == first.json()[-1]["parents"][0]["sha"]


def test_a_page_holds_at_most_a_hundred(client):
    assert len(client.github(f"{SITE}/commits", per_page=500).json()) == 100
    assert len(client.github(f"{SITE}/commits", per_page="abc").json()) == 30


def test_releases_newest_first(client):
    found = every(client, f"{SITE}/releases", per_page=50)
    published = [release["published_at"] for release in found]
    assert len(found) > 50
    assert published == sorted(published, reverse=True)


def test_deployments_with_their_states(client):
    newest = client.github(f"{SITE}/deployments", per_page=100).json()
    assert newest == sorted(newest, key=lambda deployment: deployment["created_at"], reverse=True)
    states = client.github(newest[-1]["statuses_url"]).json()
    assert states == sorted(states, key=lambda state: state["created_at"], reverse=True)
    assert states[0]["state"] in {"success", "failure", "inactive", "error"}
    production = client.github(f"{SITE}/deployments", environment="production").json()
    assert {one["environment"] for one in production} == {"production"}
    assert client.github(f"{SITE}/deployments/1/statuses").status_code == 404


def test_issues_of_every_state_with_pull_requests_told_apart(client):
    found = every(client, f"{SITE}/issues", state="all", per_page=50)
    assert {issue["state"] for issue in found} == {"open", "closed"}
    assert {"pull_request" in issue for issue in found} == {True, False}
    assert {issue["state"] for issue in client.github(f"{SITE}/issues").json()} == {"open"}
    assert {issue["number"] for issue in found} == {one.number for one in client.world.issues("dogbreed/site")}


def test_issues_since_compares_the_last_update(client):
    query = {"state": "all", "since": "2026-11-10T00:00:00Z", "sort": "updated", "direction": "asc"}
    found = every(client, f"{SITE}/issues", per_page=4, **query)
    updated = [issue["updated_at"] for issue in found]
    assert updated == sorted(updated)
    assert updated[0] >= "2026-11-10T00:00:00Z"
    assert min(issue["created_at"] for issue in found) < "2026-11-10T00:00:00Z"


def test_runs_reach_a_thousand_and_count_them_all(client):
    path = f"{SITE}/actions/runs"
    answers = list(pages(client, path, created="2026-08-01..2026-11-19", per_page=100))
    found = [run for answer in answers for run in answer.json()["workflow_runs"]]
    assert len(found) == 1000
    assert answers[0].json()["total_count"] > 1000
    beyond = client.github(path, created="2026-08-01..2026-11-19", per_page=100, page=11).json()
    assert beyond["workflow_runs"] == []


@pytest.mark.parametrize(
    ("created", "first", "last"),
    [
        ("2026-11-02..2026-11-03", "2026-11-02T00:00:00Z", "2026-11-03T23:59:59Z"),
        ("2026-11-02T08:00:00Z..2026-11-02T12:00:00Z", "2026-11-02T08:00:00Z", "2026-11-02T12:00:00Z"),
        (">=2026-11-20", "2026-11-20T00:00:00Z", "2026-11-20T12:03:30Z"),
        ("2026-11-04", "2026-11-04T00:00:00Z", "2026-11-04T23:59:59Z"),
    ],
)
def test_runs_of_a_range(client, created, first, last):
    body = client.github(f"{SITE}/actions/runs", created=created, per_page=100).json()
    times = [run["created_at"] for run in body["workflow_runs"]]
    assert times
    assert times == sorted(times, reverse=True)
    assert first <= times[-1] <= times[0] <= last


def test_runs_of_a_senseless_range(client):
    assert client.github(f"{SITE}/actions/runs", created="lately").status_code == 422


def test_an_empty_repository(client):
    answer = client.github("/repos/dogbreed/empty/commits")
    assert answer.status_code == 409
    assert answer.json()["message"] == "Git Repository is empty."
    assert client.github("/repos/dogbreed/empty/issues", state="all").json() == []
    runs = client.github("/repos/dogbreed/empty/actions/runs").json()
    assert runs == {"total_count": 0, "workflow_runs": []}


def test_a_renamed_repository_moves_to_its_id(client):
    token = {"Authorization": f"Bearer {client.credentials.github_token}"}
    url = f"{client.root}/github/repos/dogbreed/web/commits?per_page=3"
    answer = requests.get(url, headers=token, allow_redirects=False, timeout=60)
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{client.root}/github/repositories/700100001/commits?per_page=3"
    assert answer.json()["message"] == "Moved Permanently"
    assert client.github("/repos/dogbreed/web").json()["full_name"] == "dogbreed/site"


def test_an_unknown_repository(client):
    assert client.github("/repos/dogbreed/none/commits").json()["message"] == "Not Found"


def test_an_unchanged_page_costs_nothing(running):
    client = running()
    first = client.github(f"{SITE}/releases")
    again = client.github(f"{SITE}/releases", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["x-ratelimit-used"] == first.headers["x-ratelimit-used"] == "1"
    assert client.github(f"{SITE}/releases").headers["x-ratelimit-used"] == "2"
    assert client.github("/rate_limit").json()["resources"]["core"]["used"] == 2


def test_the_primary_limit(running):
    client = running(github_per_hour=2)
    answers = [client.github(SITE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 403]
    assert answers[1].headers["x-ratelimit-remaining"] == "0", "a 200 with nothing left is no error"
    assert answers[2].headers["x-ratelimit-remaining"] == "0"
    assert 0 < int(answers[2].headers["x-ratelimit-reset"]) - time.time() <= 3600
    assert "rate limit exceeded" in answers[2].json()["message"]


def test_the_secondary_limit(running):
    client = running(github_points_per_minute=3)
    answers = [client.github(f"{SITE}/releases") for _ in range(8)]
    refused = next(answer for answer in answers if answer.status_code == 403)
    assert int(refused.headers["Retry-After"]) >= 1
    assert "secondary rate limit" in refused.json()["message"]
    assert int(refused.headers["x-ratelimit-remaining"]) > 0


def test_without_a_token_sixty_an_hour(running):
    client = running(github_anonymous_per_hour=60)
    answer = requests.get(f"{client.root}/github{SITE}", timeout=60)
    assert answer.headers["x-ratelimit-limit"] == "60"


def test_wrong_tokens_agents_and_versions(client):
    url = f"{client.root}/github{SITE}"
    wrong = requests.get(url, headers={"Authorization": "Bearer ghp_no"}, timeout=60)
    assert (wrong.status_code, wrong.json()["message"]) == (401, "Bad credentials")
    nobody = requests.get(url, headers={"User-Agent": ""}, timeout=60)
    assert nobody.status_code == 403
    assert "User-Agent" in nobody.text
    assert client.github(SITE, headers={"X-GitHub-Api-Version": "1999-01-01"}).status_code == 400

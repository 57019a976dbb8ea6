"""GitHub's REST API, version 2022-11-28 (https://docs.github.com/rest): a repository's history."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.account import Account
from sandbox.answers import Refused, bearer_token, json_answer, root_url
from sandbox.house import Endpoint, House
from sandbox.misbehave import Spoiling
from sandbox.vendors import github_errors as errors
from sandbox.vendors.github_addresses import RENAMED, REPOSITORIES, Repository, Site
from sandbox.vendors.github_allowance import Allowance
from sandbox.vendors.github_lists import Lists

VERSIONS = frozenset({"2022-11-28", "2026-03-10"})
BY_ID = {repository.id: repository for repository in REPOSITORIES}
BY_NAME = {repository.full_name: repository for repository in REPOSITORIES}

ListEndpoint = Callable[[Request, Site], tuple[Any, dict[str, str]]]


class GitHub:
    """Repositories over the world's commits, deliveries, issues and workflow runs."""

    name = "github"
    account = Account(
        kept_as="github_token",
        make=lambda: "ghp_" + secrets.token_hex(18),
        extra={"repositories": ["dogbreed/site", "dogbreed/api"]},
        # Requests an hour with and without a token; points a minute and requests at once before the secondary limit;
        # how many results a filtered list of workflow runs can reach.
        limits={
            "github_per_hour": 5_000,
            "github_anonymous_per_hour": 60,
            "github_points_per_minute": 900,
            "github_concurrent": 100,
            "github_page": 100,
            "github_reachable_runs": 1_000,
        },
    )
    spoilings = (
        Spoiling(r"^/github/.*/commits", "", "commit.committer.date", {"when": "recently"}),
        Spoiling(r"^/github/.*/releases", "", "published_at", {"when": "recently"}),
        Spoiling(r"^/github/.*/statuses", "", "created_at", {"when": "recently"}),
        Spoiling(r"^/github/.*/deployments", "", "created_at", {"when": "recently"}),
        Spoiling(r"^/github/.*/issues", "", "updated_at", {"when": "recently"}),
        Spoiling(r"^/github/.*/runs", "workflow_runs", "run_attempt", "second"),
    )

    def __init__(self, house: House) -> None:
        self.house = house
        self.allowance = Allowance(house)
        self.lists = Lists(house)

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """Each list twice, for a repository goes by its name and by its id."""
        tails: list[tuple[str, ListEndpoint]] = [
            ("", self.lists.repository),
            ("/commits", self.lists.commits),
            ("/commits/{sha}", self.lists.commit),
            ("/compare/{basehead}", self.lists.compare),
            ("/releases", self.lists.releases),
            ("/deployments", self.lists.deployments),
            ("/deployments/{deployment}/statuses", self.lists.deployment_statuses),
            ("/issues", self.lists.issues),
            ("/actions/runs", self.lists.runs),
        ]
        routes: list[tuple[str, str, Endpoint]] = [("GET", "/rate_limit", self.rate_limit)]
        for place in ("/repos/{owner}/{repo}", "/repositories/{id}"):
            routes += [("GET", place + tail, self._listed(listed)) for tail, listed in tails]
        return routes

    def admit(self, request: Request) -> None:
        """403 without a User-Agent, 401 for a wrong token, 400 for an unknown version, then the limits."""
        if not request.headers.get("user-agent"):
            raise Refused(Response(errors.NO_AGENT, 403, media_type="text/html"))
        token = bearer_token(request)
        if token is not None and token != self.house.credentials.github_token:
            raise Refused(errors.error(401, "Bad credentials"))
        version = request.headers.get("x-github-api-version", "2022-11-28")
        if version not in VERSIONS:
            raise Refused(errors.error(400, f"'{version}' is not a supported API version."))
        self.allowance.admit(request, known=token is not None)

    def stamp(self, request: Request, answer: Response) -> Response:
        """ETag and 304, then the rate headers; a 304 costs nothing."""
        if answer.status_code == 200:
            answer = _conditional(request, answer)
        answer.headers["x-github-media-type"] = "github.v3; format=json"
        return self.allowance.stamp(request, answer)

    def lost(self, request: Request) -> Response:
        """404."""
        return errors.error(404, "Not Found")

    def fault(self, kind: str, seconds: int) -> Response:
        """What the service says when it will not answer."""
        if kind in ("429", "secondary_limit"):
            return errors.secondary_limit(429 if kind == "429" else 403, seconds)
        if kind == "quota":
            return self.allowance.exhausted(errors.primary_limit("user ID 90210044"), seconds)
        if kind == "expired_token":
            return errors.error(401, "Bad credentials")
        if kind == "forbidden":
            return errors.error(403, errors.NOT_ACCESSIBLE)
        if kind == "gone":
            return errors.error(404, "Not Found")
        return json_answer({"error": "Server Error"}, int(kind))

    def rate_limit(self, request: Request) -> Response:
        """GET /rate_limit; asking costs nothing."""
        return json_answer(self.allowance.body(request))

    def _listed(self, listed: ListEndpoint) -> Endpoint:
        def endpoint(request: Request) -> Response:
            site = Site(f"{root_url(request)}/github", _repository(request))
            body, headers = listed(request, site)
            return json_answer(body, headers=headers)

        return endpoint


def _repository(request: Request) -> Repository:
    if "id" in request.path_params:
        number = request.path_params["id"]
        repository = BY_ID.get(int(number)) if number.isdecimal() else None
    else:
        name = f"{request.path_params['owner']}/{request.path_params['repo']}".lower()
        if name in RENAMED:
            raise Refused(_moved(request, BY_NAME[RENAMED[name]]))
        repository = BY_NAME.get(name)
    if repository is None:
        raise Refused(errors.error(404, "Not Found"))
    return repository


def _moved(request: Request, repository: Repository) -> Response:
    url = f"{root_url(request)}/github/repositories/{repository.id}"
    tail = re.sub(r"^/github/repos/[^/]+/[^/]+", "", request.url.path)
    query = f"?{request.url.query}" if request.url.query else ""
    return errors.moved(url + tail + query, url + tail)


def _conditional(request: Request, answer: Response) -> Response:
    etag = f'W/"{hashlib.blake2b(bytes(answer.body), digest_size=32).hexdigest()}"'
    if request.headers.get("if-none-match") == etag:
        answer = Response(status_code=304)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
    return answer

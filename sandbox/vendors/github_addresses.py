"""GitHub's repositories and people here, and the URL-laden objects every answer embeds."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

ORGANISATION = "dogbreed"
FIRST_REPOSITORY = 700_100_001
HTML = "https://github.com"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository; an empty one has no commit yet."""

    id: int
    full_name: str
    description: str
    is_empty: bool = False

    @property
    def name(self) -> str:
        """Without the owner."""
        return self.full_name.partition("/")[2]


REPOSITORIES = (
    Repository(FIRST_REPOSITORY, "dogbreed/site", "What visitors of Dog.Breed see"),
    Repository(FIRST_REPOSITORY + 1, "dogbreed/api", "Breeds, pictures and predictions over HTTP"),
    Repository(FIRST_REPOSITORY + 2, "dogbreed/empty", "Nothing pushed yet", is_empty=True),
)
RENAMED = {"dogbreed/web": "dogbreed/site"}

REPOSITORY_URLS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
USER_URLS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}


@dataclass(frozen=True, slots=True)
class Site:
    """Where a repository stands: `api` is the API's root as the client reached it."""

    api: str
    repository: Repository

    @property
    def url(self) -> str:
        """The repository's API address."""
        return f"{self.api}/repos/{self.repository.full_name}"

    @property
    def html_url(self) -> str:
        """The repository's page."""
        return f"{HTML}/{self.repository.full_name}"


def number(*parts: object) -> int:
    """A stable id for something the world gives no number."""
    return zlib.crc32(" ".join(map(str, parts)).encode()) + 10_000_000


def node_id(kind: str, key: object) -> str:
    """GitHub's opaque global id."""
    return base64.b64encode(f"{kind}:{key}".encode()).decode().rstrip("=")


@lru_cache(maxsize=512)
def user(api: str, login: str, kind: str = "User") -> dict[str, Any]:
    """A simple-user; shared between bodies, so not to be changed."""
    own = number("user", login)
    here = f"{api}/users/{login}"
    body = {
        "login": login,
        "id": own,
        "node_id": node_id("User", own),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{own}?v=4",
        "gravatar_id": "",
        "url": here,
        "html_url": f"{HTML}/{login}",
    }
    body |= {name: here + tail for name, tail in USER_URLS.items()}
    return body | {"type": kind, "user_view_type": "public", "site_admin": False}


@lru_cache(maxsize=64)
def minimal_repository(site: Site) -> dict[str, Any]:
    """A minimal-repository; shared between bodies, so not to be changed."""
    repository = site.repository
    return {
        "id": repository.id,
        "node_id": node_id("Repository", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": False,
        "owner": user(site.api, ORGANISATION, "Organization"),
        "html_url": site.html_url,
        "description": repository.description,
        "fork": False,
        "url": site.url,
    } | {name: site.url + tail for name, tail in REPOSITORY_URLS.items()}

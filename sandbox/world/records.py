"""What the world is made of. Every datetime is aware and in UTC, with whole seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Minute(NamedTuple):
    """What the site's tag counted in the minute that begins at `at`. A tuple, since there are so many."""

    at: datetime
    active_users: int
    new_users: int
    total_users: int
    sessions: int
    page_views: int
    events: int


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch in which a service did not answer as it should; `ended_at` is None while it lasts."""

    service: str
    started_at: datetime
    ended_at: datetime | None
    reason: str
    status_code: int | None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit on the default branch; `author_login` is None where the e-mail belongs to no account."""

    sha: str
    author_name: str
    author_email: str
    author_login: str | None
    authored_at: datetime
    committed_at: datetime
    message: str


@dataclass(frozen=True, slots=True)
class Release:
    """A published release."""

    id: int
    tag: str
    name: str
    author_login: str
    created_at: datetime
    published_at: datetime
    prerelease: bool
    body: str


@dataclass(frozen=True, slots=True)
class DeploymentStatus:
    """One step of a deployment: pending, in_progress, success, failure or inactive."""

    id: int
    state: str
    created_at: datetime
    description: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment with the statuses it has reached so far, oldest first."""

    id: int
    sha: str
    ref: str
    environment: str
    creator_login: str
    created_at: datetime
    statuses: tuple[DeploymentStatus, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue or a pull request as it stands now."""

    id: int
    number: int
    title: str
    author_login: str
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    is_pull_request: bool
    merged_at: datetime | None
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """A workflow run as it stands now; `conclusion` is None until `status` is "completed"."""

    id: int
    name: str
    run_number: int
    run_attempt: int
    event: str
    branch: str
    sha: str
    status: str
    conclusion: str | None
    created_at: datetime
    run_started_at: datetime
    updated_at: datetime

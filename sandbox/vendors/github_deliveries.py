"""GitHub's releases and deployments as JSON."""

from __future__ import annotations

from typing import Any

from sandbox.answers import timestamp
from sandbox.vendors.github_addresses import Site, node_id, user
from sandbox.world import Deployment, DeploymentStatus, Release

ENVIRONMENTS = {"production": "https://www.dog.breed", "staging": "https://staging.dog.breed"}


def release_body(site: Site, release: Release) -> dict[str, Any]:
    """A published release; `created_at` is the date of its commit."""
    here = f"{site.url}/releases/{release.id}"
    return {
        "url": here,
        "assets_url": f"{here}/assets",
        "upload_url": f"https://uploads.github.com/repos/{site.repository.full_name}/releases/{release.id}/assets{{?name,label}}",
        "html_url": f"{site.html_url}/releases/tag/{release.tag}",
        "id": release.id,
        "author": user(site.api, release.author_login),
        "node_id": node_id("Release", release.id),
        "tag_name": release.tag,
        "target_commitish": "main",
        "name": release.name,
        "draft": False,
        "immutable": False,
        "prerelease": release.prerelease,
        "created_at": timestamp(release.created_at),
        "updated_at": timestamp(release.published_at),
        "published_at": timestamp(release.published_at),
        "assets": [],
        "tarball_url": f"{site.url}/tarball/{release.tag}",
        "zipball_url": f"{site.url}/zipball/{release.tag}",
        "body": release.body,
    }


def deployment_body(site: Site, deployment: Deployment) -> dict[str, Any]:
    """A deployment; its states are asked for one by one."""
    here = f"{site.url}/deployments/{deployment.id}"
    latest = deployment.statuses[-1].created_at if deployment.statuses else deployment.created_at
    return {
        "url": here,
        "id": deployment.id,
        "node_id": node_id("Deployment", deployment.id),
        "task": "deploy",
        "original_environment": deployment.environment,
        "environment": deployment.environment,
        "description": None,
        "created_at": timestamp(deployment.created_at),
        "updated_at": timestamp(latest),
        "statuses_url": f"{here}/statuses",
        "repository_url": site.url,
        "creator": user(site.api, deployment.creator_login),
        "sha": deployment.sha,
        "ref": deployment.ref,
        "payload": {},
        "transient_environment": False,
        "production_environment": deployment.environment == "production",
        "performed_via_github_app": None,
    }


def deployment_status_body(site: Site, deployment: Deployment, status: DeploymentStatus) -> dict[str, Any]:
    """One state a deployment has reached."""
    deployment_url = f"{site.url}/deployments/{deployment.id}"
    log_url = f"{site.html_url}/actions/runs/{deployment.id}/job/{status.id}"
    return {
        "url": f"{deployment_url}/statuses/{status.id}",
        "id": status.id,
        "node_id": node_id("DeploymentStatus", status.id),
        "state": status.state,
        "creator": user(site.api, deployment.creator_login),
        "description": status.description,
        "environment": deployment.environment,
        "target_url": log_url,
        "created_at": timestamp(status.created_at),
        "updated_at": timestamp(status.created_at),
        "deployment_url": deployment_url,
        "repository_url": site.url,
        "environment_url": ENVIRONMENTS.get(deployment.environment, ""),
        "log_url": log_url,
        "performed_via_github_app": None,
    }

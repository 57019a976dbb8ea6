"""What Airflow is to load of bellwether at its start, in every process: the one file here that it scans.

An executor that forks its tasks (LocalExecutor) hands them what it has imported already. Each of these costs a
task a quarter of a second of CPU, and three tasks a source run every five minutes.
"""

from typing import Any

import airflow.providers.amazon.aws.hooks.s3
import airflow.providers.http.hooks.http
import airflow.providers.postgres.hooks.postgres  # noqa: F401
from airflow.plugins_manager import AirflowPlugin

import bellwether.staging.rows  # noqa: F401
from bellwether.pages import registry


class Pages:
    """The pages' application, imported at the first request: tasks and the scheduler have no use for it."""

    def __init__(self) -> None:
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._app is None:
            from bellwether.pages.app import build

            self._app = build()
        await self._app(scope, receive, send)


class BellwetherPlugin(AirflowPlugin):
    """The bundle, as Airflow's list of plugins shows it, and its pages in Airflow's sidebar."""

    name = "bellwether"
    fastapi_apps: list[Any] = [{"app": Pages(), "url_prefix": "/bellwether", "name": "bellwether"}]  # noqa: RUF012
    external_views: list[Any] = registry.sidebar(registry.find().pages)

"""What Airflow is to load of bellwether at its start, in every process: the one file here that it scans.

An executor that forks its tasks (LocalExecutor) hands them what it has imported already. Each of these costs a
task a quarter of a second of CPU, and three tasks a source run every five minutes.
"""

import airflow.providers.amazon.aws.hooks.s3
import airflow.providers.http.hooks.http
import airflow.providers.postgres.hooks.postgres  # noqa: F401
from airflow.plugins_manager import AirflowPlugin

import bellwether.staging.rows  # noqa: F401


class BellwetherPlugin(AirflowPlugin):
    """The bundle, as Airflow's list of plugins shows it."""

    name = "bellwether"

"""A folder laid out as MWAA lays out its container's, and the environment that it gives Airflow.

Read from aws/amazon-mwaa-docker-images, images/airflow/3.3.1/python/mwaa/config/airflow.py; what only its own modules
can serve (its logging class, its queue, IAM's login) is left out, and named in docs/mwaa.md.
"""

from __future__ import annotations

import io
import json
import re
import secrets
import zipfile
from pathlib import Path
from typing import Any

CONNECTIONS_PREFIX = "airflow/connections"
BACKEND = "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend"
# What MWAA sets for workers, unasked.
_MWAA_S_OWN_KWARGS = json.dumps({"connections_lookup_pattern": "^(?!aws_default$).*$"})


def unpack(files: dict[str, bytes], root: Path) -> Path:
    """Lay a package out below a root folder as MWAA does below `/`; returns AIRFLOW_HOME."""
    home = root / "usr" / "local" / "airflow"
    with zipfile.ZipFile(io.BytesIO(files["plugins.zip"])) as archive:
        archive.extractall(home / "plugins")
    for name, body in files.items():
        if name != "plugins.zip":
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(body)
    for name in ("python", "tmp"):
        (root / name).mkdir()
    return home


def documented_kwargs() -> str:
    """What docs/mwaa.md says that `secrets.backend_kwargs` should be."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "mwaa.md").read_text()
    (found,) = re.findall(r"`secrets\.backend_kwargs` \| `(\{.*?\})`", text)
    kwargs: str = found
    return kwargs


def settings(home: Path, *, metadata_uri: str, secrets_url: str) -> dict[str, str]:
    """The environment, AWS's part included; Secrets Manager is the only place that connections come from."""
    root = home.parents[2]
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(root / "tmp"),
        "PYTHONPATH": str(root / "python"),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__MULTI_TEAM": "False",
        "AIRFLOW__CORE__EXECUTE_TASKS_NEW_PYTHON_INTERPRETER": "True",
        "AIRFLOW__CORE__SENSITIVE_VAR_CONN_NAMES": "proxy,proxies",
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
        "AIRFLOW__API__SERVER_TYPE": "gunicorn",
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
        "AIRFLOW__API_AUTH__JWT_ALGORITHM": "HS256",
        "AIRFLOW__CELERY__WORKER_ENABLE_REMOTE_CONTROL": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata_uri,
        "AIRFLOW__EXECUTION_API__JWT_EXPIRATION_TIME": "86400",
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "AIRFLOW__METRICS__STATSD_ON": "True",
        "AIRFLOW__METRICS__STATSD_HOST": "localhost",
        "AIRFLOW__METRICS__STATSD_PORT": "8125",
        "AIRFLOW__SCHEDULER__STANDALONE_DAG_PROCESSOR": "True",
        "AIRFLOW__SCHEDULER__SCHEDULE_AFTER_TASK_EXECUTION": "False",
        "AIRFLOW__TRIGGERER__QUEUES_ENABLED": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS": _MWAA_S_OWN_KWARGS,
        # The two options that docs/mwaa.md asks for.
        "AIRFLOW__SECRETS__BACKEND": BACKEND,
        "AIRFLOW__SECRETS__BACKEND_KWARGS": documented_kwargs(),
        "AIRFLOW_CONN_AWS_DEFAULT": "aws://",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EXECUTION_ENV": "Amazon_MWAA_331",
        # In the place of the execution role.
        "AWS_ACCESS_KEY_ID": "execution",
        "AWS_SECRET_ACCESS_KEY": "role",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": secrets_url,
        "no_proxy": "127.0.0.1,localhost",
        "NO_PROXY": "127.0.0.1,localhost",
    }


def keep(client: Any, connections: dict[str, str]) -> None:
    """Put connections, by AIRFLOW_CONN_… name, into Secrets Manager as docs/mwaa.md says."""
    for name, value in connections.items():
        conn_id = name.removeprefix("AIRFLOW_CONN_").lower()
        client.create_secret(Name=f"{CONNECTIONS_PREFIX}/{conn_id}", SecretString=value)

"""`python alive.py scheduler`: whether a part of Airflow is healthy by what it last told the database.

The health check of docker-compose.yaml: `airflow jobs check` would take 5 s of CPU each time. Standard library only.
"""

import json
import sys
import urllib.request

HEALTH = "http://api-server:8080/api/v2/monitor/health"
SECONDS = 15


def is_healthy(part: str, url: str = HEALTH) -> bool:
    """Whether the api-server at `url` calls `part` (scheduler, dag_processor, triggerer) healthy."""
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310  an address of ours
        status: str = json.load(answer)[part]["status"]
    return status == "healthy"


if __name__ == "__main__":
    sys.exit(not is_healthy(sys.argv[1]))

"""A Python environment with what MWAA's image holds, our requirements installed in it as MWAA installs them.

What the image installs, and how requirements.txt comes in, is read from aws/amazon-mwaa-docker-images
(images/airflow/3.3.1: 001-install-required-pip-packages.sh, mwaa_essential_constraints.txt, user_requirements.py).
"""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

AIRFLOW = "3.3.1"
CONSTRAINTS = f"https://raw.githubusercontent.com/apache/airflow/constraints-{AIRFLOW}/constraints-3.12.txt"
# psycopg2 itself is built from source there; the same code comes as psycopg2-binary here.
IMAGE = [
    "apache-airflow-providers-amazon[aiobotocore]",
    f"apache-airflow[celery,statsd]=={AIRFLOW}",
    f"apache-airflow-core[gunicorn]=={AIRFLOW}",
    "apache-airflow-providers-postgres",
    "apache-airflow-providers-fab",
    "apache-airflow-providers-standard",
    "celery[sqs]",
    "psycopg2-binary",
    "pycurl",
    "watchtower",
    "fluent-logger",
    "virtualenv",
]
# Of mwaa_essential_constraints.txt what no requirements.txt may change.
ESSENTIAL = [
    "apache-airflow==3.3.1", "flask-appbuilder==5.2.2", "Flask==3.1.3", "gunicorn==26.0.0", "billiard==4.2.4",
    "celery==5.6.3", "gevent==26.7.0", "greenlet==3.5.4", "kombu==5.6.2", "vine==5.1.0", "SQLAlchemy==2.0.51",
    "statsd==4.0.1", "watchtower==3.4.0", "fluent-logger==0.11.1",
]  # fmt: skip
PIP_LIMIT_SECONDS = 9 * 60
"""How long MWAA lets pip install requirements.txt."""
_UV = Path(__file__).resolve().parents[2] / ".tools" / "uv" / "bin" / "uv"


@dataclass(frozen=True)
class Installed:
    """Seconds and bytes of an installation, and the environment's Python."""

    python: Path
    image_seconds: float
    image_bytes: int
    ours_seconds: float
    ours_bytes: int
    ours_packages: int


def install(folder: Path, python: str, constraints: str, requirements: Path) -> Installed:
    """Make the environment; subprocess.CalledProcessError if pip refuses, as it would on MWAA."""
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    inner = folder / "bin" / "python"
    began = time.monotonic()
    _install_image(inner, constraints)
    image = time.monotonic() - began, _size(folder), _packages(inner)
    essential = folder / "essential.txt"
    essential.write_text("\n".join(ESSENTIAL) + "\n")
    began = time.monotonic()
    words = ["install", "--constraint", str(essential), "-r", str(requirements), "-c", constraints]
    _pip(inner, *words, timeout=PIP_LIMIT_SECONDS)
    seconds = time.monotonic() - began
    _pip(inner, "check")
    return Installed(
        python=inner,
        image_seconds=image[0],
        image_bytes=image[1],
        ours_seconds=seconds,
        ours_bytes=_size(folder) - image[1],
        ours_packages=_packages(inner) - image[2],
    )


def _install_image(inner: Path, constraints: str) -> None:
    """What is in the image before we come, by the quicker of the installers: its time is not ours."""
    if _UV.exists():
        words = [str(_UV), "pip", "install", "--quiet", "--compile-bytecode", "--python", str(inner)]
        subprocess.run([*words, "-c", constraints, *IMAGE], check=True, env=_environment())
    else:
        _pip(inner, "install", "-c", constraints, *IMAGE)


def _pip(inner: Path, *words: str, timeout: float | None = None) -> None:
    command = [str(inner), "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, timeout=timeout, env=_environment())


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    index = kept.get("PIP_INDEX_URL") or subprocess.run(
        ["python3", "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    ).stdout.strip()  # fmt: skip
    return kept | ({"UV_DEFAULT_INDEX": index} if index and not kept.get("UV_DEFAULT_INDEX") else {})


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def _packages(inner: Path) -> int:
    listed = subprocess.run(
        [str(inner), "-m", "pip", "--disable-pip-version-check", "list", "--format=freeze"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return len(listed.stdout.splitlines())

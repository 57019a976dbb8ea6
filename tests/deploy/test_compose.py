"""docker-compose.yaml, as it stands and as Compose itself reads it. tests/compose/run starts it for real."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.dotenv import read as dotenv
from local.environment import CHECKOUT

ONE_SHOT = {"setup", "fleet", "migrate", "start"}
FLEET = {"fleet", "broker", "worker"}
COMPONENTS = {"api-server", "scheduler", "dag-processor", "triggerer"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yaml").read_text())
    return made


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]
    return found


def compose_binary() -> list[str]:
    """Compose v2 as a plugin of docker, or where tests/compose/run has put one; empty where there is none."""
    own = CHECKOUT / ".tools" / "compose" / "compose" / "docker-compose"
    if own.exists():
        return [str(own)]
    docker = shutil.which("docker")
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0:
        return [docker, "compose"]
    return []


def test_all_the_parts_are_there(services: dict[str, Any]) -> None:
    assert services.keys() == ONE_SHOT | FLEET | COMPONENTS | {"postgres", "seaweedfs", "sandbox", "collector"}
    assert {name for name, each in services.items() if each.get("profiles")} == FLEET


def test_only_airflow_and_the_collector_are_published_and_on_loopback_only(services: dict[str, Any]) -> None:
    published = {name: each["ports"] for name, each in services.items() if "ports" in each}
    assert published == {
        "api-server": ["127.0.0.1:${AIRFLOW_PORT:-8080}:8080"],
        "collector": ["127.0.0.1:${EVENTS_PORT:-8500}:8500"],
    }
    assert not [name for name, each in services.items() if each.get("privileged")]
    assert {each["network_mode"] for each in services.values() if "network_mode" in each} == {"none"}


def test_every_service_is_hardened(services: dict[str, Any]) -> None:
    for name, each in services.items():
        assert each["security_opt"] == ["no-new-privileges:true"], name
        assert each["cap_drop"] == ["ALL"], name
        assert each["read_only"] is True, name
        assert each["mem_limit"], name
    # The others run as a user of their own from the start.
    assert {name for name, each in services.items() if "cap_add" in each} == {"postgres", "seaweedfs", "broker"}


def test_a_service_reaches_only_what_it_talks_to(compose: dict[str, Any], services: dict[str, Any]) -> None:
    reached = {name: {*each.get("networks", [])} for name, each in services.items()}
    stores = {"postgres": {"database"}, "seaweedfs": {"lake"}, "sandbox": {"vendors"}, "broker": {"broker"}}
    for name, networks in stores.items():
        assert reached[name] == networks
        assert compose["networks"][next(iter(networks))] == {"internal": True}
    assert [name for name, networks in reached.items() if "broker" in networks] == ["scheduler", "broker", "worker"]
    assert reached["setup"] == reached["fleet"] == set()
    assert reached["collector"] == {"front", "lake"}


def test_the_user_s_secrets_go_to_setup_only(services: dict[str, Any]) -> None:
    assert {name for name, each in services.items() if "env_file" in each} == {"setup", "fleet"}
    mounts = {name: {volume.split(":")[0] for volume in each.get("volumes", [])} for name, each in services.items()}
    assert {name for name in services if "secrets" in mounts[name]} == {"setup", "fleet"}
    assert {name for name in services if "connections" in mounts[name]} == {
        "setup", "fleet", "scheduler", "dag-processor", "triggerer", "start", "worker",
    }  # fmt: skip
    assert {name for name in services if "postgres-password" in mounts[name]} == {"setup", "fleet", "postgres"}
    assert mounts["collector"] == {"collector-connections", "events"}


def test_one_service_builds_the_image_of_all(services: dict[str, Any]) -> None:
    assert [name for name, each in services.items() if "build" in each] == ["setup"]
    assert services["setup"]["image"] == services["scheduler"]["image"] == services["worker"]["image"]


def test_the_passwords_stand_on_no_command_line() -> None:
    script = (CHECKOUT / "deploy/compose/databases.sh").read_text()
    command = next(line for line in script.splitlines() if "psql " in line and not line.startswith("#"))
    assert "password" not in command


def test_every_image_is_pinned(services: dict[str, Any]) -> None:
    images = {each["image"] for each in services.values() if not each["image"].startswith("${")}
    images.add((CHECKOUT / "Dockerfile").read_text().split("FROM ", 1)[1].split()[0])
    assert len(images) == 4
    for image in images:
        assert re.search(r":\d+(\.\d+)*", image), image


def test_airflow_is_the_version_that_the_requirements_name() -> None:
    version = re.search(r"^apache-airflow==(\S+)$", (CHECKOUT / "requirements.txt").read_text(), re.M)
    assert version
    assert f"FROM apache/airflow:{version[1]}-python3.12\n" in (CHECKOUT / "Dockerfile").read_text()


def test_what_stays_up_says_how_it_is_and_comes_back(services: dict[str, Any]) -> None:
    for name, each in services.items():
        if name in ONE_SHOT:
            assert each["restart"] == "no", name
        else:
            assert each["restart"] == "unless-stopped", name
            assert each["healthcheck"]["test"], name


def test_nothing_starts_before_what_it_needs(services: dict[str, Any]) -> None:
    needed = {name: each.get("depends_on", {}) for name, each in services.items()}
    for name, on in needed.items():
        for other, how in on.items():
            wanted = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
            assert how["condition"] == wanted, (name, other)
    assert needed["setup"] == {}
    for name in COMPONENTS - {"api-server"}:
        # A task that asks the execution API before it has warmed up fails.
        assert "api-server" in needed[name]
    assert not needed["migrate"]["fleet"]["required"]


def test_what_is_kept_lies_on_volumes_with_a_name(compose: dict[str, Any], services: dict[str, Any]) -> None:
    mounted = {volume.split(":")[0] for each in services.values() for volume in each.get("volumes", [])}
    assert mounted == compose["volumes"].keys() | {"./deploy/compose/databases.sh"}
    assert "postgres:/var/lib/postgresql" in services["postgres"]["volumes"]
    assert "lake:/data" in services["seaweedfs"]["volumes"]


def test_no_secret_stands_in_it_or_has_a_default(services: dict[str, Any]) -> None:
    for name, each in services.items():
        for variable, value in (each.get("environment") or {}).items():
            if re.search(r"PASSWORD|SECRET|KEY|TOKEN|CONN_", variable) and variable != "CONNECTION_CHECK_MAX_COUNT":
                assert variable.endswith("_FILE"), (name, variable)
                assert str(value).startswith("/var/lib/bellwether/"), (name, variable)


def test_every_line_of_the_example_can_be_used(tmp_path: Path) -> None:
    lines = (CHECKOUT / ".env.example").read_text()
    (tmp_path / ".env").write_text(re.sub(r"^#(?=[A-Z])", "", lines, flags=re.M))
    found = dotenv(tmp_path)
    text = (CHECKOUT / "docker-compose.yaml").read_text()
    own = {name for name in found if not name.startswith("AIRFLOW_")} - {"COMPOSE_PROFILES"}
    assert own == {"SANDBOX", "SEAWEEDFS", "WORKERS", "BELLWETHER_IMAGE", "EVENTS_PORT"}
    for name in own | {"AIRFLOW_PORT"}:
        assert f"${{{name}:-" in text
    for value in found.values():
        if value.startswith("{"):
            assert json.loads(value)["conn_type"]


@pytest.mark.skipif(
    not compose_binary(), reason="no Compose v2 here: docker's plugin, or tests/compose/run fetches one"
)
@pytest.mark.parametrize("profile", [(), ("--profile", "fleet")], ids=["plain", "fleet"])
def test_compose_itself_accepts_it(profile: tuple[str, ...], tmp_path: Path) -> None:
    for name in ("docker-compose.yaml", "Dockerfile"):
        shutil.copy(CHECKOUT / name, tmp_path)
    command = [*compose_binary(), *profile, "config", "--format", "json"]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COMPOSE_", "AIRFLOW"))}
    said = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    services = json.loads(said.stdout)["services"]
    assert FLEET.isdisjoint(services) is not bool(profile)
    (port,) = services["api-server"]["ports"]
    assert (port["host_ip"], port["published"]) == ("127.0.0.1", "8080")

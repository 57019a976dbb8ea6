"""Steps: the file is valid, the image builds, all comes up healthy, on loopback only, and tells its login."""

import socket
import time

from tests.compose.programs import ROOT, Failed, run
from tests.compose.stack import COMPOSE_FILE, IMAGE, PROJECT, Stack

BUILD_SECONDS = 1800


def config(stack: Stack) -> str:
    """`docker compose config` takes the unmodified file, with and without the profile."""
    for profiles in ([], ["fleet"]):
        stack.profiles = profiles
        stack.compose("config", "--quiet")
        services = stack.compose("config", "--services").split()
        if ("worker" in services) != bool(profiles):
            raise Failed(f"with profiles {profiles} the services are {services}")
    stack.profiles = []
    return "valid, with and without the profile fleet"


def build(stack: Stack) -> str:
    """Our Dockerfile builds; outside compose, for a build of an engine without a way out takes the host's network."""
    began = time.monotonic()
    run(["docker", "build", "--network=host", "--tag", IMAGE, ROOT], seconds=BUILD_SECONDS, env=stack.env)
    size = int(stack.docker("image", "inspect", "--format", "{{.Size}}", IMAGE))
    stack.figures["image bellwether:local"] = f"{size / 1e6:,.0f} MB"
    stack.figures["its build"] = f"{time.monotonic() - began:.0f} s"
    return f"{size / 1e6:,.0f} MB"


def up(stack: Stack) -> str:
    """`up` without any .env, from nothing: healthy, one-shots done, and how long until rows are loaded."""
    # Without its profile named, `down` leaves the fleet running.
    stack.profiles = ["fleet"]
    stack.compose("down", "--volumes", "--remove-orphans", seconds=180)
    stack.profiles = []
    began = time.monotonic()
    healthy = stack.up()
    stack.until("first loaded rows", lambda: _rows(stack), 300, every=0.5)
    rows = time.monotonic() - began
    stack.figures["up to healthy"] = f"{healthy:.0f} s"
    stack.figures["up to first loaded rows"] = f"{rows:.0f} s"
    return f"healthy after {healthy:.0f} s, first loaded rows after {rows:.0f} s"


def ports(stack: Stack) -> str:
    """What is published is published on 127.0.0.1, and from this machine's other address there is no way in."""
    published = []
    for container in stack.containers():
        for bound in stack.inspect(container["ID"])["NetworkSettings"]["Ports"].values():
            published += [(container["Service"], one["HostIp"], int(one["HostPort"])) for one in bound or []]
    if [name for name, _, _ in published] != ["api-server"] or {address for _, address, _ in published} != {
        "127.0.0.1"
    }:
        raise Failed(f"published: {published}")
    port = published[0][2]
    with socket.create_connection(("127.0.0.1", port), 5):
        pass
    other = _other_address()
    if other:
        _refused(other, port)
    return f"127.0.0.1:{port} only" + (f"; {other}:{port} refuses" if other else "")


def login(stack: Stack) -> str:
    """The log of `start` tells address, user and password, and no container's environment holds the password."""
    url, user, password = stack.login()
    for container in stack.containers(everything=True):
        if any(password in one for one in stack.inspect(container["ID"])["Config"]["Env"]):
            raise Failed(f"the environment of {container['Service']} shows the login's password")
    return f"{url}, user {user}, a password of {len(password)} characters"


def lacking(stack: Stack) -> str:
    """With an .env that takes a store away and names none in its place, what is missing is named."""
    folder = stack.artefacts / "lacking"
    (folder / "deploy/compose").mkdir(parents=True, exist_ok=True)
    (folder / "docker-compose.yaml").write_text(COMPOSE_FILE.read_text())
    (folder / ".env").write_text("SEAWEEDFS=0\n")
    words = [*stack.words[: stack.words.index("--project-name")], "--project-directory", str(folder)]
    words += ["--project-name", f"{PROJECT}-lacking", "--file", str(folder / "docker-compose.yaml")]
    try:
        run([*words, "run", "--rm", "--no-deps", "--pull", "never", "setup"], env=stack.env)
    except Failed as named:
        if "AIRFLOW_CONN_LAKE" not in str(named).partition("\n")[2]:
            raise
        return str(named).splitlines()[-1]
    finally:
        run([*words, "down", "--volumes"], env=stack.env)
    raise Failed("SEAWEEDFS=0 without AIRFLOW_CONN_LAKE is taken")


def _rows(stack: Stack) -> bool:
    # Until the tables are there, there is nothing to ask.
    if stack.sql("select to_regclass('coverage') is not null") != [["t"]]:
        return False
    return stack.sql("select coalesce(sum(row_count), 0) > 0 from coverage") == [["t"]]


def _other_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            # Nothing is sent: the kernel chooses the address by which it would be.
            asked.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        address: str = asked.getsockname()[0]
        return address


def _refused(address: str, port: int) -> None:
    try:
        with socket.create_connection((address, port), 5):
            pass
    except OSError:
        return
    raise Failed(f"{address}:{port} lets anybody in")

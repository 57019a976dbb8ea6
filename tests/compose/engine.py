"""The Docker engine: the one that DOCKER_HOST names, else a dockerd of our own that nothing on the machine notices."""

import hashlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.compose.programs import Failed, run, tail

SECONDS_TO_START = 30
SECONDS_TO_STOP = 60
# No rule of the machine's firewall, no bridge and no forwarding: containers have no way out, and see each other.
FLAGS = (
    "--iptables=false",
    "--ip6tables=false",
    "--ip-masq=false",
    "--ip-forward=false",
    "--bridge=none",
    "--storage-driver=overlay2",
)


class Engine:
    """A dockerd of ours over the folder `home`; `host` is what DOCKER_HOST is to be."""

    def __init__(self, home: Path) -> None:
        self.home = home
        # Sockets have short names: the folder may be deep.
        self.place = Path("/run") / f"bellwether-{hashlib.sha256(str(home).encode()).hexdigest()[:8]}"
        self.host = f"unix://{self.place}/docker.sock"
        self.pidfile = self.place / "dockerd.pid"

    def start(self) -> str:
        """Start the daemon, or take the one that a run with --keep left; return which it was.

        Raises Failed when there is no dockerd, we are not root, or it does not answer.
        """
        if _alive(self.pid()):
            return "still runs"
        if os.geteuid() or not shutil.which("dockerd"):
            raise Failed(
                "a dockerd of our own needs root and Debian's packages (`apt-get install docker.io iptables "
                "debootstrap`); or let DOCKER_HOST name a running engine"
            )
        self.place.mkdir(parents=True, exist_ok=True)
        with (self.home / "dockerd.log").open("w") as log:
            places = ["--data-root", self.home / "root", "--exec-root", self.place / "exec", "--pidfile", self.pidfile]
            started = subprocess.Popen(
                [str(word) for word in ("dockerd", *places, "--host", self.host, *FLAGS)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._wait(started)
        return "started"

    def _wait(self, started: "subprocess.Popen[bytes]") -> None:
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until:
            try:
                run(["docker", "--host", self.host, "version"], seconds=10)
                return
            except Failed:
                if started.poll() is not None:
                    break
                time.sleep(0.2)
        raise Failed("dockerd does not answer:\n" + tail((self.home / "dockerd.log").read_text(), 20))

    def pid(self) -> int:
        try:
            return int(self.pidfile.read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def stop(self) -> None:
        """Stop our daemon, which takes its containers along; raises Failed when it goes on."""
        pid = self.pid()
        if not _alive(pid):
            return
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + SECONDS_TO_STOP
        while _alive(pid):
            if time.monotonic() > until:
                raise Failed(f"dockerd (process {pid}) does not stop")
            time.sleep(0.2)
        # The daemon leaves the host's network namespace mounted.
        for mounted in (self.place / "exec/netns").glob("*"):
            subprocess.run(["umount", mounted], check=False, capture_output=True)
        shutil.rmtree(self.place, ignore_errors=True)


def _alive(pid: int) -> bool:
    """Tell whether the process is a dockerd that runs: process ids are used again."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return b"dockerd" in command and state != "Z"

"""SeaweedFS on 127.0.0.1 as the lake: a `weed mini` with the S3 protocol, whose data persists over restarts.

Only the S3 port accepts clients without a certificate, and requires signatures; mutual_tls.py protects the others.
"""

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.services import binaries
from local.services.mutual_tls import write_security
from local.services.process import Process, start, stop, wait_until

BUCKET = "lake"
REGION = "us-east-1"
# Named like the program's flags; every port has a gRPC port, by default 10,000 higher.
USUAL_PORTS = {"s3": 8333, "master": 9333, "volume": 9340, "filer": 8888, "admin": 23646}
USUAL_PORTS |= {f"{name}.grpc": port + 10_000 for name, port in USUAL_PORTS.items()}


class SeaweedFS:
    """An S3 server with the bucket `lake`; every port requires its key or certificate."""

    name = "SeaweedFS"

    def __init__(self, home: Path, access_key: str, secret_key: str) -> None:
        self.home = home
        self.access_key = access_key
        self.secret_key = secret_key
        self.folder = home / "seaweedfs"
        self.log = home / "logs" / "seaweedfs.log"

    def start(self, ports: Mapping[str, int]) -> Process:
        """Start on `ports` (keys as in USUAL_PORTS) and return when the bucket exists."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # SeaweedFS creates files in it that others may read.
        self.folder.chmod(0o700)
        write_security(self.folder)
        # Every start writes its flags to this file, and later starts read flags from it that they do not set.
        (self.folder / "mini.options").unlink(missing_ok=True)
        command = [str(binaries.weed()), "mini", f"-dir={self.folder}", *_flags(ports)]
        process = start(command, log=self.log, env=self._environment(), cwd=self.folder)
        try:
            wait_until(lambda: self._answers(ports["s3"]), name=self.name, process=process, log=self.log, seconds=60)
        except BaseException:
            self.stop(process, ports)
            raise
        return process

    def stop(self, process: Process, ports: Mapping[str, int]) -> None:
        """Stop it; after heavy use it may need half a minute, and it loses no data when killed."""
        stop(process, patience=5)
        for socket in _sockets(ports):
            with contextlib.suppress(OSError):
                socket.unlink()

    def client(self, port: int) -> BaseClient:
        """Return a boto3 client for the server."""
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{port}",
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=REGION,
            config=Config(retries={"max_attempts": 0}, connect_timeout=2, read_timeout=10, proxies={}),
        )

    def _answers(self, port: int) -> bool:
        try:
            self.client(port).head_bucket(Bucket=BUCKET)
        except (ClientError, BotoCoreError):
            return False
        return True

    def _environment(self) -> dict[str, str]:
        # WEED_* and AWS_* variables would override the flags.
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "WEED_", "S3_"))}
        return kept | {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            # With 256 MiB its garbage collector runs all the time: four times the CPU per request, 11 % of a core idle.
            "GOMEMLIMIT": "768MiB",
        }


def _flags(ports: Mapping[str, int]) -> list[str]:
    """Flags for loopback only, no telemetry, and no unneeded services."""
    flags = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false", f"-bucket={BUCKET}"]
    flags += [
        "-volume.preStopSeconds=0",
        "-webdav=false",
        "-admin.ui=false",
        "-s3.iam=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
    ]
    # Only the S3 server's own origin; by default it lets browsers give every site its answers.
    origin = f"http://127.0.0.1:{ports['s3']}"
    flags += [f"-s3.allowedOrigins={origin}", f"-filer.allowedOrigins={origin}"]
    for name, port in ports.items():
        part, _, grpc = name.partition(".")
        flags.append(f"-{part}.port{'.grpc' if grpc else ''}={port}")
    return flags


def _sockets(ports: Mapping[str, int]) -> Iterable[Path]:
    """The Unix sockets that `weed mini` leaves in /tmp when it is killed."""
    for name, port in ports.items():
        yield Path("/tmp") / f"seaweedfs-{name.replace('.', '-')}-{port}.sock"

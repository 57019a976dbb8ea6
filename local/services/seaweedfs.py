"""SeaweedFS on 127.0.0.1 as the lake: the S3 protocol by one `weed mini`, data kept over restarts.

Of its ports the S3 port alone answers strangers, and asks them for a signature; mutual_tls.py closes the others.
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
# Named as the program's flags are; each has a gRPC port beside it, by default 10,000 higher.
USUAL_PORTS = {"s3": 8333, "master": 9333, "volume": 9340, "filer": 8888, "admin": 23646}
USUAL_PORTS |= {f"{name}.grpc": port + 10_000 for name, port in USUAL_PORTS.items()}


class SeaweedFS:
    """One S3 server with the bucket `lake`; nobody gets in without its key, by whatever port."""

    name = "SeaweedFS"

    def __init__(self, home: Path, access_key: str, secret_key: str) -> None:
        self.home = home
        self.access_key = access_key
        self.secret_key = secret_key
        self.folder = home / "seaweedfs"
        self.log = home / "logs" / "seaweedfs.log"

    def start(self, ports: Mapping[str, int]) -> Process:
        """Start on `ports` (keys as in USUAL_PORTS) and return when the bucket is there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # What SeaweedFS writes into it is readable by others.
        self.folder.chmod(0o700)
        write_security(self.folder)
        # Every start writes its flags there, and a later start reads what it does not say itself.
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
        """Stop it; it may need half a minute for itself after heavy use, and loses nothing when killed."""
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
        # Its WEED_* and AWS_* would change what the flags say.
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "WEED_", "S3_"))}
        return kept | {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            # With 256 MiB its garbage collector never rests: four times the CPU per request, 11 % of a core when idle.
            "GOMEMLIMIT": "768MiB",
        }


def _flags(ports: Mapping[str, int]) -> list[str]:
    """Loopback only, nothing sent home, no services nobody asked for."""
    flags = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false", f"-bucket={BUCKET}"]
    flags += [
        "-volume.preStopSeconds=0",
        "-webdav=false",
        "-admin.ui=false",
        "-s3.iam=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
    ]
    # The S3 server's own pages only; without this it tells browsers that every site may read its answers.
    origin = f"http://127.0.0.1:{ports['s3']}"
    flags += [f"-s3.allowedOrigins={origin}", f"-filer.allowedOrigins={origin}"]
    for name, port in ports.items():
        part, _, grpc = name.partition(".")
        flags.append(f"-{part}.port{'.grpc' if grpc else ''}={port}")
    return flags


def _sockets(ports: Mapping[str, int]) -> Iterable[Path]:
    """The Unix sockets `weed mini` leaves in /tmp when it is killed."""
    for name, port in ports.items():
        yield Path("/tmp") / f"seaweedfs-{name.replace('.', '-')}-{port}.sock"

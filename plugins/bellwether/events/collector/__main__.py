"""`python -m bellwether.events.collector`: starts a collector, and says what is missing if it cannot."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import sys
import time
from pathlib import Path

import uvicorn

from bellwether.events.collector.app import create_app
from bellwether.events.collector.collector import Collector
from bellwether.events.collector.direct import Direct
from bellwether.events.collector.firehose import Firehose
from bellwether.events.collector.segments import Segments
from bellwether.events.collector.sink import Sink
from bellwether.events.collector.trackings import Misconfigured, load
from bellwether.hooks.errors import BadConnection
from bellwether.lake import Lake

PORT = 8500


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m bellwether.events.collector", description=__doc__)
    made.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: %(default)s)")
    made.add_argument("--port", type=int, default=PORT)
    made.add_argument("--credentials", type=Path, metavar="FILE", help="tracking ids; default: --connection")
    made.add_argument("--connection", default="events", help="the Airflow connection with the tracking ids")
    made.add_argument("--lake", default="lake", help="the Airflow connection of the lake")
    to = made.add_mutually_exclusive_group(required=True)
    to.add_argument("--folder", type=Path, help="a folder of its own on a disk that lasts")
    to.add_argument("--no-disk", action="store_true", help="write every group of requests straight to the lake")
    to.add_argument("--firehose", metavar="STREAM", help="hand events to this delivery stream of Amazon Data Firehose")
    made.add_argument("--disk-mib", type=int, default=2048, help="what the folder may hold (default: %(default)s)")
    made.add_argument("--certificate", type=Path, metavar="PEM", help="serve TLS with this certificate chain")
    made.add_argument("--key", type=Path, metavar="PEM", help="the certificate's private key")
    return made


def main(words: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; what was acknowledged by then is stored."""
    arguments = parser().parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        app = create_app(build(arguments))
    except (Misconfigured, BadConnection, OSError) as error:
        sys.exit(f"bellwether: the collector does not start: {error}")
    config = uvicorn.Config(
        app,
        host=arguments.host,
        port=arguments.port,
        ssl_certfile=arguments.certificate,
        ssl_keyfile=arguments.key,
        log_config=None,
        # Addresses and keys in queries would stand in it.
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=1000,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
    )
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 1


def build(arguments: argparse.Namespace) -> Collector:
    """The collector that the command line describes. Raises Misconfigured, BadConnection or OSError."""
    trackings = load(arguments.credentials, arguments.connection)
    lake = Lake(arguments.lake)
    lake.open()  # a wrong connection shows now, not with the first event
    # Wall time alone would not tell two processes apart that start together.
    name = f"{time.time_ns():x}"[-8:] + secrets.token_hex(4)
    wait_seconds = 0.2 if arguments.no_disk else 0
    return Collector(name, trackings, _sink(arguments, name, lake), lake, wait_seconds)


def _sink(arguments: argparse.Namespace, name: str, lake: Lake) -> Sink:
    if arguments.folder:
        return Segments(arguments.folder, name, arguments.disk_mib * 1024**2, lake.put)
    direct = Direct(name, lake.put)
    if arguments.no_disk:
        return direct
    from airflow.providers.amazon.aws.hooks.kinesis import FirehoseHook

    hook = FirehoseHook(aws_conn_id=arguments.lake, delivery_stream=arguments.firehose)
    return Firehose(hook.get_conn(), arguments.firehose, direct)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # A lake that does not answer keeps its thread for minutes; what it did not take is on the disk.
    os._exit(status)
